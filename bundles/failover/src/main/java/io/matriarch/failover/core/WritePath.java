package io.matriarch.failover.core;

import java.time.Duration;

/**
 * Whether WAL can be written beside us, as the probe last found.
 *
 * @param lasting for how long it has been so; zero while it is not known
 * @param room whether there is room for more WAL, and the ballast is in its place
 * @param detail what the system said, or how much is free; empty if there is nothing to say
 * @param plan what the configuration wants to be done
 */
public record WritePath(
        Outcome outcome, Duration lasting, Room room, String detail, WritePlan plan) {
    public static final WritePath UNKNOWN =
            new WritePath(Outcome.UNKNOWN, Duration.ZERO, Room.UNKNOWN, "", WritePlan.ALERT_ONLY);

    /** What became of the last try to write. */
    public enum Outcome {
        /** Not looked yet, or switched off. */
        UNKNOWN("unknown", "it is not known whether WAL can be written"),
        WRITES("writes", "WAL can be written"),
        /** No room, or less than is to stay free. */
        FULL("full", "the disk of the WAL is full"),
        READ_ONLY("read_only", "the file system of the WAL is read-only"),
        /** A write does not return. */
        HUNG("hung", "a write to the disk of the WAL does not return"),
        /** A write is refused for another reason. */
        REFUSED("refused", "the disk of the WAL refuses writes"),
        /** The disk writes, and PostgreSQL takes no session, not even a reserved one. */
        CONNECTIONS("connections", "all connections of PostgreSQL are used");

        private final String text;
        private final String sentence;

        Outcome(String text, String sentence) {
            this.text = text;
            this.sentence = sentence;
        }

        /** As metrics and JSON have it. */
        public String text() {
            return text;
        }
    }

    /** Whether more WAL would find room. */
    public enum Room {
        /** Members of Patroni do not tell. */
        UNKNOWN,
        FREE,
        NONE
    }

    public WritePath withRoom(Room other) {
        return new WritePath(outcome, lasting, other, detail, plan);
    }

    /** Whether something is wrong. */
    public boolean failing() {
        return outcome != Outcome.UNKNOWN && outcome != Outcome.WRITES;
    }

    /** Whether another member's disk would help: it does not against too many clients. */
    public boolean diskFails() {
        return failing() && outcome != Outcome.CONNECTIONS;
    }

    /**
     * Whether the server can still write its shutdown checkpoint: on a full disk into what the
     * ballast left.
     */
    boolean stopsInOrder() {
        return !diskFails() || outcome == Outcome.FULL;
    }

    /** The same words while it lasts: a decision that does not change is told once. */
    String sentence() {
        return outcome.sentence + (detail.isEmpty() ? "" : " (" + detail + ")");
    }
}
