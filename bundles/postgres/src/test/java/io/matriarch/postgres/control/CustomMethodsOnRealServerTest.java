package io.matriarch.postgres.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.Gate;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.StopMode;
import io.matriarch.postgres.core.CustomMethods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
@DisplayName("A data directory made by a command of the user's")
class CustomMethodsOnRealServerTest {
    /** Takes {@code --datadir}, or the argument before the others. */
    private static final String COPY =
            "f() { for a; do case $a in --datadir=*) d=${a#*=};; --connstring=*) s=${a#*=};; esac;"
                    + " done; %s; }; f";

    @BeforeAll
    static void needsPostgres() throws IOException {
        TestNode.assumePostgres();
    }

    private static CustomMethods bootstrap(String does, Map<String, Object> further) {
        var options = new LinkedHashMap<String, Object>(further);
        options.put("command", COPY.formatted(does));
        return new CustomMethods(
                Optional.of(CustomMethods.Bootstrap.of("copy", options)), List.of());
    }

    private static CustomMethods replica(String does, Map<String, Object> further) {
        var options = new LinkedHashMap<String, Object>(further);
        options.put("command", COPY.formatted(does));
        return new CustomMethods(
                Optional.empty(),
                List.of(
                        CustomMethods.Replica.of("copy", options),
                        CustomMethods.Replica.of("basebackup", Map.of())));
    }

    private static String baseBackup(TestNode of) throws PostgresException {
        return new Binaries(of.settings, new Programs(of.runAs)).program("pg_basebackup")
                + " -c fast -d \"$s\" -D \"$d\"";
    }

    private static String source(TestNode of) {
        return "s='host=127.0.0.1 port=%d user=replicator password=rep:pass'; "
                .formatted(of.settings.port());
    }

    @Test
    @DisplayName("begins a cluster of its own, with our passwords and without its upstream")
    void firstOfACluster() throws Exception {
        try (var a = TestNode.bootstrapped("node-a")) {
            a.needs("pg_basebackup");
            a.needs("psql");
            a.sql("CREATE TABLE t AS SELECT 7 AS n");
            a.sql("ALTER ROLE postgres PASSWORD 'not ours'");
            var copy = bootstrap(source(a) + baseBackup(a) + " -R", Map.of());
            try (var b = TestNode.made("node-b", copy)) {
                b.server.configure(Map.of());
                b.server.bootstrap(Gate.OPEN, _ -> {});
                assertThat(b.live().inRecovery()).isFalse();
                assertThat(b.value("SELECT n FROM t")).isEqualTo("7");
                assertThat(b.value("SHOW primary_conninfo")).isEmpty();
                assertThat(b.value("SHOW archive_mode")).isEqualTo("off");
                assertThat(b.value("SHOW listen_addresses")).isEqualTo("127.0.0.1");
                assertThat(b.root.resolve("state/custom-bootstrap")).doesNotExist();
                assertThat(b.root.resolve("state/custom-bootstrap.sql")).doesNotExist();
                assertThat(b.look().systemId()).isEqualTo(a.look().systemId());
            }
        }
    }

    @Test
    @DisplayName("recovers to where recovery_conf says, and ends on a timeline of its own")
    void recovers() throws Exception {
        try (var a = TestNode.bootstrapped("node-a")) {
            a.needs("pg_basebackup");
            a.needs("psql");
            a.sql("CREATE TABLE t AS SELECT 7 AS n");
            var wal = a.settings.dataDir().resolve("pg_wal");
            var copy =
                    bootstrap(
                            source(a) + baseBackup(a),
                            Map.of(
                                    "recovery_conf",
                                    Map.of(
                                            "restore_command",
                                            "cp " + wal + "/%f %p",
                                            "recovery_target",
                                            "immediate",
                                            "recovery_target_action",
                                            "promote")));
            try (var b = TestNode.made("node-b", copy)) {
                b.server.configure(Map.of());
                b.server.bootstrap(Gate.OPEN, _ -> {});
                assertThat(b.value("SELECT n FROM t")).isEqualTo("7");
                assertThat(b.value("SELECT timeline_id FROM pg_control_checkpoint()"))
                        .isEqualTo("2");
                assertThat(b.value("SHOW restore_command")).isEmpty();
            }
        }
    }

