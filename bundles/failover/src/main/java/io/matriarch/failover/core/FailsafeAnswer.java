package io.matriarch.failover.core;

import io.matriarch.api.Lsn;

/** What this node says to a leader that cannot reach the store. */
public sealed interface FailsafeAnswer {
    /**
     * We do not lead for as long as promised.
     *
     * @param position ours, for the slots of members that stream from us
     */
    record Accepted(Lsn position) implements FailsafeAnswer {}

    /**
     * @param status 400 malformed, 500 we lead ourselves or cannot keep a promise
     */
    record Refused(int status, String why) implements FailsafeAnswer {}
}
