package io.matriarch.failover.api;

import java.util.List;

/**
 * The cluster as the store shows it.
 *
 * @param systemId empty until the cluster is initialised
 * @param leader empty if nobody leads
 * @param scheduledSwitchover a sentence; empty if none
 * @param revision the store's revision this is of
 * @param ageMillis how old this view is
 */
public record ClusterStatus(
        String scope,
        String systemId,
        String leader,
        boolean paused,
        String scheduledSwitchover,
        List<MemberStatus> members,
        long revision,
        long ageMillis) {
    public ClusterStatus {
        members = List.copyOf(members);
    }
}
