package io.matriarch.failover.core;

import io.matriarch.api.MemberName;
import io.matriarch.postgres.api.PendingRestart;
import io.matriarch.postgres.api.ServerView;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * This node as the REST paths, the member key and the metrics tell of it.
 *
 * @param role what we last published
 * @param leader whether our leader deadline is in the future
 * @param view of the store if younger than {@code ttl}; else empty
 * @param config the dynamic configuration last known
 * @param dcsLastSeen when the store last answered; epoch start if never
 * @param nextRun when the next cycle of the loop is due; for {@code /liveness}
 * @param checkpointPending promoted, and the first checkpoint is not written yet
 * @param writePath whether WAL can be written here
 */
public record NodeReport(
        MemberName name,
        String scope,
        Tags tags,
        Role role,
        ServerView server,
        boolean leader,
        Optional<ClusterView> view,
        Map<String, Object> config,
        Policy policy,
        Instant dcsLastSeen,
        Instant nextRun,
        boolean checkpointPending,
        List<PendingRestart> pendingRestart,
        Optional<ScheduledRestart> scheduledRestart,
        FailsafeStatus failsafe,
        WritePath writePath,
        Instant now) {

    /**
     * Failsafe mode on this node.
     *
     * @param active we serve on because the members agree, or have agreed to somebody who does
     * @param members the key as last seen, {@code api_url} by name; empty if it says nothing
     */
    public record FailsafeStatus(boolean active, SortedMap<MemberName, String> members) {
        public static final FailsafeStatus NONE = new FailsafeStatus(false, new TreeMap<>());

        public FailsafeStatus {
            members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
        }
    }

    /** A restart that waits for its time. */
    public record ScheduledRestart(
            Instant at,
            Optional<String> role,
            Optional<String> olderThan,
            boolean onlyIfPending,
            Optional<Duration> timeout,
            String postmasterStartTime) {}
}
