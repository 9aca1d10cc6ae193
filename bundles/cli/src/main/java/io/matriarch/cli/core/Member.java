package io.matriarch.cli.core;

import static io.matriarch.cli.core.Json.flag;
import static io.matriarch.cli.core.Json.number;
import static io.matriarch.cli.core.Json.object;
import static io.matriarch.cli.core.Json.text;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One member as {@code GET /cluster} tells it.
 *
 * @param role {@code leader}, {@code standby_leader}, {@code sync_standby}, {@code quorum_standby}
 *     or {@code replica}
 * @param host empty if the member publishes no address
 * @param port 0 if unknown
 * @param apiUrl ends in {@code /patroni}; empty if unknown
 * @param timeline empty if unknown
 * @param total total, received and replayed position; empty for a leader, and where not told
 * @param pendingRestart reasons by parameter; present (maybe empty) if a restart is pending
 * @param scheduledRestart empty if none
 */
public record Member(
        String name,
        String role,
        String state,
        String host,
        long port,
        String apiUrl,
        Optional<Long> timeline,
        Optional<Position> total,
        Optional<Position> received,
        Optional<Position> replayed,
        Optional<Map<String, @Nullable Object>> pendingRestart,
        Map<String, @Nullable Object> scheduledRestart,
        Map<String, @Nullable Object> tags) {

    /**
     * @param lsn text form, or {@code unknown}; empty if the member's version does not tell
     * @param lagBytes behind the leader; empty if unknown
     */
    public record Position(String lsn, Optional<Long> lagBytes) {}

    static Member of(Map<String, @Nullable Object> json) {
        return new Member(
                text(json, "name"),
                text(json, "role"),
                text(json, "state"),
                text(json, "host"),
                number(json, "port").orElse(0L),
                text(json, "api_url"),
                number(json, "timeline"),
                position(json, "lag", "lsn"),
                position(json, "receive_lag", "receive_lsn"),
                position(json, "replay_lag", "replay_lsn"),
                flag(json, "pending_restart")
                        ? Optional.of(object(json.get("pending_restart_reason")))
                        : Optional.empty(),
                object(json.get("scheduled_restart")),
                object(json.get("tags")));
    }

    private static Optional<Position> position(
            Map<String, @Nullable Object> json, String lag, String lsn) {
        if (!json.containsKey(lag) && !json.containsKey(lsn)) return Optional.empty();
        return Optional.of(new Position(text(json, lsn), number(json, lag)));
    }

    public boolean leads() {
        return role.equals("leader") || role.equals("standby_leader");
    }

    /** PostgreSQL of it answers queries, as far as the store knows. */
    public boolean serves() {
        return state.equals("running")
                || state.equals("streaming")
                || state.equals("in archive recovery");
    }

    /** {@code host:port}, an IPv6 address in brackets; empty if unknown. */
    public String address() {
        if (host.isEmpty()) return "";
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == 0 ? shown : shown + ":" + port;
    }

    /** Title case, as people read it: {@code Sync Standby}. */
    public String roleTitle() {
        var title = new StringBuilder();
        for (String word : role.split("_", -1)) {
            if (word.isEmpty()) continue;
            if (!title.isEmpty()) title.append(' ');
            title.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
        }
        return title.toString();
    }
}
