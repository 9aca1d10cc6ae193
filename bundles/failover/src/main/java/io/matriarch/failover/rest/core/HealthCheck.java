package io.matriarch.failover.rest.core;

import io.matriarch.api.Lsn;
import io.matriarch.failover.core.NodeReport;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.ServerView.Live;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Health checks [2.1 to 2.3]: paths are told apart by what they contain, and the answer is a status
 * only.
 *
 * <p>Query parameters are those of {@link Query}: of repeated ones the first, blank ones left out.
 */
public final class HealthCheck {
    public static final int GOOD = 200;
    public static final int BAD = 503;

    private final NodeReport report;
    private final Map<String, String> query;
    private final String role;
    private final boolean standbyCluster;
    private final boolean leaderCheck;
    private final boolean primaryCheck;
    private final boolean standbyLeaderCheck;
    private final boolean replicaCheck;

    private HealthCheck(NodeReport report, Map<String, String> query) {
        this.report = report;
        this.query = query;
        role = StatusJson.role(report);
        standbyCluster = report.policy().standbyCluster().isPresent();
        boolean blindPause = report.view().isEmpty() && report.policy().paused();
        leaderCheck =
                blindPause ? Set.of("primary", "standby_leader").contains(role) : report.leader();
        primaryCheck = blindPause ? role.equals("primary") : report.leader() && !standbyCluster;
        standbyLeaderCheck =
                blindPause
                        ? role.equals("standby_leader")
                        : report.leader()
                                && standbyCluster
                                && Set.of("replica", "standby_leader").contains(role);
        replicaCheck = replica() && (blindPause || !(report.leader() && standbyCluster));
    }

    /**
     * The status of GET, HEAD and OPTIONS on every path that is not an endpoint's.
     *
     * @param path whole, without the query string
     * @return 200 or 503
     */
    public static int status(String path, Map<String, String> query, NodeReport report) {
        return new HealthCheck(report, query).good(path) ? GOOD : BAD;
    }

    /** Row by row the table of [2.2]; the order is the meaning. */
    private boolean good(String path) {
        if (path.equals("/")) return primaryCheck;
        if (path.contains("standby_leader") || path.contains("standby-leader"))
            return standbyLeaderCheck;
        if (path.contains("leader")) return leaderCheck;
        if (path.contains("master") || path.contains("primary") || path.contains("read-write"))
            return primaryCheck;
        return ordinary(path) && tagsMatch();
    }

    private boolean ordinary(String path) {
        boolean writable = primaryCheck || standbyLeaderCheck;
        if (path.contains("replica")) return replicaCheck;
        if (path.contains("read-only") && !path.contains("sync") && !path.contains("quorum"))
            return writable || replicaCheck;
        if (path.contains("health")) return StatusJson.state(report).equals("running");
        if (report.view().isEmpty()) return false;
        String waitedFor = StatusJson.waitedFor(report);
        boolean sync = replicaCheck && waitedFor.equals("sync_standby");
        boolean quorum = replicaCheck && waitedFor.equals("quorum_standby");
        return switch (path) {
            case "/sync", "/synchronous" -> sync;
            case "/quorum" -> quorum;
            case "/async", "/asynchronous" -> replicaCheck && waitedFor.isEmpty();
            case "/read-only-quorum" -> writable || quorum;
            case "/read-only-sync", "/read-only-synchronous" -> writable || sync;
            default -> false;
        };
    }

    private boolean replica() {
        String wanted = query.get("replication_state");
        return !report.tags().noloadbalance()
                && role.equals("replica")
                && StatusJson.state(report).equals("running")
                && (wanted == null || wanted.equals(StatusJson.replicationState(report)))
                && !lagging();
    }

    private boolean lagging() {
        var limit = Quantity.bytes(query.getOrDefault("lag", ""));
        if (limit.isEmpty()) return false;
        var replayed = report.server().live().map(Live::replayed).orElse(Lsn.ZERO);
        return behind(report, replayed, limit.getAsLong());
    }

    /** What the leader last published counts, and what has arrived here but is not yet replayed. */
    private static boolean behind(NodeReport report, Lsn position, long limit) {
        var published = report.view().map(view -> view.status().optime()).orElse(Lsn.ZERO);
        var received = report.server().live().map(Live::received).orElse(Lsn.ZERO);
        return Lsn.max(published, received).bytesAheadOf(position) > limit;
    }

    private boolean tagsMatch() {
        var tags = report.tags().published();
        return query.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("tag_"))
                .allMatch(entry ->
                        matches(
                                tags.get(entry.getKey().substring("tag_".length())),
                                entry.getValue()));
    }

    private static boolean matches(@org.jspecify.annotations.Nullable Object tag, String wanted) {
        return switch (tag) {
            case null -> false;
            case String text -> text.equals(wanted);
            default -> String.valueOf(tag).toLowerCase(Locale.ROOT).equals(wanted);
        };
    }

    /**
     * {@code GET /liveness}: whether the loop still turns. A leader is given half the time, because
     * its lease runs.
     */
    public static int liveness(NodeReport report) {
        if (report.policy().paused()) return GOOD;
        boolean primary = report.server().running() && StatusJson.role(report).equals("primary");
        var grace = report.policy().ttl().multipliedBy(primary ? 1 : 2);
        return report.nextRun().plus(grace).isAfter(report.now()) ? GOOD : BAD;
    }

    /** {@code GET /readiness}: leads, or streams and has caught up. */
    public static int readiness(Map<String, String> query, NodeReport report) {
        if (report.leader()) return GOOD;
        var live = report.server().live();
        if (live.isEmpty()
                || report.server().state() != PostgresState.RUNNING
                || !live.get().replicationState().equals("streaming")) return BAD;
        if (report.failsafe().active()) return GOOD;
        var position =
                "write".equals(query.get("mode")) ? live.get().received() : live.get().replayed();
        long limit =
                Quantity.bytes(query.getOrDefault("lag", ""))
                        .orElse(report.policy().maximumLagBytes());
        return behind(report, position, limit) ? BAD : GOOD;
    }
}
