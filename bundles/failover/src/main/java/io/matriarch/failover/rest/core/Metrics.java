package io.matriarch.failover.rest.core;

import io.matriarch.failover.core.MemberJson;
import io.matriarch.failover.core.NodeReport;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Metric;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.ServerView.Live;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * This node under Patroni's names [2.9].
 *
 * <p>The value of {@code patroni_postgres_state} is the place of the state in its enum, which keeps
 * Patroni's order for that.
 */
@SuppressWarnings("EnumOrdinal") // see above
public final class Metrics {
    private final List<Family> families = new ArrayList<>();
    private final NodeReport report;
    private final Optional<Live> live;

    private Metrics(NodeReport report) {
        this.report = report;
        this.live = StatusJson.live(report);
    }

    public static List<Family> of(NodeReport report) {
        var metrics = new Metrics(report);
        metrics.server();
        metrics.replication();
        metrics.cluster();
        metrics.node();
        return List.copyOf(metrics.families);
    }

    private void server() {
        String role = StatusJson.role(report);
        gauge(
                "version",
                "Version of Patroni we are compatible with, two digits a part.",
                version());
        gauge("postgres_running", "1 if PostgreSQL runs.", is("running", StatusJson.state(report)));
        gauge(
                "postmaster_start_time",
                "When PostgreSQL started, in seconds since 1970; 0 if unknown.",
                epoch(live.flatMap(it -> Times.instant(it.postmasterStartTime()))));
        gauge("primary", "1 if PostgreSQL is not in recovery.", is("primary", role));
        counter(
                "xlog_location",
                "WAL position of a primary in bytes, else 0.",
                live.filter(it -> !it.inRecovery()).map(it -> it.flushed().value()).orElse(0L));
        gauge(
                "standby_leader",
                "1 if this node leads a standby cluster.",
                is("standby_leader", role));
        gauge("replica", "1 if this node is a replica.", is("replica", role));
        gauge(
                "sync_standby",
                "1 if this node is a synchronous standby.",
                is("sync_standby", StatusJson.waitedFor(report)));
        gauge(
                "quorum_standby",
                "1 if this node is a quorum standby.",
                is("quorum_standby", StatusJson.waitedFor(report)));
    }

    private void replication() {
        var standby = live.filter(Live::inRecovery);
        counter(
                "xlog_received_location",
                "WAL position received by a standby in bytes, else 0.",
                standby.map(it -> Math.max(it.received().value(), it.replayed().value()))
                        .orElse(0L));
        counter(
                "xlog_replayed_location",
                "WAL position replayed by a standby in bytes, else 0.",
                standby.map(it -> it.replayed().value()).orElse(0L));
        gauge(
                "xlog_replayed_timestamp",
                "Commit time of the last transaction replayed, in seconds since 1970; 0 if none.",
                epoch(standby.flatMap(Live::replayedAt)));
        gauge(
                "xlog_paused",
                "1 if replay is paused.",
                bit(standby.map(Live::replayPaused).orElse(false)));
        if (live.isPresent()) {
            String state = StatusJson.replicationState(report);
            gauge("postgres_streaming", "1 if PostgreSQL streams.", is("streaming", state));
            gauge(
                    "postgres_in_archive_recovery",
                    "1 if PostgreSQL replicates from the archive.",
                    is("in archive recovery", state));
        }
        gauge(
                "postgres_server_version",
                "Version of PostgreSQL such as 170011; 0 if it does not answer.",
                live.map(Live::serverVersion).orElse(0));
    }

    private void cluster() {
        gauge(
                "cluster_unlocked",
                "1 if nobody holds the leader key, or the store does not answer.",
                bit(StatusJson.unlocked(report)));
        gauge(
                "failsafe_mode_is_active",
                "1 while the members stand in for the store.",
                bit(report.failsafe().active()));
        gauge(
                "failsafe_mode_enabled",
                "1 if the dynamic configuration asks for failsafe mode.",
                bit(Json.yes(report.config().get("failsafe_mode"))));
        gauge(
                "failsafe_member",
                "1 if this node is in the failsafe key.",
                bit(report.failsafe().members().containsKey(report.name())));
        gauge(
                "postgres_timeline",
                "Timeline of this node; 0 if unknown.",
                live.map(Live::timeline).orElse(0));
    }

    private void node() {
        gauge(
                "dcs_last_seen",
                "When the store last answered, in seconds since 1970.",
                report.dcsLastSeen().getEpochSecond());
        gauge(
                "pending_restart",
                "1 if a changed parameter waits for a restart.",
                bit(!report.pendingRestart().isEmpty()));
        gauge("is_paused", "1 if automatic failover is off.", bit(report.policy().paused()));
        String state = StatusJson.state(report);
        gauge(
                "postgres_state",
                "State of PostgreSQL as a number: " + stateNames() + "; -1 if unknown.",
                state.equals("unknown") ? -1 : report.server().state().ordinal());
        gauge(
                "failover_priority",
                "Among equally fresh members the highest leads; 0 never does.",
                report.tags().failoverPriority());
    }

    private static String stateNames() {
        return Arrays.stream(PostgresState.values())
                .map(state -> state.ordinal() + " " + state.text())
                .collect(Collectors.joining(", "));
    }

    /** 4.1.4 is 040104. */
    private static int version() {
        int version = 0;
        for (String part : MemberJson.PATRONI_VERSION.split("\\.", -1))
            version = version * 100 + Integer.parseInt(part);
        return version;
    }

    private void gauge(String name, String help, double value) {
        add(Metric.gauge("patroni_" + name, help, "scope", "name"), value);
    }

    private void counter(String name, String help, long value) {
        add(Metric.counter("patroni_" + name, help, "scope", "name"), value);
    }

    private void add(Metric metric, double value) {
        families.add(Family.of(metric, value, report.scope(), report.name().value()));
    }

    private static double is(String wanted, String is) {
        return bit(wanted.equals(is));
    }

    private static double bit(boolean set) {
        return set ? 1 : 0;
    }

    private static double epoch(Optional<Instant> at) {
        return at.map(it -> it.getEpochSecond() + it.getNano() / 1e9).orElse(0.0);
    }
}
