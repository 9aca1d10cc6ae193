package io.matriarch.dcs.memory;

import java.time.Duration;

/**
 * Hears that a call took time. A simulation moves its clock here (it may call {@link
 * MemoryStore#advance}); a plain test needs nothing.
 */
@FunctionalInterface
public interface TimePassing {
    /**
     * @param client the client whose call waited
     * @param time how long; zero is not told
     */
    void passes(String client, Duration time);
}
