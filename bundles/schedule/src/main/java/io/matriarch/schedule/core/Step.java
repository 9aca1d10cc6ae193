package io.matriarch.schedule.core;

import java.time.Instant;

/** What a member does about a schedule now. */
public sealed interface Step {
    /** The schedule is new, or its cron changed: its times count from now. */
    record Begin() implements Step {}

    /** Nothing before this instant, unless something changes. */
    record Wait(Instant until, String why) implements Step {}

    /**
     * Claim it, and run it if nobody was faster.
     *
     * @param attempt 2 or more takes over from a member that died
     */
    record Claim(Instant due, int attempt) implements Step {}

    /** Its time passed while nobody could run it. */
    record Skip(Instant due, String why) implements Step {}

    /** Whoever ran it died, and too many before: that is told as its end. */
    record GiveUp(String why) implements Step {}
}
