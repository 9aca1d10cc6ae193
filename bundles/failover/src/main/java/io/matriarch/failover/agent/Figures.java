package io.matriarch.failover.agent;

import io.matriarch.failover.core.Member;
import io.matriarch.failover.core.NodeReport;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Histogram;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import io.matriarch.monitor.api.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the agent measures of itself, and what it knows of the cluster, for {@code /metrics}. */
public final class Figures {
    private static final List<Double> LOOP_SECONDS =
            List.of(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0);
    private static final Set<String> HEALTHY = Set.of("running", "streaming");

    static final Metric ROLE =
            Native.gauge("member_role", "1 for what this member is at present.", "role");
    static final Metric STATE =
            Native.gauge("member_state", "1 for the state of PostgreSQL beside us.", "state");
    static final Metric MEMBERS = Native.gauge("cluster_members_total", "Members the store knows.");
    static final Metric MEMBERS_HEALTHY =
            Native.gauge(
                    "cluster_members_healthy",
                    "Of them, those whose PostgreSQL runs, and streams if it is a standby.");
    static final Metric MAINTENANCE =
            Native.gauge("maintenance_mode", "1 while automatic failover is off (paused).");
    static final Metric STORE_SEEN =
            Native.gauge(
                    "dcs_last_success_timestamp_seconds",
                    "When the store last answered, in seconds since 1970.");
    static final Metric TTL =
            Native.gauge("leader_lease_ttl_seconds", "How long a lease of the leader lasts.");
    static final Metric LEFT =
            Native.gauge(
                    "leader_lease_remaining_seconds",
                    "The least a leader had left of its lease when it was renewed, in the last"
                            + " minute; absent on others.");
    static final Metric MARGIN =
            Native.gauge(
                    "leader_lease_margin_ratio",
                    "The same as a share of what a renewed lease gives; at 0 PostgreSQL is stopped.");
    static final Metric LOOP =
            Native.histogram(
                    "leader_loop_seconds", "How long one round of gather, decide, act took.");
    static final Metric GUARD =
            Native.gauge(
                    "guard_state",
                    "1 for the state of the guard: armed, standing_down, absent.",
                    "state");
    static final Metric ACTION =
            Native.gauge("jobs_running", "1 for the long action of the agent under way.", "kind");

    static final Metric WRITE_PATH =
            Native.gauge(
                    "write_path_state",
                    "1 for what the probe of the WAL's disk found: unknown, writes, full,"
                            + " read_only, hung, refused, connections.",
                    "state");
    static final Metric WRITE_PATH_FAILING =
            Native.gauge(
                    "write_path_failing_seconds",
                    "For how long no WAL could be written here; 0 if it can.");
    static final Metric WRITE_PATH_FREE =
            Native.gauge("write_path_free_bytes", "Free space on the disk of the WAL.");
    static final Metric BALLAST =
            Native.gauge(
                    "write_path_ballast",
                    "1 while the emergency room beside the WAL is in its place, 0 if it is used.");

    /** The disk of the WAL; free bytes negative if not known. */
    record Disk(long freeBytes, boolean ballast) {}

    public static List<Metric> metrics() {
        return List.of(
                ROLE,
                STATE,
                MEMBERS,
                MEMBERS_HEALTHY,
                MAINTENANCE,
                STORE_SEEN,
                TTL,
                LEFT,
                MARGIN,
                LOOP,
                GUARD,
                ACTION,
                WRITE_PATH,
                WRITE_PATH_FAILING,
                WRITE_PATH_FREE,
                BALLAST);
    }

    private final Histogram loop = new Histogram(LOOP_SECONDS);
    private final LeaseMargin margin = new LeaseMargin();

    void looped(Duration took) {
        loop.observe(took);
    }

    LeaseMargin margin() {
        return margin;
    }

    List<Family> families(
            NodeReport report, Disk disk, String guard, String action, long nowNanos) {
        var whose = List.of(report.scope(), report.name().value());
        var families = new ArrayList<Family>();
        families.add(one(ROLE, 1, whose, role(report)));
        families.add(one(STATE, 1, whose, report.server().state().text()));
        families.add(one(MAINTENANCE, report.policy().paused() ? 1 : 0, whose));
        families.add(one(STORE_SEEN, report.dcsLastSeen().toEpochMilli() / 1e3, whose));
        families.add(one(TTL, report.policy().ttl().toMillis() / 1e3, whose));
        families.add(one(GUARD, 1, whose, guard.split(":", 2)[0].replace(' ', '_')));
        report.view()
                .ifPresent(view -> {
                    families.add(one(MEMBERS, view.members().size(), whose));
                    long healthy =
                            view.members().values().stream().filter(Figures::healthy).count();
                    families.add(one(MEMBERS_HEALTHY, healthy, whose));
                });
        margin.lowest(nowNanos)
                .ifPresent(lowest -> {
                    families.add(one(LEFT, lowest.left().toMillis() / 1e3, whose));
                    families.add(one(MARGIN, lowest.ratio(), whose));
                });
        families.add(new Family(LOOP, List.of(loop.sample(whose.getFirst(), whose.getLast()))));
        writePath(families, report, disk, whose);
        if (!action.isEmpty()) families.add(one(ACTION, 1, whose, action));
        return families;
    }

    private static void writePath(
            List<Family> families, NodeReport report, Disk disk, List<String> whose) {
        var path = report.writePath();
        families.add(one(WRITE_PATH, 1, whose, path.outcome().text()));
        double failing = path.failing() ? path.lasting().toMillis() / 1e3 : 0;
        families.add(one(WRITE_PATH_FAILING, failing, whose));
        if (disk.freeBytes() < 0) return;
        families.add(one(WRITE_PATH_FREE, disk.freeBytes(), whose));
        families.add(one(BALLAST, disk.ballast() ? 1 : 0, whose));
    }

    private static Family one(Metric metric, double value, List<String> whose, String... further) {
        var labels = new ArrayList<>(whose);
        labels.addAll(List.of(further));
        return new Family(metric, List.of(new Sample.Value(labels, value)));
    }

    private static String role(NodeReport report) {
        boolean running = report.server().running();
        if (!running) return "stopped";
        return report.server()
                .live()
                .map(live -> live.inRecovery() ? "standby" : "primary")
                .orElse("unknown");
    }

    private static boolean healthy(Member member) {
        String state =
                member.replicationState().isEmpty() ? member.state() : member.replicationState();
        return HEALTHY.contains(state);
    }
}
