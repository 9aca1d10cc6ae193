package io.matriarch.failover.rest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.failover.core.NodeReport;
import io.matriarch.monitor.api.TextFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("GET /metrics")
class MetricsTest {
    private static final List<String> NAMES =
            List.of(
                    "patroni_version gauge",
                    "patroni_postgres_running gauge",
                    "patroni_postmaster_start_time gauge",
                    "patroni_primary gauge",
                    "patroni_xlog_location counter",
                    "patroni_standby_leader gauge",
                    "patroni_replica gauge",
                    "patroni_sync_standby gauge",
                    "patroni_quorum_standby gauge",
                    "patroni_xlog_received_location counter",
                    "patroni_xlog_replayed_location counter",
                    "patroni_xlog_replayed_timestamp gauge",
                    "patroni_xlog_paused gauge",
                    "patroni_postgres_streaming gauge",
                    "patroni_postgres_in_archive_recovery gauge",
                    "patroni_postgres_server_version gauge",
                    "patroni_cluster_unlocked gauge",
                    "patroni_failsafe_mode_is_active gauge",
                    "patroni_failsafe_mode_enabled gauge",
                    "patroni_failsafe_member gauge",
                    "patroni_postgres_timeline gauge",
                    "patroni_dcs_last_seen gauge",
                    "patroni_pending_restart gauge",
                    "patroni_is_paused gauge",
                    "patroni_postgres_state gauge",
                    "patroni_failover_priority gauge");

    @Test
    @DisplayName("has every name and type of Patroni, in its order, each with help")
    void complete() {
        var lines = text(Reports.leader().report()).lines().toList();
        assertThat(
                        lines.stream()
                                .filter(line -> line.startsWith("# TYPE "))
                                .map(l -> l.substring(7)))
                .containsExactlyElementsOf(NAMES);
        assertThat(lines.stream().filter(line -> line.startsWith("# HELP "))).hasSize(NAMES.size());
        assertThat(lines.stream().filter(line -> !line.startsWith("#")))
                .hasSize(NAMES.size())
                .allMatch(line ->
                        line.matches("patroni_\\w+\\{scope=\"demo\",name=\"node-a\"} -?[0-9.]+"));
    }

    @Test
    @DisplayName("tells what a primary does")
    void primary() {
        assertThat(text(Reports.leader().report()))
                .contains(sample("node-a", "version", "40104"))
                .contains(sample("node-a", "postgres_running", "1"))
                .contains(sample("node-a", "postmaster_start_time", "1795396141.259291"))
                .contains(sample("node-a", "primary", "1"))
                .contains(sample("node-a", "replica", "0"))
                .contains(sample("node-a", "xlog_location", "67108960"))
                .contains(sample("node-a", "xlog_received_location", "0"))
                .contains(sample("node-a", "postgres_server_version", "170011"))
                .contains(sample("node-a", "cluster_unlocked", "0"))
                .contains(sample("node-a", "postgres_state", "5"))
                .contains("0 initializing new cluster, 1 initdb failed")
                .contains(sample("node-a", "failover_priority", "1"));
    }

    @Test
    @DisplayName("tells what a replica does")
    void replica() {
        var node =
                Reports.replica()
                        .paused()
                        .tagged(Map.of("nofailover", true))
                        .configured("failsafe_mode", true);
        assertThat(text(node.report()))
                .contains(sample("node-b", "primary", "0"))
                .contains(sample("node-b", "replica", "1"))
                .contains(sample("node-b", "xlog_location", "0"))
                .contains(sample("node-b", "xlog_replayed_location", "67108960"))
                .contains(sample("node-b", "postgres_streaming", "1"))
                .contains(sample("node-b", "postgres_timeline", "1"))
                .contains(sample("node-b", "is_paused", "1"))
                .contains(sample("node-b", "failsafe_mode_enabled", "1"))
                .contains(sample("node-b", "failover_priority", "0"));
    }

    @Test
    @DisplayName("says -1 for the state of a server that does not answer")
    void silent() {
        assertThat(text(Reports.silent().storeAway().report()))
                .contains(sample("node-b", "postgres_state", "-1"))
                .contains(sample("node-b", "cluster_unlocked", "1"))
                .contains(sample("node-b", "postmaster_start_time", "0"))
                .doesNotContain("patroni_postgres_streaming");
    }

    private static String text(NodeReport report) {
        return TextFormat.PROMETHEUS.write(Metrics.of(report));
    }

    private static String sample(String node, String name, String value) {
        return "patroni_%s{scope=\"demo\",name=\"%s\"} %s\n".formatted(name, node, value);
    }
}
