package io.matriarch.failover.core;

import io.matriarch.api.Lsn;

/**
 * What another member says of itself when asked directly ({@code GET api_url}).
 *
 * @param reachable false: no usable answer, and nothing else counts
 * @param primary it says that it is not in recovery
 * @param position 0 if unknown
 * @param timeline 0 if unknown
 * @param room for more WAL
 */
public record PeerAnswer(
        boolean reachable,
        boolean primary,
        Lsn position,
        int timeline,
        Tags tags,
        boolean watchdogFailed,
        WritePath.Room room) {
    public static final PeerAnswer UNREACHABLE =
            new PeerAnswer(false, false, Lsn.ZERO, 0, Tags.NONE, false, WritePath.Room.UNKNOWN);

    /** Whether it may become leader at all. */
    boolean mayLead() {
        return reachable && !tags.nofailover() && !watchdogFailed;
    }
}
