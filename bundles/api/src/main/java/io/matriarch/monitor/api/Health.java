package io.matriarch.monitor.api;

/**
 * One answer to one question about this node's health.
 *
 * @param text why, in a sentence
 */
public record Health(Aspect aspect, String name, Status status, String text) {
    /** What the answer is for. */
    public enum Aspect {
        /** Whether the agent does its work at all; if not, start it again. */
        LIVENESS,
        /** Whether this node does for clients what it is there for. */
        READINESS,
        /** Whether this node could be restarted now without harm. */
        RESTART
    }

    /** From best to worst. */
    public enum Status {
        OK,
        /** It will do, and somebody should know. */
        WARNING,
        /** No. */
        CRITICAL
    }
}
