package io.matriarch.postgres.core;

/**
 * The commands by which PostgreSQL reaches the WAL archive of this node's agent.
 *
 * @param archive for {@code archive_command}; empty: no repository is configured
 * @param restore for {@code restore_command} of a standby; empty: as above
 */
public record WalCommands(String archive, String restore) {
    public static final WalCommands NONE = new WalCommands("", "");
}
