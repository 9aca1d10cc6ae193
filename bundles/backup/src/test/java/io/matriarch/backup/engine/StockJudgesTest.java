package io.matriarch.backup.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.format.DbControl;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.PgVersion;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.storage.disk.DirectoryStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our backups of a real server, verified and restored by the stock program installed here. */
@Tag("long")
@DisplayName("Stock pgBackRest")
class StockJudgesTest {
    private static Path root;
    private static TestServer server;
    private static StockPgBackRest stock;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(TestServer.isInstalled(), "PostgreSQL is not installed");
        assumeTrue(StockPgBackRest.isInstalled(), "pgbackrest is not installed");
        root = Files.createTempDirectory("matriarch-stock-");
        var space = Files.createDirectories(root.resolve("space"));
        var folder = Files.createDirectories(root.resolve("server"));
        TestServer.own(root);
        server = TestServer.init(folder, "");
        stock = new StockPgBackRest(Files.createDirectories(root.resolve("stock")), server);
        server.configure("archive_mode = on\narchive_command = '/bin/true'\n");
        server.start();
        server.sql("CREATE TABLESPACE space LOCATION '" + space + "'");
        server.sql("CREATE TABLE t (id int PRIMARY KEY, text text)");
        server.sql("INSERT INTO t SELECT i, md5(i::text) FROM generate_series(1, 60000) i");
        server.sql("CREATE TABLE u (id int PRIMARY KEY, text text) TABLESPACE space");
        server.sql("INSERT INTO u SELECT i, md5(i::text) FROM generate_series(1, 5000) i");
        server.sql("CREATE UNLOGGED TABLE fleeting AS SELECT generate_series(1, 1000) AS id");
        server.sql("CREATE EXTENSION amcheck");
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) server.close();
        if (root != null) TestServer.delete(root);
    }

    @ParameterizedTest(name = "{0}, bundles {1}, blocks {2}, encrypted {3}")
    @CsvSource({
        "NONE, false, false, false",
        "ZST, false, false, false",
        "ZST, true, false, false",
        "LZ4, true, false, true",
        "GZ, true, false, false",
        "BZ2, false, false, true",
        "ZST, true, true, false",
        "LZ4, true, true, true",
        "GZ, true, true, false",
        "NONE, true, true, true"
    })
    @DisplayName("verifies and restores our full, differential and incremental, and builds on them")
    void chain(Compression compression, boolean bundles, boolean blocks, boolean encrypted)
            throws Exception {
        assumeTrue(
                !blocks || stock.readsBlocks(),
                () -> stock.version() + " reads no blocks: -Dmatriarch.test.pgbackrest=PROGRAM");
        var name = compression + "-" + bundles + "-" + blocks + "-" + encrypted;
        var requests = Requests.PLAIN.compressed(compression).stored(bundles, blocks);
        var repository = Files.createDirectories(root.resolve("repo-" + name));
        var pass = encrypted ? Optional.of("a passphrase") : Optional.<String>empty();
        stock.use(
                repository,
                pass,
                "compress-type=" + compression.option(),
                bundles ? "repo1-bundle=y" : "",
                blocks ? "repo1-block=y" : "");
        var stanza = stanza(repository, pass);
        TestServer.own(repository);
        archiveByStock();

        var full = backup(stanza, BackupType.FULL, requests, repository);
        change();
        backup(stanza, BackupType.DIFFERENTIAL, requests, repository);
        change();
        var last = backup(stanza, BackupType.INCREMENTAL, requests, repository);
        assertThat(full.warnings()).isEmpty();
        assertThat(last.damagedFiles()).isZero();
        stock.verify(3);
        restoreAndCompare(name);

        change();
        stock.run("backup", "--type=diff");
        TestServer.own(repository);
        change();
        var onStock = backup(stanza, BackupType.INCREMENTAL, requests, repository);
        assertThat(onStock.entry().prior()).isPresent();
        stock.verify(5);
        restoreAndCompare(name + "-mixed");
    }

    private static void change() throws Exception {
        server.sql("UPDATE t SET text = md5(text) WHERE id % 500 = 7");
        server.sql("INSERT INTO u SELECT max(id) + 1, 'more' FROM u");
        server.sql("CHECKPOINT");
    }

    private static Stanza stanza(Path repository, Optional<String> pass) throws Exception {
        var stanza =
                new Repository("repo1", new DirectoryStorage(repository), pass.map(Passphrase::new))
                        .stanza("demo");
        var control = DataDirectory.control(server.data).facts();
        var cluster =
                new DbControl(
                        new DbIdentity(1, control.systemId(), new PgVersion(15)),
                        control.controlVersion(),
                        control.catalogVersion());
        stanza.create(cluster, new SecureRandom());
        return stanza;
    }

    private static BackupResult backup(
            Stanza stanza, BackupType type, Requests requests, Path repository) throws Exception {
        return backup(server, "alpha", stanza, type, requests, repository);
    }

    private static BackupResult backup(
            TestServer from,
            String member,
            Stanza stanza,
            BackupType type,
            Requests requests,
            Path repository)
            throws Exception {
        var environment =
                new BackupEnvironment(
                        stanza,
                        member,
                        from::session,
                        from.data,
                        (_, last, patience) ->
                                Archived.await(
                                        repository.resolve("archive/demo/15-1"),
                                        last,
                                        patience,
                                        server::log),
                        StockJudgesTest::switchWal,
                        BackupEnvironment.LoadSource.OF_SERVER,
                        root.resolve("work"),
                        InstantSource.system());
        var result = new Backup(environment, requests.of(type)).run();
        TestServer.own(repository);
        return result;
    }

    private static void switchWal() {
        try {
            server.sql("SELECT pg_switch_wal()");
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("verifies and restores what was read from a standby while the primary wrote")
    void standby() throws Exception {
        var repository = Files.createDirectories(root.resolve("repo-standby"));
        stock.use(repository, Optional.empty(), "compress-type=zst", "repo1-bundle=y");
        var stanza = stanza(repository, Optional.empty());
        TestServer.own(repository);
        archiveByStock();
        var folder = Files.createDirectories(root.resolve("standby"));
        TestServer.own(folder);
        var standby = TestServer.of(folder.resolve("data"));
        server.program(
                "pg_basebackup",
                "-h",
                "127.0.0.1",
                "-p",
                "" + server.port,
                "-U",
                "postgres",
                "-D",
                standby.data.toString(),
                "-R",
                "-c",
                "fast",
                "-X",
                "stream",
                "--tablespace-mapping=" + root.resolve("space") + "=" + folder.resolve("space"));
        standby.configure("hot_standby = on");
        try (standby) {
            standby.start();
            change();
            var full = backup(standby, "beta", stanza, BackupType.FULL, Requests.PLAIN, repository);
            assertThat(full.entry().options().fromStandby()).isTrue();
            assertThat(full.warnings()).isEmpty();
            change();
            backup(standby, "beta", stanza, BackupType.INCREMENTAL, Requests.PLAIN, repository);
            var fromPrimary = backup(stanza, BackupType.INCREMENTAL, Requests.PLAIN, repository);
            assertThat(fromPrimary.warnings()).singleElement().asString().contains("beta", "alpha");
            stock.verify(3);
            restoreAndCompare("standby");
            restoreConsistent("standby-full", full.entry().label().text());
        }
    }

    /** An earlier backup, replayed until it is consistent and no further. */
    private static void restoreConsistent(String name, String label) throws Exception {
        var target = root.resolve("restored-" + name).resolve("data");
        stock.restore(
                target,
                "--set=" + label,
                "--tablespace-map-all=" + target.resolveSibling("space"),
                "--type=immediate",
                "--target-action=promote",
                "--archive-mode=off");
        try (var restored = TestServer.of(target)) {
            restored.configure("");
            restored.start();
            amcheck(restored);
        }
        TestServer.delete(target.getParent());
    }

    private static void amcheck(TestServer restored) throws Exception {
        restored.program(
                "pg_amcheck",
                "-h",
                "127.0.0.1",
                "-p",
                "" + restored.port,
                "-U",
                "postgres",
                "-d",
                "postgres",
                "--heapallindexed");
    }

    private static void archiveByStock() throws Exception {
        // Not before there is a stanza: PostgreSQL pauses a minute after failures.
        server.sql("ALTER SYSTEM SET archive_command = '" + stock.archiveCommand() + "'");
        server.sql("SELECT pg_reload_conf()");
        server.sql("SELECT pg_switch_wal()");
    }

    private static void restoreAndCompare(String name) throws Exception {
        server.sql("SELECT pg_switch_wal()");
        var target = root.resolve("restored-" + name).resolve("data");
        var space = root.resolve("restored-" + name).resolve("space");
        stock.restore(
                target,
                "--tablespace-map-all=" + space,
                "--type=immediate",
                "--target-action=promote",
                "--archive-mode=off");
        var restored = TestServer.of(target);
        restored.configure("");
        try {
            restored.start();
            assertThat(restored.content()).isEqualTo(server.content());
            assertThat(restored.value("SELECT count(*) FROM fleeting")).isEqualTo("0");
            amcheck(restored);
        } finally {
            restored.close();
        }
        TestServer.delete(target.getParent());
    }
}