    @Test
    @DisplayName(
            "is what a restore to a directory left, without the settings it had to stand alone")
    void restoredBefore() throws Exception {
        try (var a = TestNode.bootstrapped("node-a")) {
            a.needs("pg_basebackup");
            a.needs("psql");
            a.sql("CREATE TABLE t AS SELECT 7 AS n");
            String settings =
                    """
                    restore_command = 'cp %s/%%f %%p'
                    recovery_target = 'immediate'
                    recovery_target_action = 'promote'
                    archive_mode = 'off'
                    synchronous_standby_names = ''
                    hba_file = '/nowhere/pg_hba.conf'
                    """
                            .formatted(a.settings.dataDir().resolve("pg_wal"));
            Path left = a.root.resolve("restored.conf");
            Files.writeString(left, settings);
            String does =
                    source(a)
                            + baseBackup(a)
                            + " && touch $d/recovery.signal && cat "
                            + left
                            + " >>$d/postgresql.auto.conf && sed -i -E"
                            + " '/^(archive_mode|hba_file|ident_file|synchronous_standby_names) /d'"
                            + " $d/postgresql.auto.conf";
            var copy = bootstrap(does, Map.of("keep_existing_recovery_conf", true));
            try (var b = TestNode.made("node-b", copy)) {
                b.server.configure(Map.of());
                b.server.bootstrap(Gate.OPEN, _ -> {});
                assertThat(b.live().inRecovery()).isFalse();
                assertThat(b.value("SELECT n FROM t")).isEqualTo("7");
                assertThat(b.value("SELECT timeline_id FROM pg_control_checkpoint()"))
                        .isEqualTo("2");
                assertThat(b.value("SHOW restore_command")).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("is set aside if the command fails, or the agent dies before it is whole")
    void setAside() throws Exception {
        try (var a =
                TestNode.made(
                        "node-a",
                        bootstrap("mkdir -p $d/global; echo half > $d/x; exit 3", Map.of()))) {
            a.server.configure(Map.of());
            var failure =
                    catchThrowableOfType(
                            PostgresException.class, () -> a.server.bootstrap(Gate.OPEN, _ -> {}));
            assertThat(failure)
                    .hasMessageContaining("bootstrap.copy ended with exit status 3")
                    .extracting(PostgresException::hint)
                    .asString()
                    .contains("--scope=demo", "--datadir=" + a.settings.dataDir());
            assertThat(a.look().state()).isEqualTo(PostgresState.CUSTOM_BOOTSTRAP_FAILED);

            a.newAgent();
            assertThat(a.look().dataDirectory()).isEqualTo(DataDirectory.EMPTY);
            assertThat(a.root.resolve("data.failed/x")).hasContent("half");
            assertThat(a.root.resolve("state/custom-bootstrap")).doesNotExist();
        }
    }

    /** Makes a replica of {@code a}; returns what steps were told. */
    private static List<String> follow(TestNode a, TestNode b) throws Exception {
        var steps = new ArrayList<String>();
        b.server.cloneFrom(a.asUpstream(), progress -> steps.add(progress.step()));
        a.server.createPhysicalSlot(b.settings.name().slotName());
        b.server.startStandby(Optional.of(a.asUpstream()), TestNode.LONG);
        b.await("streaming", TestNode::streaming);
        assertThat(b.root.resolve("data.incoming")).doesNotExist();
        assertThat(b.root.resolve("state/custom-replica")).doesNotExist();
        return steps.stream().distinct().toList();
    }

    @Test
    @DisplayName("becomes a replica; beside the data directory, or in it if it is not told where")
    void becomesAReplica() throws Exception {
        try (var a = TestNode.bootstrapped("node-a")) {
            a.needs("pg_basebackup");
            try (var b = TestNode.made("node-b", replica(baseBackup(a), Map.of()))) {
                b.server.configure(Map.of());
                assertThat(follow(a, b)).containsExactly("copy");
            }
            String knows = source(a) + "d=%s; " + baseBackup(a);
            try (var b =
                    TestNode.made(
                            "node-c",
                            data -> replica(knows.formatted(data), Map.of("no_params", true)))) {
                b.server.configure(Map.of());
                assertThat(follow(a, b)).containsExactly("copy");
            }
        }
    }

    @Test
    @DisplayName("that comes to nothing leaves it to the next method")
    void nextMethod() throws Exception {
        try (var a = TestNode.bootstrapped("node-a")) {
            a.needs("pg_basebackup");
            try (var b = TestNode.made("node-b", replica("mkdir $d; exit 1", Map.of()))) {
                b.server.configure(Map.of());
                assertThat(follow(a, b)).startsWith("copy", "pg_basebackup");
            }
        }
    }

    @Test
    @DisplayName("begins with what was there if keep_data says so, and keeps that if it fails")
    void keepsData() throws Exception {
        try (var a = TestNode.bootstrapped("node-a")) {
            a.needs("pg_basebackup");
            var only =
                    new CustomMethods(
                            Optional.empty(),
                            List.of(
                                    CustomMethods.Replica.of(
                                            "update",
                                            Map.of(
                                                    "keep_data",
                                                    true,
                                                    "command",
                                                    COPY.formatted(
                                                            "test -e $d/PG_VERSION && test -e"
                                                                    + " ${d%.incoming}.ready")))));
            try (var b = TestNode.made("node-b", only)) {
                a.server.stop(StopMode.FAST, TestNode.LONG, _ -> {});
                b.copyOf(a);
                a.server.startPrimary(Gate.OPEN, TestNode.LONG);
                b.server.configure(Map.of());
                var failure =
                        catchThrowableOfType(
                                PostgresException.class,
                                () -> b.server.cloneFrom(a.asUpstream(), _ -> {}));
                assertThat(failure).hasMessageContaining("replica method update");
                assertThat(b.look().dataDirectory()).isEqualTo(DataDirectory.EMPTY);
                assertThat(b.root.resolve("data.incoming/PG_VERSION")).exists();

                Files.createFile(b.root.resolve("data.ready"));
                assertThat(follow(a, b)).containsExactly("update");
            }
        }
    }

    @Test
    @DisplayName("made in the data directory is no cluster if the agent dies meanwhile")
    void interruptedInPlace() throws Exception {
        try (var a = TestNode.bootstrapped("node-a");
                var b = TestNode.made("node-b", replica("true", Map.of("no_params", true)))) {
            a.server.stop(StopMode.FAST, TestNode.LONG, _ -> {});
            b.copyOf(a);
            assertThat(b.look().dataDirectory()).isEqualTo(DataDirectory.PRESENT);
            Files.createDirectory(b.root.resolve("state"));
            Files.createFile(b.root.resolve("state/custom-replica"));

            b.newAgent();
            assertThat(b.look().dataDirectory()).isEqualTo(DataDirectory.EMPTY);
            assertThat(b.root.resolve("data.incoming/PG_VERSION")).exists();
            assertThat(b.root.resolve("state/custom-replica")).doesNotExist();
        }
    }
}
