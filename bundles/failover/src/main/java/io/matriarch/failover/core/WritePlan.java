package io.matriarch.failover.core;

import java.time.Duration;

/**
 * What a leader does that cannot write.
 *
 * @param handsOver whether leadership goes to a member that has room; false: only people are told
 * @param patience how long writing must have failed before
 * @param pause a timeline younger than this is not handed over, so that leadership does not go to
 *     and fro between disks that fill
 */
public record WritePlan(boolean handsOver, Duration patience, Duration pause) {
    public static final WritePlan ALERT_ONLY =
            new WritePlan(false, Duration.ofSeconds(20), Duration.ofMinutes(10));
}
