package io.matriarch.postgres.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.api.SystemId;
import io.matriarch.postgres.api.ControlData;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.core.ServerConfig.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsInForceTest {
    private static final PgVersion V12 = new PgVersion(12);
    private static final PgVersion V15 = new PgVersion(15);

    private static Map<String, Object> parameters(Map<String, Object> values) {
        return Map.of("parameters", values);
    }

    private static ServerConfig config(
            Map<String, Object> cluster, Map<String, Object> local, Optional<Source> source) {
        return ServerConfig.of(
                node(), Merged.of(cluster, local, source.isEmpty()), V15, source, Optional.empty());
    }

    private static NodeSettings node() {
        var account = new Account("postgres", "", Map.of());
        return new NodeSettings(
                "demo",
                new MemberName("node-a"),
                List.of("10.0.0.1", "127.0.0.1"),
                5433,
                new HostPort("10.0.0.1", 5433),
                "postgres",
                Path.of("/data"),
                Path.of("/data"),
                Optional.empty(),
                Map.of(),
                Path.of("/state"),
                Path.of("/state/pgpass"),
                Duration.ofSeconds(60),
                account,
                account,
                account,
                Optional.empty(),
                List.of(),
                List.of(),
                "",
                CustomMethods.NONE,
                WalCommands.NONE,
                0,
                Map.of());
    }

    @Nested
    @DisplayName("who wins")
    class Precedence {
        @Test
        @DisplayName("the node over the cluster, but not where only the cluster may set")
        void nodeOverCluster() {
            var merged =
                    Merged.of(
                            parameters(Map.of("work_mem", "4MB", "max_connections", 200)),
                            parameters(Map.of("work_mem", "8MB", "max_connections", 300)),
                            true);
            assertThat(merged.parameters()).containsExactly(Map.entry("work_mem", "8MB"));
            assertThat(merged.owned()).containsEntry("max_connections", "200");
            assertThat(merged.ignored()).containsExactly("max_connections");
        }

        @Test
        @DisplayName("a variant for the role over the general value")
        void roles() {
            var cluster =
                    Map.<String, Object>of(
                            "parameters", Map.of("work_mem", "1MB"),
                            "parameters_replica", Map.of("work_mem", "2MB"),
                            "pg_hba", List.of("local all all peer"),
                            "pg_hba_primary", List.of("local all all trust"));
            assertThat(Merged.of(cluster, Map.of(), true).parameters())
                    .containsEntry("work_mem", "1MB");
            assertThat(Merged.of(cluster, Map.of(), false).parameters())
                    .containsEntry("work_mem", "2MB");
            assertThat(Merged.of(cluster, Map.of(), true).hba())
                    .containsExactly("local all all trust");
        }

        @Test
        @DisplayName("use_slots is the cluster's alone, use_pg_rewind the node's first")
        void flags() {
            var merged =
                    Merged.of(
                            Map.of("use_slots", "off", "use_pg_rewind", true),
                            Map.of("use_slots", true, "use_pg_rewind", false),
                            true);
            assertThat(merged.useSlots()).isFalse();
            assertThat(merged.useRewind()).isFalse();
            assertThat(Merged.of(Map.of(), Map.of(), true).useSlots()).isTrue();
        }

        @Test
        @DisplayName("a name or value that cannot be written is refused")
        void unwritable() {
            assertThatThrownBy(() -> Merged.of(parameters(Map.of("a b", 1)), Map.of(), true))
                    .hasMessageContaining("a b");
            assertThatThrownBy(() -> Merged.of(parameters(Map.of("a", "x\ny")), Map.of(), true))
                    .hasMessageContaining("one line");
        }
    }

    @Nested
    @DisplayName("parameters the cluster owns")
    class Owned {
        @ParameterizedTest
        @CsvSource({
            "max_connections, 24, 100",
            "max_connections, 25, 25",
            "max_connections, many, 100",
            "max_wal_senders, 2, 10",
            "max_prepared_transactions, 0, 0",
            "max_locks_per_transaction, 31, 64",
            "max_worker_processes, 2, 2",
            "max_replication_slots, 3, 10",
            "track_commit_timestamp, true, on",
            "wal_log_hints, off, off",
            "wal_log_hints, perhaps, on",
            "hot_standby, off, on",
            "wal_level, minimal, replica",
            "wal_level, hot_standby, replica",
            "wal_level, logical, logical"
        })
        @DisplayName("fall back to their default where the value is not allowed")
        void fallBack(String name, String given, String inForce) {
            var merged = Merged.of(parameters(Map.of(name, given)), Map.of(), true);
            assertThat(merged.owned()).containsEntry(name, inForce);
        }

        @ParameterizedTest
        @CsvSource({
            "wal_keep_segments, 8, 15, wal_keep_size, 128MB",
            "wal_keep_segments, 20, 15, wal_keep_size, 320MB",
            "wal_keep_size, 1GB, 15, wal_keep_size, 1024MB",
            "wal_keep_size, 1MB, 15, wal_keep_size, 128MB",
            "wal_keep_size, 100MB, 12, wal_keep_segments, 7",
            "wal_keep_segments, 0, 12, wal_keep_segments, 8"
        })
        @DisplayName("wal_keep is told in the words of the version")
        void walKeep(String name, String given, int version, String told, String value) {
            assertThat(Gucs.walKeep(Map.of(name, given), new PgVersion(version)))
                    .isEqualTo(Map.entry(told, value));
        }

        @Test
        @DisplayName("a standby has at least what its WAL was written with, and says what waits")
        void standbyMinimums() {
            var control =
                    new ControlData(
                            new SystemId("7711168805385076805"),
                            "shut down in recovery",
                            Lsn.ZERO,
                            1,
                            Lsn.ZERO,
                            0,
                            true,
                            true,
                            150,
                            8,
                            10,
                            0,
                            64);
            var merged = Merged.of(Map.of(), Map.of(), false);
            var standby =
                    ServerConfig.of(
                            node(), merged, V15, Optional.of(Source.NOBODY), Optional.of(control));
            assertThat(standby.commandLine()).containsEntry("max_connections", "150");
            assertThat(standby.wanted()).containsEntry("max_connections", "100");
            var primary =
                    ServerConfig.of(node(), merged, V15, Optional.empty(), Optional.of(control));
            assertThat(primary.commandLine()).containsEntry("max_connections", "100");
        }
    }

    @Nested
    @DisplayName("the generated file")
    class File {
        @Test
        @DisplayName("includes the original, then the parameters in order, then recovery")
        void standby() {
            var source = new Source("host=10.0.0.2 password='it''s'", "node_a");
            String text =
                    config(
                                    Map.of(
                                            "recovery_conf",
                                            Map.of("restore_command", "cp %f '%p'")),
                                    parameters(
                                            Map.of("work_mem", "8MB", "search_path", "a, \"b\"")),
                                    Optional.of(source))
                            .postgresqlConf();
            assertThat(text)
                    .contains("include 'postgresql.base.conf'\n")
                    .contains("listen_addresses = '10.0.0.1,127.0.0.1'\n")
                    .contains("port = '5433'\n")
                    .contains("cluster_name = 'demo'\n")
                    .contains("primary_slot_name = 'node_a'\n")
                    .contains("recovery_target_timeline = 'latest'\n")
                    .contains("restore_command = 'cp %f ''%p'''\n");
            assertThat(text.indexOf("search_path")).isLessThan(text.indexOf("work_mem"));
            assertThat(ConfText.isGenerated(text)).isTrue();
            assertThat(ConfText.parse(text))
                    .containsEntry("primary_conninfo", source.conninfo())
                    .containsEntry("search_path", "a, \"b\"");
        }

        @Test
        @DisplayName("says nothing of recovery on a primary, whatever parameters say")
        void primary() {
            String text =
                    config(parameters(Map.of("primary_conninfo", "x")), Map.of(), Optional.empty())
                            .postgresqlConf();
            assertThat(text)
                    .doesNotContain("primary_conninfo")
                    .doesNotContain("wal_retrieve_retry_interval")
                    .contains("recovery_target_lsn = ''\n"); // it changes at a start only
        }

        @Test
        @DisplayName("a standby looks for its primary often, unless somebody said how often")
        void retryInterval() {
            var source = Optional.of(new Source("host=10.0.0.2", "node_a"));
            assertThat(config(Map.of(), Map.of(), source).postgresqlConf())
                    .contains("wal_retrieve_retry_interval = '250ms'\n");
            assertThat(
                            config(
                                            Map.of(),
                                            parameters(Map.of("wal_retrieve_retry_interval", "2s")),
                                            source)
                                    .postgresqlConf())
                    .contains("wal_retrieve_retry_interval = '2s'\n")
                    .doesNotContain("250ms");
        }

        @Test
        @DisplayName("pg_hba.conf is written only if configured")
        void hba() {
            assertThat(config(Map.of(), Map.of(), Optional.empty()).hba()).isEmpty();
            var config =
                    config(
                            Map.of("pg_hba", List.of("host all all all scram-sha-256")),
                            Map.of(),
                            Optional.empty());
            assertThat(config.hba()).get().asString().endsWith("host all all all scram-sha-256\n");
            assertThat(config.postgresqlConf()).contains("hba_file = '/data/pg_hba.conf'\n");
        }

        @Test
        @DisplayName("lines of ALTER SYSTEM about recovery are taken out, others stay")
        void autoConf() {
            String text =
                    "# by ALTER SYSTEM\nwork_mem = '1MB'\nPrimary_ConnInfo = 'host=x'\n"
                            + "restore_command='cp'\n";
            assertThat(ConfText.without(text, Gucs.RECOVERY))
                    .isEqualTo("# by ALTER SYSTEM\nwork_mem = '1MB'\n");
        }
    }

    @Nested
    @DisplayName("connection strings")
    class Connections {
        private final Account account =
                new Account("rep", "p:\\w", Map.of("sslmode", "verify-full"));

        @Test
        @DisplayName("name the standby and the password file, never the password")
        void primaryConninfo() {
            String text =
                    ConnInfo.primary(
                            List.of(new HostPort("fe80::1", 5432)),
                            "postgres",
                            account,
                            Path.of("/st ate/pgpass"),
                            "node-a",
                            V15);
            assertThat(ConnInfo.parse(text))
                    .containsEntry("application_name", "node-a")
                    .containsEntry("passfile", "/st ate/pgpass")
                    .containsEntry("sslmode", "verify-full")
                    .containsEntry("channel_binding", "prefer")
                    .doesNotContainKeys("password", "sslnegotiation");
            assertThat(ConnInfo.addresses(text)).containsExactly(new HostPort("fe80::1", 5432));
            assertThat(
                            ConnInfo.primary(
                                    List.of(new HostPort("h", 1)),
                                    "d",
                                    account,
                                    Path.of("/p"),
                                    "n",
                                    V12))
                    .doesNotContain("channel_binding");
        }

        @Test
        @DisplayName("quote what has blanks and quotes, and are read back")
        void quoting() {
            var words = Map.of("user", "o'neil \\ x");
            assertThat(ConnInfo.parse(ConnInfo.render(words))).isEqualTo(words);
            assertThat(ConnInfo.parse(" host = a  port='5' ")).containsEntry("host", "a");
            assertThat(ConnInfo.addresses("host=a,b port=1,2"))
                    .containsExactly(new HostPort("a", 1), new HostPort("b", 2));
            assertThat(ConnInfo.addresses("host=a,b port=1,2,3")).isEmpty();
            assertThat(ConnInfo.addresses("")).isEmpty();
        }

        @Test
        @DisplayName("colons and backslashes are escaped in the password file")
        void passFile() {
            assertThat(ConnInfo.passLine(account)).isEqualTo("*:*:*:rep:p\\:\\\\w\n");
        }
    }

    @Test
    @DisplayName("options come in Patroni's forms, and ours are reserved")
    void options() {
        assertThat(
                        Options.arguments(
                                "initdb",
                                List.of("data-checksums", Map.of("encoding", "UTF8")),
                                java.util.Set.of("pwfile")))
                .containsExactly("--data-checksums", "--encoding=UTF8");
        assertThat(
                        Options.arguments(
                                "pg_basebackup", Map.of("max-rate", "100M"), java.util.Set.of()))
                .containsExactly("--max-rate=100M");
        assertThatThrownBy(() ->
                        Options.arguments(
                                "initdb", List.of("pwfile=/x"), java.util.Set.of("pwfile")))
                .hasMessageContaining("pwfile");
        assertThatThrownBy(() -> Options.arguments("initdb", List.of("-x; rm"), java.util.Set.of()))
                .hasMessageContaining("no option");
    }
}
