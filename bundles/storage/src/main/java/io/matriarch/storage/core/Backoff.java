package io.matriarch.storage.core;

import java.time.Duration;

/** How long to wait before the next attempt: doubling, and by chance, so that many do not meet. */
public final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private Backoff() {}

    /**
     * @param attempt that failed, from 1
     * @param chance from 0 to 1
     * @return half to the whole of 50 ms, 100 ms, … 5 s
     */
    public static Duration after(int attempt, double chance) {
        long doubled = FIRST.toMillis() << Math.min(attempt - 1, 20);
        long whole = Math.min(doubled, LONGEST.toMillis());
        return Duration.ofMillis(whole / 2 + (long) (whole / 2.0 * chance));
    }
}
