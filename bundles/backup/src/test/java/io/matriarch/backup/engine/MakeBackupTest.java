package io.matriarch.backup.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.api.SystemId;
import io.matriarch.backup.engine.BackupEnvironment.LoadSource;
import io.matriarch.backup.expire.core.Retention;
import io.matriarch.backup.expire.core.Retention.Full;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.format.DbControl;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.PgVersion;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.task.MakeBackup;
import io.matriarch.backup.task.ProgressText;
import io.matriarch.storage.disk.DirectoryStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The task that makes a backup")
class MakeBackupTest {
    private static final Retention ONE =
            new Retention(
                    new Full.Count(1),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    BackupType.FULL,
                    OptionalInt.empty());

    @TempDir Path folder;
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final MakeBackup make = new MakeBackup(InstantSource.system());
    private FakeServer server;
    private Stanza stanza;

    @BeforeEach
    void cluster() throws Exception {
        server = new FakeServer(folder.resolve("data"));
        Files.writeString(server.data.resolve("postgresql.conf"), "port = 1\n");
        var repository = Files.createDirectories(folder.resolve("repo"));
        stanza =
                new Repository("repo1", new DirectoryStorage(repository), Optional.empty())
                        .stanza("demo");
    }

    private String run(BackupType type, BackupEnvironment.Archive archive)
            throws MatriarchException, InterruptedException {
        var environment =
                new BackupEnvironment(
                        stanza,
                        "alpha",
                        () -> server,
                        server.data,
                        archive,
                        () -> {},
                        LoadSource.OF_SERVER,
                        folder.resolve("work"),
                        InstantSource.system());
        return make.run(
                environment,
                Requests.PLAIN.of(type),
                ONE,
                now -> told.add(ProgressText.of("repo1", now, Instant.now())));
    }

    @Test
    @DisplayName("creates the stanza, makes a full where there is nothing to build on, and expires")
    void first() throws Exception {
        assertThat(run(BackupType.INCREMENTAL, (_, _, _) -> {}))
                .startsWith("repo1: ")
                .contains("F (full) of ", "there is no backup to build on", "nothing expires");
        assertThat(run(BackupType.INCREMENTAL, (_, _, _) -> {})).contains("I (incr) of ");
        assertThat(stanza.backupInfo().backups()).hasSize(2);
        assertThat(run(BackupType.FULL, (_, _, _) -> {})).contains("F (full)", "removed");
        assertThat(stanza.backupInfo().backups()).hasSize(1);
        assertThat(told).isNotEmpty().allSatisfy(line -> assertThat(line).startsWith("repo1: "));
    }

    @Test
    @DisplayName(
            "fails with the archive's own words where WAL does not get there, and lists nothing")
    void noWal() throws Exception {
        var failure =
                catchThrowableOfType(
                        MatriarchException.class,
                        () ->
                                run(
                                        BackupType.FULL,
                                        (_, _, _) -> {
                                            throw new MatriarchException(
                                                    Code.ARCHIVE, "no segment", "look at wal");
                                        }));
        assertThat(failure.code()).isEqualTo(Code.ARCHIVE);
        assertThat(stanza.backupInfo().backups()).isEmpty();
        assertThat(run(BackupType.FULL, (_, _, _) -> {})).contains("F (full)");
    }

    @Test
    @DisplayName("refuses the repository of another cluster before it reads anything")
    void foreign() throws Exception {
        stanza.create(
                new DbControl(
                        new DbIdentity(1, new SystemId("7000000000000000002"), new PgVersion(15)),
                        1300,
                        202209061),
                new SecureRandom());
        var failure =
                catchThrowableOfType(
                        MatriarchException.class, () -> run(BackupType.FULL, (_, _, _) -> {}));
        assertThat(failure.code()).isEqualTo(Code.REPOSITORY);
        assertThat(told).isEmpty();
    }
}
