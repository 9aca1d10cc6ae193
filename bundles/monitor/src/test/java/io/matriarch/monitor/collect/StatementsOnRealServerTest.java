package io.matriarch.monitor.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.monitor.TestServer;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.TextFormat;
import io.matriarch.monitor.core.Compatible;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.core.LsnClock;
import io.matriarch.monitor.core.Memory;
import io.matriarch.monitor.core.Statements;
import io.matriarch.monitor.core.Tier;
import io.matriarch.monitor.sql.Login;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The statements, on a real server, by a role that has only pg_monitor")
class StatementsOnRealServerTest {
    private static final Identity WE = new Identity("demo", "node-a");
    private static TestServer primary;
    private static TestServer standby;

    @BeforeAll
    static void start() throws Exception {
        primary =
                TestServer.start(
                        "archive_mode=on",
                        "archive_command='true'",
                        "shared_preload_libraries='pg_stat_statements'",
                        "max_prepared_transactions=5",
                        "track_io_timing=on");
        primary.sql(
                "CREATE EXTENSION pg_stat_statements",
                "CREATE TABLE t (n serial, x text)",
                "INSERT INTO t (x) SELECT 'x' FROM generate_series(1,20000)",
                "SELECT pg_switch_wal()",
                "CREATE DATABASE other",
                "CREATE DATABASE closed",
                "REVOKE CONNECT ON DATABASE closed FROM public");
        standby = primary.standby("node_b");
        primary.sql("CREATE TABLE later (n int)", "SELECT pg_switch_wal()");
        primary.await("SELECT last_archived_wal ~ '^[0-9A-F]{24}$' FROM pg_stat_archiver");
    }

    @AfterAll
    static void stop() throws Exception {
        if (standby != null) standby.close();
        if (primary != null) primary.close();
    }

    private static Login login() {
        return new Login(TestServer.ROLE, TestServer.PASSWORD, "postgres", Map.of());
    }

    private record Asked(Map<String, String> failures, List<Family> families, List<String> empty) {}

    private static Asked everything(TestServer of) {
        var memory = new Memory(new LsnClock());
        var failures = new TreeMap<String, String>();
        var families = new ArrayList<Family>();
        var empty = new ArrayList<String>();
        try (var server =
                new Server(
                        () -> Optional.of(of.address()), login(), WE, memory, System::nanoTime)) {
            for (var collector : Statements.all())
                if (collector.tier() != Tier.HOURLY)
                    switch (server.ask(collector, Instant.now())) {
                        case Task.Outcome.Answered(var told) -> families.addAll(told);
                        case Task.Outcome.NotAsked _, Task.Outcome.NotForIt _ ->
                                empty.add(collector.id());
                        case Task.Outcome.Partly(_, var why) -> failures.put(collector.id(), why);
                        case Task.Outcome.Failed(var why, _) -> failures.put(collector.id(), why);
                    }
            families.addAll(server.families());
        }
        var hourly =
                new HourlyTask(
                        () -> Optional.of(of.address()),
                        login(),
                        WE,
                        memory,
                        Statements.all().stream().filter(c -> c.tier() == Tier.HOURLY).toList(),
                        Tier.HOURLY.interval(),
                        Set.of());
        switch (hourly.ask(Instant.now())) {
            case Task.Outcome.Answered(var told) -> families.addAll(told);
            case Task.Outcome other -> failures.put("databases", other.toString());
        }
        return new Asked(failures, families, empty);
    }

    private static String page(TestServer of) {
        var asked = everything(of);
        assertThat(asked.failures()).isEmpty();
        return TextFormat.PROMETHEUS.write(Compatible.DEFAULT.page(asked.families()));
    }

    @Test
    @DisplayName("all succeed on a primary and on a standby")
    void succeed() {
        var onPrimary = everything(primary);
        var onStandby = everything(standby);
        assertThat(onPrimary.failures()).isEmpty();
        assertThat(onStandby.failures()).isEmpty();
        assertThat(onPrimary.empty()).doesNotContain("S02", "S04", "S05", "S14", "S18", "S29");
        assertThat(onStandby.empty()).contains("S04", "S09", "S42").doesNotContain("S02", "S06");
    }

    @Test
    @DisplayName("add only samples of metrics their collector declares")
    void declared() {
        var declared =
                Statements.all().stream()
                        .flatMap(collector -> collector.metrics().stream())
                        .map(metric -> metric.name() + metric.labels() + metric.type())
                        .collect(Collectors.toSet());
        var asked = everything(primary).families();
        assertThat(asked).hasSizeGreaterThan(100);
        for (var family : asked) {
            var metric = family.metric();
            if (metric.name().startsWith("pg_settings_") || metric.name().equals("pg_up")) continue;
            assertThat(declared).contains(metric.name() + metric.labels() + metric.type());
        }
    }

    @Test
    @DisplayName("tell the same as the server does")
    void values() {
        var page = page(primary);
        assertThat(page)
                .contains("\npg_up 1\n")
                .contains("\npg_replication_is_replica 0\n")
                .contains("\npg_settings_max_connections 100\n")
                .contains("\npg_settings_shared_buffers_bytes 134217728\n")
                .contains("\npg_settings_checkpoint_timeout_seconds 300\n")
                .contains("\npg_settings_statement_timeout_seconds 0\n")
                .contains("\npg_settings_autovacuum_work_mem_bytes -1\n")
                .contains("\npg_settings_fsync 0\n")
                .contains(
                        "matriarch_settings_unsafe{cluster=\"demo\",member=\"node-a\",setting=\"fsync\"} 1\n")
                .contains(
                        "matriarch_data_checksums_enabled{cluster=\"demo\",member=\"node-a\"} 1\n")
                .contains("pg_locks_count{datname=\"other\",mode=\"accessexclusivelock\"} 0\n")
                .contains("pg_stat_activity_count{datname=\"other\",state=\"disabled\"")
                .contains(
                        "pg_stat_user_tables_n_tup_ins{datname=\"postgres\",schemaname=\"public\",relname=\"t\"} 20000\n")
                .contains("pg_database_size_bytes{datname=\"closed\"}")
                .contains("pg_replication_slots_active{slot_name=\"node_b\",database=\"\"} 1\n")
                .contains("pg_stat_statements_calls_total{user=\"postgres\",datname=\"postgres\"")
                .contains(
                        "matriarch_replication_state{cluster=\"demo\",member=\"node-a\",standby=\"node_b\",state=\"streaming\"} 1\n")
                .contains(
                        "matriarch_replication_clock_lag_seconds{cluster=\"demo\",member=\"node-a\",standby=\"node_b\"}")
                .contains(
                        "matriarch_rpo_seconds{cluster=\"demo\",member=\"node-a\",repo=\"best\"}");
        assertThat(page(standby))
                .contains("\npg_replication_is_replica 1\n")
                .contains("matriarch_receiver_up{cluster=\"demo\",member=\"node-a\"} 1\n")
                .contains(
                        "pg_stat_wal_receiver_received_tli{upstream_host=\"127.0.0.1\",slot_name=\"node_b\",status=\"streaming\"} 1\n");
    }
}
