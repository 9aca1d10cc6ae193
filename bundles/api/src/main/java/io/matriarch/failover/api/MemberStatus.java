package io.matriarch.failover.api;

import java.util.Map;
import java.util.OptionalLong;

/**
 * One line of the member table.
 *
 * @param role {@code leader}, {@code standby_leader}, {@code sync_standby}, {@code quorum_standby}
 *     or {@code replica}
 * @param state {@code streaming} and the like for standbys, else the PostgreSQL state
 * @param timeline 0 if unknown
 * @param receiveLagBytes empty if unknown, and for the leader
 */
public record MemberStatus(
        String name,
        String role,
        String state,
        String host,
        int port,
        String apiUrl,
        int timeline,
        OptionalLong receiveLagBytes,
        OptionalLong replayLagBytes,
        boolean pendingRestart,
        String scheduledRestart,
        Map<String, Object> tags) {
    public MemberStatus {
        tags = Map.copyOf(tags);
    }
}
