package io.matriarch.backup.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.backup.api.Restoring.Wanted;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.format.DbControl;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.PgVersion;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.restore.LocalRestores;
import io.matriarch.backup.restore.RestoreProgress;
import io.matriarch.backup.restore.Restores;
import io.matriarch.storage.disk.DirectoryStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A restore of one database of a real server")
class SingleDatabaseTest {
    private static final String SUM =
            "SELECT md5(string_agg(t::text, ';' ORDER BY id)) || '/' || count(*) FROM t";

    private Path root;
    private Path repository;
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(TestServer.isInstalled(), "PostgreSQL is not installed");
        root = Files.createTempDirectory("matriarch-single-");
        repository = Files.createDirectories(root.resolve("repo"));
        var folder = Files.createDirectories(root.resolve("server"));
        TestServer.own(root);
        server = TestServer.init(folder, "");
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) server.close();
        if (root != null) TestServer.delete(root);
    }

    /** As the repository has a segment that is not compressed. */
    private String archive() {
        return repository.resolve("archive/demo/15-1").toString();
    }

    private Stanza stanza() throws Exception {
        var stanza =
                new Repository("repo1", new DirectoryStorage(repository), Optional.empty())
                        .stanza("demo");
        var control = DataDirectory.control(server.data).facts();
        var version = PgVersion.parse(Files.readString(server.data.resolve("PG_VERSION")).strip());
        assumeTrue(version.equals(new PgVersion(15)), "the archive's path is that of 15");
        stanza.create(
                new DbControl(
                        new DbIdentity(1, control.systemId(), version),
                        control.controlVersion(),
                        control.catalogVersion()),
                new SecureRandom());
        TestServer.own(repository);
        return stanza;
    }

    private void fill(String database, int from, int to) throws SQLException {
        server.sql(
                database,
                "INSERT INTO t SELECT i, md5(i::text) FROM generate_series(%d, %d) i"
                        .formatted(from, to));
    }

    private void backup(Stanza stanza) throws Exception {
        var environment =
                new BackupEnvironment(
                        stanza,
                        "alpha",
                        server::session,
                        server.data,
                        (_, last, patience) ->
                                Archived.await(Path.of(archive()), last, patience, server::log),
                        () -> {},
                        BackupEnvironment.LoadSource.OF_SERVER,
                        root.resolve("work"),
                        InstantSource.system());
        new Backup(environment, Requests.PLAIN.of(BackupType.FULL)).run();
    }

    private Path restore(Stanza stanza, String database) throws Exception {
        Path target = Files.createDirectories(root.resolve("restored")).resolve("data");
        var wanted =
                new Wanted(
                        "latest",
                        Optional.empty(),
                        Optional.empty(),
                        target.toString(),
                        Optional.empty(),
                        List.of(database),
                        false,
                        false);
        var local =
                new LocalRestores(
                        server.data,
                        "cp %s/$(echo %%f | cut -c1-16)/%%f-* \"%%p\"".formatted(archive()),
                        2);
        var restores = new Restores(List.of(stanza.repository()), "demo", InstantSource.system());
        var planned = restores.plan(local.ask(wanted));
        assertThat(LocalRestores.plan(wanted, planned).notes())
                .anySatisfy(note -> assertThat(note).contains("only sales", "drop the others"));
        LocalRestores.run(
                restores, planned, new RestoreProgress(), Instant.now(), Optional.empty());
        TestServer.own(target.getParent());
        return target;
    }

    @Test
    @DisplayName(
            "has its rows, also those written after the backup; the others can only be dropped")
    void oneOfSeveral() throws Exception {
        var stanza = stanza();
        server.configure(
                """
                archive_mode = on
                archive_command = 'd=%s/$(echo %%f | cut -c1-16) && mkdir -p $d && cp %%p $d/%%f-$(sha1sum <%%p | cut -c1-40)'
                """
                        .formatted(archive()));
        server.start();
        for (String database : List.of("sales", "ledger", "scratch")) {
            server.sql("CREATE DATABASE " + database);
            server.sql(database, "CREATE TABLE t (id int PRIMARY KEY, text text)");
            fill(database, 1, 20_000);
        }
        backup(stanza);
        for (String database : List.of("sales", "ledger")) {
            fill(database, 20_001, 25_000);
            server.sql(database, "UPDATE t SET text = 'after' WHERE id % 100 = 1");
        }
        String source = server.value("sales", SUM);
        String last = server.value("postgres", "SELECT pg_walfile_name(pg_switch_wal())");
        Archived.await(Path.of(archive()), last, Duration.ofMinutes(2), server::log);

        try (var restored = TestServer.of(restore(stanza, "sales"))) {
            restored.configure("");
            restored.start();
            awaitPromoted(restored);
            assertThat(restored.value("sales", SUM)).isEqualTo(source).endsWith("/25000");
            for (String database : List.of("ledger", "scratch")) {
                assertThatThrownBy(() -> restored.value(database, SUM))
                        .as(database)
                        .isInstanceOf(SQLException.class);
                restored.sql("DROP DATABASE " + database);
            }
            assertThat(
                            restored.value(
                                    "postgres",
                                    "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database"))
                    .isEqualTo("postgres sales template0 template1");
            restored.sql("sales", "VACUUM (FREEZE) t");
            assertThat(restored.value("sales", SUM)).isEqualTo(source);
            restored.stop("fast");
            restored.program("pg_checksums", "--check", "-D", restored.data.toString());
        }
    }

    private static void awaitPromoted(TestServer restored) throws SQLException {
        long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (!restored.value("postgres", "SELECT pg_is_in_recovery()").equals("f")) {
            if (System.nanoTime() > end)
                throw new AssertionError("recovery does not end" + restored.log());
            LockSupport.parkNanos(50_000_000);
        }
    }
}
