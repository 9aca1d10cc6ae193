package io.matriarch.postgres.core;

import io.matriarch.postgres.api.ControlData;
import io.matriarch.postgres.api.PostgresState;
import java.util.Optional;

/** Which state follows from what was seen, while no operation of ours is under way. */
public final class StateRule {
    /** What came of asking the server. */
    public enum Answer {
        /** It answered. */
        UP,
        /** It is there and takes no connections yet. */
        STARTING,
        /** It is there and says it is going down. */
        STOPPING,
        /** It did not answer, or refused us: nothing is learnt about its state. */
        UNKNOWN
    }

    private StateRule() {}

    /**
     * @param now empty at the first look
     */
    public static PostgresState next(
            Optional<PostgresState> now,
            boolean processRuns,
            Answer answer,
            Optional<ControlData> control) {
        if (processRuns)
            return switch (answer) {
                case UP -> PostgresState.RUNNING;
                case STARTING -> PostgresState.STARTING;
                case STOPPING -> PostgresState.STOPPING;
                case UNKNOWN -> now.filter(StateRule::alive).orElse(PostgresState.RUNNING);
            };
        if (now.isEmpty())
            return control.map(ControlData::state)
                            .filter(s -> !s.startsWith("shut down"))
                            .isPresent()
                    ? PostgresState.CRASHED
                    : PostgresState.STOPPED;
        return alive(now.get()) ? PostgresState.CRASHED : now.get();
    }

    private static boolean alive(PostgresState state) {
        return switch (state) {
            case RUNNING,
                    STARTING,
                    STARTING_AFTER_CUSTOM_BOOTSTRAP,
                    RESTARTING,
                    STOPPING,
                    STOP_FAILED ->
                    true;
            case INITIALIZING,
                    INITDB_FAILED,
                    CUSTOM_BOOTSTRAP,
                    CUSTOM_BOOTSTRAP_FAILED,
                    CREATING_REPLICA,
                    START_FAILED,
                    RESTART_FAILED,
                    STOPPED,
                    CRASHED ->
                    false;
        };
    }
}
