package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * One message to one receiver.
 *
 * @param id unique; the same wherever the message is sent from, so that a second copy can be told
 * @param thread the id all messages of one incident share
 * @param number of this one within its thread, from 1
 * @param subject the same for the whole thread
 * @param fresh ids of those in {@code firing} this receiver has not been told of
 * @param member who wrote it
 * @param degraded written without the store: other members may write the same
 * @param body what a message that is about no alert says; else how the objectives of recovery
 *     stand, and empty where nobody measures them
 */
public record Notice(
        String id,
        String receiver,
        Kind kind,
        Severity severity,
        String cluster,
        String thread,
        int number,
        Instant at,
        String subject,
        List<Alert> firing,
        List<Ended> ended,
        Set<String> fresh,
        String member,
        boolean degraded,
        String body) {
    public Notice {
        firing = List.copyOf(firing);
        ended = List.copyOf(ended);
        fresh = Set.copyOf(fresh);
    }

    /** Why it is sent. */
    public enum Kind {
        /** The first of its thread. */
        FIRING,
        /** Something was added or has ended, and something still fires. */
        UPDATE,
        /** Nothing is new; it still fires. */
        REPEAT,
        /** Nothing fires any more. */
        RESOLVED,
        /** Somebody tries whether this receiver works. */
        TEST,
        /** What happened within a week. */
        DIGEST,
        /** We are alive; its absence is the message. */
        HEARTBEAT
    }

    /**
     * An alert that need not be told of again.
     *
     * @param how why it ended
     */
    public record Ended(Alert alert, Instant until, How how) {}

    public enum How {
        RESOLVED,
        /** It goes on under a higher severity, in a thread of its own. */
        ESCALATED
    }

    public boolean aboutAlerts() {
        return switch (kind) {
            case FIRING, UPDATE, REPEAT, RESOLVED -> true;
            case TEST, DIGEST, HEARTBEAT -> false;
        };
    }
}
