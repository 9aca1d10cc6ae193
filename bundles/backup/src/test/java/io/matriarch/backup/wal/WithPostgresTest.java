package io.matriarch.backup.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
@DisplayName("A real PostgreSQL and a real agent")
class WithPostgresTest {
    private static final String SEGMENT_1_MB = "--wal-segsize=1";

    private Machine machine;
    private Path own;
    private Path repo;
    private Server primary;
    private Machine.Agent agent;

    @BeforeEach
    void begin() throws Exception {
        assumeTrue(Server.programs().isPresent(), "PostgreSQL is not installed");
        machine = new Machine();
        own = machine.folder("own");
        repo = machine.folder("repo");
        primary = new Server(machine, "a").init(SEGMENT_1_MB);
    }

    @AfterEach
    void end() throws Exception {
        if (primary != null) primary.close();
        if (machine != null) machine.close();
    }

    private void startAgent() throws Exception {
        agent = machine.agent(primary.data, own, repo, "");
    }

    private String command(String what) {
        return "'%s --socket %s %s'"
                .formatted(machine.program(), own.resolve("run/wal.sock"), what);
    }

    private void startPrimary() throws Exception {
        primary.configure("archive_command = " + command("push \"%p\""));
        primary.start();
        primary.sql("CREATE TABLE t (n int, filler text)");
    }

    private void fill(int from, int to) throws Exception {
        primary.sql(
                "INSERT INTO t SELECT n, repeat(md5(n::text), 30) FROM generate_series(%d, %d) n"
                        .formatted(from, to));
    }

    private String switchWal() throws Exception {
        return primary.sql("SELECT pg_walfile_name(pg_switch_wal())");
    }

    private void awaitArchived(String segment) throws Exception {
        Machine.await(
                segment + " archived",
                () ->
                        primary.says(
                                "SELECT last_archived_wal >= '"
                                        + segment
                                        + "' FROM pg_stat_archiver",
                                "t"));
    }

    private String stock(String... command) throws Exception {
        Path conf = machine.root.resolve("pgbackrest.conf");
        Files.writeString(
                conf,
                """
                [global]
                repo1-path=%s
                log-level-file=off
                lock-path=%s
                spool-path=%s
                [demo]
                pg1-path=%s
                pg1-socket-path=%s
                pg1-port=5499
                """
                        .formatted(
                                repo,
                                machine.folder("lock"),
                                machine.folder("stockspool"),
                                primary.data,
                                machine.root.resolve("a.run")));
        var all =
                new java.util.ArrayList<>(
                        java.util.List.of("pgbackrest", "--config=" + conf, "--stanza=demo"));
        all.addAll(java.util.List.of(command));
        return machine.must(all.toArray(String[]::new));
    }

    private static boolean hasStock() {
        return Files.isExecutable(Path.of("/usr/bin/pgbackrest"));
    }

    @Test
    @DisplayName("archive, and stock pgBackRest checks, verifies and gets what they archived")
    void stockReads() throws Exception {
        assumeTrue(hasStock(), "pgBackRest is not installed");
        startAgent();
        startPrimary();
        fill(1, 3000);
        String last = switchWal();
        awaitArchived(last);
        assertThat(stock("check", "--log-level-console=info")).contains("successfully archived");
        assertThat(stock("verify", "--output=text", "--verbose", "--log-level-console=off"))
                .contains("status: ok")
                .contains("checksum invalid: 0");
        Path got = machine.root.resolve("got");
        stock("archive-get", last, got.toString());
        assertThat(got).hasSameBinaryContentAs(primary.data.resolve("pg_wal/" + last));
    }

    @Test
    @DisplayName("restore what stock pgBackRest archived")
    void readsStock() throws Exception {
        assumeTrue(hasStock(), "pgBackRest is not installed");
        startAgent(); // creates the stanza
        stock("info");
        primary.configure(
                "archive_command = 'pgbackrest --config=%s --stanza=demo --compress-type=lz4 archive-push %%p'"
                        .formatted(machine.root.resolve("pgbackrest.conf")));
        primary.start();
        primary.sql("CREATE TABLE t (n int, filler text)");
        try (var standby = primary.copy("b")) {
            fill(1, 3000);
            awaitArchived(switchWal());
            standby.configure("restore_command = " + command("get %f \"%p\""));
            standby.signalFile("standby.signal");
            standby.start();
            Machine.await("replayed", () -> standby.says("SELECT max(n) FROM t", "3000"));
        }
    }

