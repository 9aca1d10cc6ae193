package io.matriarch.backup.wal.push;

import static io.matriarch.backup.wal.Cluster.content;
import static io.matriarch.backup.wal.Cluster.name;
import static io.matriarch.backup.wal.Cluster.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.SystemId;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.format.ArchiveInfo;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.PgVersion;
import io.matriarch.backup.wal.Cluster;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import io.matriarch.backup.wal.core.Answer;
import io.matriarch.storage.api.StorageException.Fault;
import io.matriarch.storage.memory.MemoryStorage;
import io.matriarch.storage.memory.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The archiver")
class ArchiverTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    @TempDir Path directory;
    private Cluster cluster;
    private final MemoryStorage storage = new MemoryStorage();
    private final RepositoryArchive archive = Cluster.archive("repo1", storage);
    private final List<Archiver> archivers = new ArrayList<>();

    @BeforeEach
    void begin() throws Exception {
        cluster = new Cluster(directory.resolve("data"));
        Cluster.create(storage, Optional.empty());
    }

    @AfterEach
    void end() {
        archivers.forEach(Archiver::close);
    }

    private Archiver archiver(RepositoryArchive... archives) {
        return archiver(Compression.ZST, archives);
    }

    private Archiver archiver(Compression compression, RepositoryArchive... archives) {
        var archiver =
                new Archiver(
                        List.of(archives), compression, compression.defaultLevel(), 2, () -> NOW);
        archivers.add(archiver);
        return archiver;
    }

    private static Answer push(Archiver archiver, Path file) throws Exception {
        return archiver.push(file).get(60, TimeUnit.SECONDS);
    }

    private static void await(String what, java.util.concurrent.Callable<Boolean> condition)
            throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.call()) {
            if (System.nanoTime() > end) throw new AssertionError("never " + what);
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Nested
    @DisplayName("asked for a segment")
    class Segment {
        @ParameterizedTest
        @EnumSource(Compression.class)
        @DisplayName("stores it under its hash, compressed as configured")
        void stores(Compression compression) throws Exception {
            var archiver = archiver(compression, archive);
            assertThat(push(archiver, cluster.ready(name(1)))).isEqualTo(new Answer.Done());
            assertThat(stored(archive, name(1)).orElseThrow()).isEqualTo(content(name(1), 1));
            assertThat(storage.list("archive/demo/15-1/0000000100000000"))
                    .singleElement()
                    .satisfies(entry ->
                            assertThat(entry.name())
                                    .matches(name(1) + "-[0-9a-f]{40}" + compression.extension()));
        }

        @Test
        @DisplayName("encrypts it in a repository that is, and not in another")
        void encrypts() throws Exception {
            var secret = new MemoryStorage();
            var pass = Optional.of(new Passphrase("repository-pass"));
            Cluster.create(secret, pass);
            var encrypted = Cluster.archive("repo2", secret, true, pass);
            var archiver = archiver(archive, encrypted);
            assertThat(push(archiver, cluster.ready(name(1)))).isEqualTo(new Answer.Done());
            assertThat(stored(encrypted, name(1)).orElseThrow()).isEqualTo(content(name(1), 1));
            assertThat(stored(archive, name(1)).orElseThrow()).isEqualTo(content(name(1), 1));
            String folder = "archive/demo/15-1/0000000100000000";
            String path = secret.list(folder).getFirst().path();
            assertThat(secret.list(folder).getFirst().name())
                    .isEqualTo(storage.list(folder).getFirst().name());
            try (var in = secret.read(path)) {
                assertThat(new String(in.readNBytes(8), java.nio.charset.StandardCharsets.US_ASCII))
                        .isEqualTo("Salted__");
            }
        }

        @Test
        @DisplayName("writes nothing if the archive has it already, whatever its compression")
        void already() throws Exception {
            push(archiver(Compression.LZ4, archive), cluster.ready(name(1)));
            long before = storage.bucket().paths().size();
            assertThat(push(archiver(archive), cluster.wal.resolve(name(1))))
                    .isEqualTo(new Answer.Done());
            assertThat(storage.bucket().paths()).hasSize((int) before);
        }

        @Test
        @DisplayName("refuses it if the archive has another one of its name")
        void conflict() throws Exception {
            push(archiver(archive), cluster.ready(name(1)));
            cluster.ready(name(1), content(name(1), 2));
            var answer = push(archiver(archive), cluster.wal.resolve(name(1)));
            assertThat(answer).isInstanceOf(Answer.Failed.class);
            assertThat(answer.line())
                    .contains("repo1 (memory) already holds " + name(1) + "-")
                    .contains("with other content");
            assertThat(stored(archive, name(1)).orElseThrow()).isEqualTo(content(name(1), 1));
        }

        @Test
        @DisplayName("refuses it if the archive has it twice, even if they are equal")
        void twice() throws Exception {
            push(archiver(archive), cluster.ready(name(1)));
            String path = storage.list("archive/demo/15-1/0000000100000000").getFirst().path();
            try (var in = storage.read(path)) {
                storage.put(path.replace(".zst", ".lz4"), in.readAllBytes());
            }
            assertThat(push(archiver(archive), cluster.wal.resolve(name(1))).line())
                    .startsWith("FAILED repo1 (memory) holds " + name(1) + " more than once");
        }

        @Test
        @DisplayName("notices another server that stores the same name at the same time")
        void race() throws Exception {
            var others = new MemoryStorage(storage.bucket());
            var mine = Cluster.archive("repo1", storage);
            // The other one's segment appears after we looked, and before ours is there.
            var racing =
                    Cluster.archive(
                            "repo1",
                            new BeforeCommit(
                                    storage,
                                    () ->
                                            others.put(
                                                    "archive/demo/15-1/0000000100000000/"
                                                            + name(1)
                                                            + "-"
                                                            + "0".repeat(40)
                                                            + ".zst",
                                                    new byte[1])));
            assertThat(push(archiver(racing), cluster.ready(name(1))).line())
                    .startsWith("FAILED repo1 (memory) holds " + name(1) + " more than once");
            assertThat(push(archiver(mine), cluster.wal.resolve(name(1))).line())
                    .startsWith("FAILED");
        }

        @Test
        @DisplayName("refuses WAL of another cluster, and what is not what its name says")
        void stranger() throws Exception {
            var archiver = archiver(archive);
            cluster.ready(name(1), content(name(1), 1, 42L));
            assertThat(push(archiver, cluster.wal.resolve(name(1))).line())
                    .contains("is of system id 42, PostgreSQL 15, and stanza demo of repo1")
                    .contains("takes WAL of system id 7711166835679775872");
            cluster.ready(name(2), content(name(3), 1));
            assertThat(push(archiver, cluster.wal.resolve(name(2))).line())
                    .contains("its header tells the position 0/300000");
            cluster.ready(name(4), java.util.Arrays.copyOf(content(name(4), 1), 8192 * 3));
            assertThat(push(archiver, cluster.wal.resolve(name(4))).line())
                    .contains("it has 24576 bytes");
            cluster.ready(name(5), new byte[Cluster.SIZE]);
            assertThat(push(archiver, cluster.wal.resolve(name(5))).line())
                    .contains("does not begin like WAL");
            cluster.ready("notes.txt", new byte[1]);
            assertThat(push(archiver, cluster.wal.resolve("notes.txt")).line())
                    .contains("is no file PostgreSQL archives");
            assertThat(push(archiver, cluster.wal.resolve(name(9))).line()).contains("NoSuchFile");
            assertThat(storage.bucket().paths()).hasSize(2);
        }

        @Test
        @DisplayName("goes to the new archive id once the stanza was upgraded")
        void upgraded() throws Exception {
            var archiver = archiver(archive);
            push(archiver, cluster.ready(name(1)));
            var newer = new DbIdentity(2, new SystemId("8811166835679775872"), new PgVersion(15));
            Cluster.create(
                    storage,
                    Optional.empty(),
                    new ArchiveInfo("2.55.1", List.of(Cluster.db(), newer), 2, Optional.empty()));
            cluster.ready(name(2), content(name(2), 1, 8811166835679775872L));
            assertThat(push(archiver, cluster.wal.resolve(name(2)))).isEqualTo(new Answer.Done());
            assertThat(storage.list("archive/demo/15-2/0000000100000000")).hasSize(1);
        }

        @Test
        @DisplayName("says that the stanza is missing")
        void noStanza() throws Exception {
            var empty = Cluster.archive("repo9", new MemoryStorage());
            assertThat(push(archiver(empty), cluster.ready(name(1))).line())
                    .startsWith("FAILED there is no stanza demo in repo9 (memory)");
        }

        @Test
        @DisplayName("uses the copy of archive.info if the file is damaged")
        void copy() throws Exception {
            storage.put("archive/demo/archive.info", new byte[] {1, 2, 3});
            assertThat(push(archiver(archive), cluster.ready(name(1))))
                    .isEqualTo(new Answer.Done());
            storage.put("archive/demo/archive.info.copy", new byte[] {1, 2, 3});
            assertThat(push(archiver(archive), cluster.ready(name(2))))
                    .isEqualTo(new Answer.Done()); // known for a minute
            var fresh = Cluster.archive("repo1", storage);
            assertThat(push(archiver(fresh), cluster.ready(name(3))).line())
                    .contains("neither archive/demo/archive.info nor its copy can be used");
        }
    }

    @Nested
    @DisplayName("asked for another file")
    class Others {
        @Test
        @DisplayName("keeps partial segments by their hash, the rest under its own name")
        void kinds() throws Exception {
            var archiver = archiver(archive);
            String partial = name(7) + ".partial";
            String backup = name(7) + ".00000028.backup";
            push(archiver, cluster.ready(partial, content(partial, 1)));
            push(archiver, cluster.ready(backup, "START WAL LOCATION".getBytes()));
            push(archiver, cluster.ready("00000002.history", "1\t0/700000\tno".getBytes()));
            assertThat(stored(archive, partial).orElseThrow()).isEqualTo(content(partial, 1));
            assertThat(stored(archive, backup).orElseThrow()).asString().startsWith("START");
            assertThat(storage.stat("archive/demo/15-1/00000002.history")).isPresent();
            assertThat(storage.stat("archive/demo/15-1/0000000100000000/" + backup)).isPresent();
            assertThat(stored(archive, name(7))).isEmpty();
        }

        @Test
        @DisplayName("never replaces a history by another one of its timeline")
        void histories() throws Exception {
            var archiver = archiver(archive);
            var history = cluster.ready("00000002.history", "1\t0/700000\ta".getBytes());
            assertThat(push(archiver, history)).isEqualTo(new Answer.Done());
            assertThat(push(archiver, history)).isEqualTo(new Answer.Done());
            Files.writeString(history, "1\t0/900000\tb");
            assertThat(push(archiver, history).line())
                    .startsWith("FAILED repo1 (memory) already holds 00000002.history");
        }
    }

    @Nested
    @DisplayName("while files wait behind the one asked for")
    class Ahead {
        @Test
        @DisplayName("stores them too, and answers at once when they are asked for")
        void ahead() throws Exception {
            for (int i = 1; i <= 20; i++) cluster.ready(name(i));
            var archiver = archiver(archive);
            assertThat(push(archiver, cluster.wal.resolve(name(1)))).isEqualTo(new Answer.Done());
            cluster.done(name(1));
            await(
                    "all ahead",
                    () -> archiver.figures(cluster.wal).repositories().getFirst().files() == 20);
            storage.faults().unreachable(true); // who is asked now has to know it
            for (int i = 2; i <= 20; i++)
                assertThat(push(archiver, cluster.wal.resolve(name(i))))
                        .as(name(i))
                        .isEqualTo(new Answer.Done());
        }

        @Test
        @DisplayName("does not trust what it stored if the file is another one since")
        void changed() throws Exception {
            for (int i = 1; i <= 3; i++) cluster.ready(name(i));
            var archiver = archiver(archive);
            push(archiver, cluster.wal.resolve(name(1)));
            await("ahead", () -> stored(archive, name(3)).isPresent());
            Files.delete(cluster.wal.resolve(name(3)));
            cluster.ready(name(3), content(name(3), 2));
            assertThat(push(archiver, cluster.wal.resolve(name(3))).line())
                    .contains("with other content");
        }

        @Test
        @DisplayName("is not stopped by one that cannot be stored")
        void oneBad() throws Exception {
            for (int i = 1; i <= 6; i++) cluster.ready(name(i));
            cluster.ready(name(3), new byte[Cluster.SIZE]);
            var archiver = archiver(archive);
            push(archiver, cluster.wal.resolve(name(1)));
            await("those behind", () -> stored(archive, name(6)).isPresent());
            assertThat(push(archiver, cluster.wal.resolve(name(2)))).isEqualTo(new Answer.Done());
            assertThat(push(archiver, cluster.wal.resolve(name(3))).line()).startsWith("FAILED");
            assertThat(archiver.figures(cluster.wal).lastFailure().orElseThrow().file())
                    .isEqualTo(name(3));
        }
    }

    @Nested
    @DisplayName("with a repository that does not answer")
    class Away {
        @Test
        @DisplayName("does not tell a file as archived, and says where it hangs")
        void away() throws Exception {
            storage.faults().unreachable(true);
            var archiver = archiver(archive);
            var answer = push(archiver, cluster.ready(name(1)));
            assertThat(answer).isInstanceOf(Answer.Away.class);
            var figures = archiver.figures(cluster.wal);
            assertThat(figures.waiting().files()).isEqualTo(1);
            assertThat(figures.waiting().bytes()).isEqualTo(Cluster.SIZE);
            assertThat(figures.waiting().oldest()).contains(name(1));
            assertThat(figures.waiting().since()).isPresent();
            assertThat(figures.lastFailure().orElseThrow().file()).isEqualTo(name(1));
            assertThat(figures.repositories().getFirst().failures()).isEqualTo(1);
            storage.faults().unreachable(false);
            assertThat(push(archiver, cluster.wal.resolve(name(1)))).isEqualTo(new Answer.Done());
            assertThat(archiver.figures(cluster.wal).lastFailure()).isEmpty();
        }

        @ParameterizedTest
        @EnumSource(
                value = Step.class,
                names = {"READ", "LIST", "BEGIN", "APPEND", "COMMIT"})
        @DisplayName("mends at the next try what broke in the middle")
        void broke(Step step) throws Exception {
            storage.faults().fail(step, _ -> true, Fault.UNREACHABLE, 1);
            var archiver = archiver(archive);
            assertThat(push(archiver, cluster.ready(name(1)))).isInstanceOf(Answer.Away.class);
            assertThat(push(archiver, cluster.wal.resolve(name(1)))).isEqualTo(new Answer.Done());
            assertThat(stored(archive, name(1))).isPresent();
        }

        @Test
        @DisplayName("is done at the next try if only the answer was lost")
        void answerLost() throws Exception {
            storage.faults().loseAnswer(Step.COMMIT, _ -> true);
            var archiver = archiver(archive);
            assertThat(push(archiver, cluster.ready(name(1)))).isInstanceOf(Answer.Away.class);
            assertThat(push(archiver, cluster.wal.resolve(name(1)))).isEqualTo(new Answer.Done());
            assertThat(stored(archive, name(1))).isPresent();
        }

        @Test
        @DisplayName(
                "is done only when every required one has it, and the others get it all the same")
        void everyRequired() throws Exception {
            var second = new MemoryStorage();
            Cluster.create(second, Optional.empty());
            var other = Cluster.archive("repo2", second);
            var archiver = archiver(archive, other);
            storage.faults().unreachable(true);
            assertThat(push(archiver, cluster.ready(name(1)))).isInstanceOf(Answer.Away.class);
            assertThat(stored(other, name(1))).isPresent();
            storage.faults().unreachable(false);
            assertThat(push(archiver, cluster.wal.resolve(name(1)))).isEqualTo(new Answer.Done());
            assertThat(stored(archive, name(1))).isPresent();
        }

        @Test
        @DisplayName("goes on without one that is not required")
        void optional() throws Exception {
            var second = new MemoryStorage();
            Cluster.create(second, Optional.empty());
            var other = Cluster.archive("repo2", second, false, Optional.empty());
            var archiver = archiver(archive, other);
            second.faults().unreachable(true);
            assertThat(push(archiver, cluster.ready(name(1)))).isEqualTo(new Answer.Done());
            var repositories = archiver.figures(cluster.wal).repositories();
            assertThat(repositories.get(0).lastFile()).contains(name(1));
            assertThat(repositories.get(1).lastFailure()).isPresent();
            second.faults().unreachable(false);
            assertThat(push(archiver, cluster.ready(name(2)))).isEqualTo(new Answer.Done());
            assertThat(stored(other, name(2))).as("left alone for a while").isEmpty();
        }

        @Test
        @DisplayName("wants at least one that is required")
        void noneRequired() {
            var only = Cluster.archive("repo1", storage, false, Optional.empty());
            assertThatThrownBy(() -> archiver(only)).hasMessageContaining("required");
        }
    }

    @Test
    @DisplayName("tells those who wait when it is closed")
    void closed() throws Exception {
        var archiver = archiver(archive);
        archiver.close();
        assertThat(push(archiver, cluster.ready(name(1))).line()).contains("stopping");
    }
}
