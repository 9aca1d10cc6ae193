package io.matriarch.backup.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.api.SystemId;
import io.matriarch.backup.codec.Sha1;
import io.matriarch.backup.drill.Drill;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.format.DbControl;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.PgVersion;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.repository.Verified;
import io.matriarch.backup.restore.Programs;
import io.matriarch.backup.restore.Restores;
import io.matriarch.backup.verify.Damage;
import io.matriarch.backup.verify.Verifier;
import io.matriarch.backup.wal.Cluster;
import io.matriarch.storage.disk.DirectoryStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("One damage in a repository")
class DamagedRepositoryTest {
    private static final String BIG = "pg_data/pg_xact/0001";

    @TempDir private Path folder;
    private Path root;
    private Repository repository;
    private Stanza stanza;
    private Label label;

    @BeforeEach
    void backup() throws Exception {
        var server = new FakeServer(folder.resolve("data"));
        write(server.data.resolve("pg_xact/0000"), 200_000);
        write(server.data.resolve("pg_xact/0001"), 3 << 20);
        root = Files.createDirectories(folder.resolve("repo"));
        repository = new Repository("repo1", new DirectoryStorage(root), Optional.empty());
        stanza = repository.stanza("demo");
        stanza.create(
                new DbControl(
                        new DbIdentity(1, new SystemId(FakeServer.SYSTEM_ID), new PgVersion(15)),
                        1300,
                        202209061),
                new SecureRandom());
        var environment =
                new BackupEnvironment(
                        stanza,
                        "alpha",
                        () -> server,
                        server.data,
                        (_, _, _) -> {},
                        () -> {},
                        BackupEnvironment.LoadSource.OF_SERVER,
                        folder.resolve("work"),
                        InstantSource.system());
        label = new Backup(environment, Requests.PLAIN.of(BackupType.FULL)).run().entry().label();
        byte[] wal = Cluster.content("000000010000000000000003", 16);
        Path archive = Files.createDirectories(root.resolve("archive/demo/15-1/0000000100000000"));
        Files.write(archive.resolve("000000010000000000000003-" + Sha1.of(wal)), wal);
    }

    private static void write(Path file, int size) throws IOException {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        Files.write(file, bytes);
    }

    private void harm(String how, Path file) throws IOException {
        switch (how) {
            case "a missing object" -> Files.delete(file);
            case "a truncated object" -> {
                try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(channel.size() - 1);
                }
            }
            case "a flipped byte" -> {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length / 2] ^= 1;
                try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.write(ByteBuffer.wrap(bytes));
                }
            }
            default -> throw new IllegalArgumentException(how);
        }
    }

    private MatriarchException drill() {
        var setting =
                new Drill.Setting(
                        "alpha",
                        folder.resolve("scratch"),
                        new Programs(folder.resolve("no-programs"), List.of()),
                        "postgres",
                        "postgres",
                        "false",
                        List.of(),
                        2);
        return catchThrowableOfType(
                MatriarchException.class,
                () ->
                        new Drill(setting, InstantSource.system())
                                .run(
                                        new Restores(
                                                List.of(repository),
                                                "demo",
                                                InstantSource.system()),
                                        (_, _) -> {}));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "a flipped byte, pg_data/pg_xact/0001.zst, " + BIG,
        "a missing object, pg_data/pg_xact/0001.zst, " + BIG,
        "a truncated object, pg_data/pg_xact/0001.zst, " + BIG,
        "a flipped byte, bundle/1, pg_data/pg_xact/0000",
        "a missing object, bundle/1, pg_data/pg_xact/0000",
        "a truncated object, bundle/1, ''"
    })
    @DisplayName("is named by verify and by a drill, and nothing counts on that backup afterwards")
    void named(String how, String object, String file) throws Exception {
        assertThat(new Verifier(stanza, 2, folder.resolve("verify")).run(List.of()).damages())
                .isEmpty();
        harm(how, root.resolve("backup/demo/" + label).resolve(object));

        var report = new Verifier(stanza, 2, folder.resolve("verify")).run(List.of());
        assertThat(report.damages())
                .extracting(Damage::path)
                .containsOnly("backup/demo/" + label + "/" + object);
        if (!file.isEmpty()) assertThat(report.damages()).extracting(Damage::name).contains(file);
        assertThat(report.damaged()).containsOnlyKeys(label);

        var failure = drill();
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(Code.RESTORE);
        assertThat(failure)
                .hasMessageContaining(label + " is damaged")
                .hasMessageContaining(object);
        assertThat(Verified.damaged(stanza)).containsExactly(label);
        assertThat(folder.resolve("scratch")).doesNotExist();
        assertThat(drill()).hasMessageContaining("there is no backup of PostgreSQL 15");
    }
}