    @Test
    @DisplayName("feed a standby that does not stream, over the death of the agent and a promotion")
    void standby() throws Exception {
        startAgent();
        startPrimary();
        try (var standby = primary.copy("b")) {
            standby.configure("restore_command = " + command("get %f \"%p\""));
            standby.signalFile("standby.signal");
            standby.start();
            fill(1, 3000);
            awaitArchived(switchWal());
            Machine.await("replayed", () -> standby.says("SELECT max(n) FROM t", "3000"));
            agent.kill();
            fill(3001, 6000);
            Machine.await(
                    "the standby asked in vain",
                    () -> standby.log().contains("the standby tries to stream it"));
            assertThat(standby.runs()).isTrue();
            startAgent();
            awaitArchived(switchWal());
            Machine.await("replayed the rest", () -> standby.says("SELECT max(n) FROM t", "6000"));
            standby.promote();
            assertThat(standby.sql("SELECT pg_is_in_recovery()")).isEqualTo("f");
            Machine.await(
                    "its history archived",
                    () ->
                            Files.exists(
                                    repo.resolve(
                                            "archive/demo/" + version() + "-1/00000002.history")));
        }
    }

    private String version() throws Exception {
        return Files.readString(primary.data.resolve("PG_VERSION")).strip();
    }

    @Test
    @DisplayName("recover to a named point, and wait for an agent that comes late")
    void pointInTime() throws Exception {
        startAgent();
        startPrimary();
        try (var restored = primary.copy("b")) {
            fill(1, 2000);
            primary.sql("SELECT pg_create_restore_point('here')");
            fill(2001, 4000);
            awaitArchived(switchWal());
            agent.kill();
            restored.configure(
                    "restore_command = " + command("get %f \"%p\""),
                    "recovery_target_name = 'here'",
                    "recovery_target_action = 'promote'",
                    "archive_mode = off");
            restored.signalFile("recovery.signal");
            restored.begin();
            Machine.await("waiting", () -> restored.log().contains("waiting for "));
            startAgent();
            Machine.await("promoted", () -> restored.says("SELECT pg_is_in_recovery()", "f"));
            assertThat(restored.sql("SELECT max(n) FROM t")).isEqualTo("2000");
        }
    }

    @Test
    @DisplayName("do not end a recovery early because a repository is away")
    void noEarlyEnd() throws Exception {
        startAgent();
        startPrimary();
        try (var restored = primary.copy("b")) {
            fill(1, 3000);
            awaitArchived(switchWal());
            agent.kill();
            restored.configure(
                    "restore_command = " + command("--wait 2 get %f \"%p\""), "archive_mode = off");
            restored.signalFile("recovery.signal");
            restored.begin();
            Machine.await("given up", () -> restored.log().contains("recovery stops"));
            Machine.await("stopped", () -> !restored.runs());
            assertThat(restored.log()).doesNotContain("archive recovery complete");
            assertThat(restored.data.resolve("recovery.signal")).exists();
            startAgent();
            restored.start();
            // It answers queries long before it has replayed everything.
            Machine.await(
                    "recovered", () -> restored.sql("SELECT pg_is_in_recovery()").equals("f"));
            assertThat(restored.sql("SELECT max(n) FROM t")).isEqualTo("3000");
        }
    }

    @Test
    @DisplayName("lose nothing that was told as archived, whenever the agent is killed")
    void killedAgent() throws Exception {
        long seed = Long.getLong("wal.seed", System.nanoTime());
        var random = new Random(seed);
        startAgent();
        startPrimary();
        for (int round = 0; round < 8; round++) {
            fill(round * 1000, round * 1000 + 999);
            Thread.ofVirtual().start(this::switchQuietly);
            agent.process()
                    .waitFor(random.nextInt(400), java.util.concurrent.TimeUnit.MILLISECONDS);
            agent.kill();
            startAgent();
        }
        String last = switchWal();
        awaitArchived(last);
        for (String name : primary.marked(".done")) {
            if (!Files.exists(primary.data.resolve("pg_wal/" + name))) continue;
            assertThat(archived(name)).as("%s, seed %d", name, seed).isTrue();
        }
        if (hasStock())
            assertThat(stock("verify", "--output=text", "--verbose", "--log-level-console=off"))
                    .as("seed %d", seed)
                    .contains("status: ok")
                    .contains("checksum invalid: 0");
    }

    private void switchQuietly() {
        try {
            switchWal();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean archived(String name) throws Exception {
        Path got = machine.root.resolve("RESTORED");
        var ended =
                machine.run(
                        "/bin/sh",
                        "-c",
                        "cd '%s' && %s --socket %s get %s %s"
                                .formatted(
                                        primary.data,
                                        machine.program(),
                                        own.resolve("run/wal.sock"),
                                        name,
                                        got));
        assertThat(ended.text()).isEmpty();
        return ended.status() == 0
                && Files.mismatch(got, primary.data.resolve("pg_wal/" + name)) < 0;
    }
}
