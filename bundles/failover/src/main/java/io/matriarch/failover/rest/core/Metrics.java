package io.matriarch.failover.rest.core;

import io.matriarch.failover.core.MemberJson;
import io.matriarch.failover.core.NodeReport;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.ServerView.Live;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * {@code GET /metrics} under Patroni's names, in Prometheus' text format [2.9].
 *
 * <p>The value of {@code patroni_postgres_state} is the place of the state in its enum, which keeps
 * Patroni's order for that.
 */
@SuppressWarnings("EnumOrdinal") // see above
public final class Metrics {
    private final StringBuilder text = new StringBuilder(4_096);
    private final String labels;
    private final NodeReport report;
    private final Optional<Live> live;

    private Metrics(NodeReport report) {
        this.report = report;
        this.live = StatusJson.live(report);
        this.labels =
                "{scope=\"%s\",name=\"%s\"}"
                        .formatted(escaped(report.scope()), escaped(report.name().value()));
    }

    public static String of(NodeReport report) {
        var metrics = new Metrics(report);
        metrics.server();
        metrics.replication();
        metrics.cluster();
        metrics.node();
        return metrics.text.toString();
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
        gauge("sync_standby", "1 if this node is a synchronous standby.", "0");
        gauge("quorum_standby", "1 if this node is a quorum standby.", "0");
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
                String.valueOf(live.map(Live::serverVersion).orElse(0)));
    }

    private void cluster() {
        gauge(
                "cluster_unlocked",
                "1 if nobody holds the leader key, or the store does not answer.",
                bit(StatusJson.unlocked(report)));
        gauge("failsafe_mode_is_active", "1 while the members stand in for the store.", "0");
        gauge(
                "failsafe_mode_enabled",
                "1 if the dynamic configuration asks for failsafe mode.",
                bit(Json.yes(report.config().get("failsafe_mode"))));
        gauge("failsafe_member", "1 if this node is in the failsafe key.", "0");
        gauge(
                "postgres_timeline",
                "Timeline of this node; 0 if unknown.",
                String.valueOf(live.map(Live::timeline).orElse(0)));
    }

    private void node() {
        gauge(
                "dcs_last_seen",
                "When the store last answered, in seconds since 1970.",
                String.valueOf(report.dcsLastSeen().getEpochSecond()));
        gauge(
                "pending_restart",
                "1 if a changed parameter waits for a restart.",
                bit(!report.pendingRestart().isEmpty()));
        gauge("is_paused", "1 if automatic failover is off.", bit(report.policy().paused()));
        String state = StatusJson.state(report);
        sample(
                "postgres_state",
                "State of PostgreSQL as a number.",
                "# Values: " + stateNames() + "\n",
                "gauge",
                state.equals("unknown") ? "-1" : String.valueOf(report.server().state().ordinal()));
        gauge(
                "failover_priority",
                "Among equally fresh members the highest leads; 0 never does.",
                String.valueOf(report.tags().failoverPriority()));
    }

    private static String stateNames() {
        return Arrays.stream(PostgresState.values())
                .map(state ->
                        state.ordinal()
                                + "="
                                + state.text().toLowerCase(Locale.ROOT).replace(' ', '_'))
                .collect(Collectors.joining(", "));
    }

    /** 4.1.4 is {@code 040104}. */
    private static String version() {
        return Arrays.stream(MemberJson.PATRONI_VERSION.split("\\.", -1))
                .map(part -> part.length() < 2 ? "0" + part : part)
                .collect(Collectors.joining());
    }

    private void gauge(String name, String help, String value) {
        sample(name, help, "", "gauge", value);
    }

    private void counter(String name, String help, long value) {
        sample(name, help, "", "counter", String.valueOf(value));
    }

    private void sample(String name, String help, String note, String type, String value) {
        String full = "patroni_" + name;
        text.append("# HELP ").append(full).append(' ').append(help).append('\n').append(note);
        text.append("# TYPE ").append(full).append(' ').append(type).append('\n');
        text.append(full).append(labels).append(' ').append(value).append('\n');
    }

    private static String is(String wanted, String is) {
        return bit(wanted.equals(is));
    }

    private static String bit(boolean set) {
        return set ? "1" : "0";
    }

    private static String epoch(Optional<Instant> at) {
        return at.map(it ->
                        BigDecimal.valueOf(it.getEpochSecond())
                                .add(BigDecimal.valueOf(it.getNano(), 9))
                                .stripTrailingZeros()
                                .toPlainString())
                .orElse("0");
    }

    private static String escaped(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
