package io.matriarch.failover.rest.core;

import io.matriarch.failover.api.Answer;
import java.util.Optional;

/**
 * Patroni's words and codes for changing requests [2.7]. {@code patronictl} and scripts match some
 * of them, so they stand in one place.
 *
 * <p>{@code action} is {@code switchover} or {@code failover}.
 */
public final class Answers {
    public static final Answer SWITCHOVER_SCHEDULED = new Answer(202, "Switchover scheduled");
    public static final Answer SWITCHOVER_DELETED = new Answer(200, "scheduled switchover deleted");
    public static final Answer NO_SWITCHOVER = new Answer(404, "no switchover is scheduled");
    public static final Answer FAILOVER_NOT_WRITTEN =
            new Answer(503, "failed to write failover key into DCS");

    public static final Answer RESTARTED = new Answer(200, "restarted successfully");
    public static final Answer RESTART_SCHEDULED = new Answer(202, "Restart scheduled");
    public static final Answer RESTART_TAKEN =
            new Answer(409, "Another restart is already scheduled");
    public static final Answer RESTART_NOT_DUE =
            new Answer(503, "restart conditions are not satisfied");
    public static final Answer STILL_STARTING = new Answer(503, "postgres is still starting");
    public static final Answer RESTART_FAILED = new Answer(503, "restart failed");
    public static final Answer RESTART_DELETED = new Answer(200, "scheduled restart deleted");
    public static final Answer NO_RESTART = new Answer(404, "no restarts are scheduled");

    public static final Answer REINITIALIZING = new Answer(200, "reinitialize started");
    public static final Answer LEADER_NOT_REINITIALIZED =
            new Answer(503, "I am the leader, can not reinitialize");
    public static final Answer NO_LEADER_TO_CLONE =
            new Answer(503, "Cluster has no leader, can not reinitialize");

    public static final Answer RELOADING = new Answer(202, "reload scheduled");
    public static final Answer SHUTTING_DOWN = new Answer(202, "shutdown scheduled");

    private Answers() {}

    /** {@code patronictl} offers {@code --force} when it sees how this ends. */
    public static Answer inProgress(String action) {
        return new Answer(503, action + " already in progress");
    }

    public static Answer noGoodCandidates(String action) {
        return new Answer(412, action + " is not possible: no good candidates have been found");
    }

    /** It is done, if perhaps not to whom it was asked for. */
    public static Answer handedOver(String action, Optional<String> candidate, String leader) {
        String verb = action.equals("failover") ? "failed over" : "switched over";
        if (candidate.isEmpty() || candidate.get().equals(leader))
            return new Answer(200, "Successfully %s to \"%s\"".formatted(verb, leader));
        return new Answer(
                200,
                "%s to \"%s\" instead of \"%s\"".formatted(title(verb), leader, candidate.get()));
    }

    /** The request is gone from the store and the leader is who it was. */
    public static Answer handoverFailed(String action) {
        return new Answer(503, title(action) + " failed");
    }

    public static Answer handoverUnknown(String action, long seconds) {
        return new Answer(
                503,
                "%s status unknown after %d seconds; operation may still be in progress"
                        .formatted(title(action), seconds));
    }

    private static String title(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
