package io.matriarch.postgres.api;

/**
 * States of the server beside us, in the words and the order Patroni publishes (the order is a
 * metric's value).
 */
public enum PostgresState {
    INITIALIZING("initializing new cluster"),
    INITDB_FAILED("initdb failed"),
    CUSTOM_BOOTSTRAP("running custom bootstrap script"),
    CUSTOM_BOOTSTRAP_FAILED("custom bootstrap failed"),
    CREATING_REPLICA("creating replica"),
    RUNNING("running"),
    STARTING("starting"),
    STARTING_AFTER_CUSTOM_BOOTSTRAP("starting after custom bootstrap"),
    START_FAILED("start failed"),
    RESTARTING("restarting"),
    RESTART_FAILED("restart failed"),
    STOPPING("stopping"),
    STOPPED("stopped"),
    STOP_FAILED("stop failed"),
    CRASHED("crashed");

    private final String text;

    PostgresState(String text) {
        this.text = text;
    }

    /** As it stands in the store and in REST answers. */
    public String text() {
        return text;
    }
}
