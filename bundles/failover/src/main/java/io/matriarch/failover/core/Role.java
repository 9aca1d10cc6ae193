package io.matriarch.failover.core;

/** What this node last was or is becoming, in the words published (interop page, 1.10). */
public enum Role {
    PRIMARY("primary"),
    REPLICA("replica"),
    /** Leads a standby cluster: follows the primary of another. */
    STANDBY_LEADER("standby_leader"),
    /** Was leader, PostgreSQL is being stopped or restarted. */
    DEMOTED("demoted"),
    /** Promotion issued, not yet confirmed. */
    PROMOTED("promoted"),
    /** No data directory. */
    UNINITIALIZED("uninitialized");

    private final String text;

    Role(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
