package io.matriarch.backup.wal.fetch;

import static io.matriarch.backup.wal.Cluster.content;
import static io.matriarch.backup.wal.Cluster.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.SystemId;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.format.ArchiveInfo;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.PgVersion;
import io.matriarch.backup.wal.Cluster;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import io.matriarch.backup.wal.core.Answer;
import io.matriarch.backup.wal.core.Question;
import io.matriarch.backup.wal.push.Archiver;
import io.matriarch.storage.api.StorageException.Fault;
import io.matriarch.storage.memory.MemoryStorage;
import io.matriarch.storage.memory.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("restore_command")
class FetcherTest {
    private static final long ROOM = 4 * Cluster.SIZE;

    @TempDir Path directory;
    private Cluster cluster;
    private Path spool;
    private final MemoryStorage storage = new MemoryStorage();
    private final RepositoryArchive archive = Cluster.archive("repo1", storage);
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void begin() throws Exception {
        cluster = new Cluster(directory.resolve("data"));
        spool = directory.resolve("spool");
        Cluster.create(storage, Optional.empty());
    }

    @AfterEach
    void end() throws Exception {
        for (var each : open) each.close();
    }

    private Fetcher fetcher(RepositoryArchive... archives) throws Exception {
        var fetcher = new Fetcher(List.of(archives), Cluster.STANZA, spool, ROOM, 2);
        open.add(fetcher);
        return fetcher;
    }

    private void store(RepositoryArchive where, String... names) throws Exception {
        try (var archiver =
                new Archiver(List.of(where), Compression.ZST, 3, 2, () -> Instant.EPOCH)) {
            for (String name : names)
                assertThat(archiver.push(cluster.ready(name)).get(60, TimeUnit.SECONDS))
                        .isEqualTo(new Answer.Done());
        }
    }

    private Question.Get question(String name) {
        return new Question.Get(
                cluster.data, name, cluster.wal.resolve("RECOVERYXLOG"), false, Optional.empty());
    }

    private Answer ask(Fetcher fetcher, String name) throws Exception {
        return fetcher.get(question(name)).get(60, TimeUnit.SECONDS);
    }

    /** As the program does: asks, and takes the file away. */
    private byte[] take(Fetcher fetcher, String name) throws Exception {
        var answer = ask(fetcher, name);
        if (!(answer instanceof Answer.File(var path))) throw new AssertionError(answer.line());
        byte[] bytes = Files.readAllBytes(path);
        Files.delete(path);
        return bytes;
    }

    private List<String> spooled() throws IOException {
        try (var files = Files.list(spool)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> !file.endsWith(".draft"))
                    .map(file -> file.substring(0, file.lastIndexOf('.')))
                    .sorted()
                    .toList();
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.call()) {
            if (System.nanoTime() > end) throw new AssertionError("never " + what);
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Nested
    @DisplayName("gets")
    class Gets {
        @Test
        @DisplayName("segments as they were, over the border of 4 GiB, in any order")
        void segments() throws Exception {
            store(archive, name(4094), name(4095), name(4096), name(4097));
            var fetcher = fetcher(archive);
            for (int i : new int[] {4094, 4095, 4096, 4097, 4095})
                assertThat(take(fetcher, name(i))).isEqualTo(content(name(i), 1));
        }

        @Test
        @DisplayName("histories, backup files and partial segments")
        void others() throws Exception {
            String partial = name(5) + ".partial";
            store(archive, partial);
            try (var archiver =
                    new Archiver(List.of(archive), Compression.ZST, 3, 1, () -> Instant.EPOCH)) {
                archiver.push(cluster.ready("00000002.history", "1\t0/1\tx".getBytes()))
                        .get(60, TimeUnit.SECONDS);
            }
            var fetcher = fetcher(archive);
            assertThat(take(fetcher, partial)).isEqualTo(content(partial, 1));
            assertThat(take(fetcher, "00000002.history")).asString().isEqualTo("1\t0/1\tx");
            assertThat(take(fetcher, "00000002.history")).asString().isEqualTo("1\t0/1\tx");
            assertThat(ask(fetcher, name(5))).isInstanceOf(Answer.Absent.class);
        }

        @Test
        @DisplayName("from an encrypted repository")
        void encrypted() throws Exception {
            var secret = new MemoryStorage();
            var pass = Optional.of(new Passphrase("repository-pass"));
            Cluster.create(secret, pass);
            var repo = Cluster.archive("repo1", secret, true, pass);
            store(repo, name(1));
            assertThat(take(fetcher(repo), name(1))).isEqualTo(content(name(1), 1));
            var wrong =
                    Cluster.archive("repo1", secret, true, Optional.of(new Passphrase("wrong")));
            assertThat(ask(fetcher(wrong), name(1)).line())
                    .startsWith("FAILED repo1 (memory): neither archive/demo/archive.info nor")
                    .contains("is the passphrase that of this repository?");
        }

        @Test
        @DisplayName("only of the cluster in the directory that asks")
        void otherCluster() throws Exception {
            store(archive, name(1));
            var control = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
            Files.write(
                    cluster.data.resolve("global/pg_control"),
                    control.putLong(1234567890123L).array());
            assertThat(ask(fetcher(archive), name(1))).isInstanceOf(Answer.Absent.class);
        }

        @Test
        @DisplayName("from every archive id the cluster had, the newest first")
        void archiveIds() throws Exception {
            store(archive, name(1));
            var again = new DbIdentity(3, Cluster.ID, new PgVersion(15));
            var between = new DbIdentity(2, new SystemId("9911166835679775872"), new PgVersion(15));
            Cluster.create(
                    storage,
                    Optional.empty(),
                    new ArchiveInfo(
                            "2.55.1", List.of(Cluster.db(), between, again), 3, Optional.empty()));
            var fresh = Cluster.archive("repo1", storage);
            store(fresh, name(2));
            var fetcher = fetcher(fresh);
            assertThat(take(fetcher, name(1))).isEqualTo(content(name(1), 1));
            assertThat(take(fetcher, name(2))).isEqualTo(content(name(2), 1));
        }

        @Test
        @DisplayName("of another stanza if asked to")
        void otherStanza() throws Exception {
            store(archive, name(1));
            var fetcher = new Fetcher(List.of(archive.ofStanza("mine")), "mine", spool, ROOM, 2);
            open.add(fetcher);
            var question =
                    new Question.Get(
                            cluster.data,
                            name(1),
                            cluster.wal.resolve("RECOVERYXLOG"),
                            false,
                            Optional.of("demo"));
            assertThat(fetcher.get(question).get(60, TimeUnit.SECONDS))
                    .isInstanceOf(Answer.File.class);
        }
    }

    @Nested
    @DisplayName("fetches ahead")
    class Ahead {
        @Test
        @DisplayName("what comes next, as far as the room goes and not further")
        void window() throws Exception {
            for (int i = 1; i <= 10; i++) store(archive, name(i));
            var fetcher = fetcher(archive);
            take(fetcher, name(1));
            await(
                    "four ahead",
                    () -> spooled().equals(List.of(name(2), name(3), name(4), name(5))));
            storage.faults().unreachable(true);
            for (int i = 2; i <= 5; i++)
                assertThat(take(fetcher, name(i))).isEqualTo(content(name(i), 1));
            assertThat(fetcher.restoring().fromSpool()).isEqualTo(4);
            assertThat(fetcher.restoring().files()).isEqualTo(5);
        }

        @Test
        @DisplayName("and drops it when replay goes on elsewhere")
        void elsewhere() throws Exception {
            for (int i = 1; i <= 6; i++) store(archive, name(i));
            store(archive, name(2, 3), name(2, 4));
            var fetcher = fetcher(archive);
            take(fetcher, name(1));
            await("ahead", () -> spooled().size() == 4);
            take(fetcher, name(2, 3));
            await("only the other timeline's", () -> spooled().equals(List.of(name(2, 4))));
        }

        @Test
        @DisplayName("hands out again what a killed program did not take")
        void notTaken() throws Exception {
            store(archive, name(1));
            var fetcher = fetcher(archive);
            var first = ask(fetcher, name(1));
            assertThat(ask(fetcher, name(1))).isEqualTo(first);
        }

        @Test
        @DisplayName("begins with an empty spool, and leaves it empty")
        void empty() throws Exception {
            Files.createDirectories(spool);
            Files.writeString(spool.resolve(name(1) + ".7"), "left by a killed agent");
            for (int i = 1; i <= 6; i++) store(archive, name(i));
            var fetcher = fetcher(archive);
            assertThat(spooled()).isEmpty();
            ask(fetcher, name(1));
            await("ahead", () -> spooled().size() >= 4);
            fetcher.close();
            await("empty", () -> spooled().isEmpty());
        }

        @Test
        @DisplayName("for two that replay apart from each other")
        void two() throws Exception {
            for (int i = 1; i <= 8; i++) store(archive, name(i));
            var other = new Cluster(directory.resolve("drill"));
            var fetcher = fetcher(archive);
            for (int i = 1; i <= 4; i++) {
                assertThat(take(fetcher, name(i))).isEqualTo(content(name(i), 1));
                var question =
                        new Question.Get(
                                other.data,
                                name(i + 2),
                                other.wal.resolve("RECOVERYXLOG"),
                                false,
                                Optional.empty());
                var answer = fetcher.get(question).get(60, TimeUnit.SECONDS);
                assertThat(answer).isInstanceOf(Answer.File.class);
                Files.delete(((Answer.File) answer).path());
            }
        }
    }

    @Nested
    @DisplayName("tells apart")
    class Apart {
        @Test
        @DisplayName("what is not there from a repository that does not answer")
        void absentOrAway() throws Exception {
            var fetcher = fetcher(archive);
            assertThat(ask(fetcher, name(1)).line())
                    .isEqualTo("ABSENT " + name(1) + " is not in repo1 (memory)\n");
            storage.faults().unreachable(true);
            assertThat(ask(fetcher, name(1))).isInstanceOf(Answer.Away.class);
        }

        @Test
        @DisplayName("an answer of one repository from the silence of another")
        void several() throws Exception {
            var second = new MemoryStorage();
            Cluster.create(second, Optional.empty());
            var other = Cluster.archive("repo2", second);
            store(other, name(1));
            storage.faults().unreachable(true);
            var fetcher = fetcher(archive, other);
            assertThat(take(fetcher, name(1))).isEqualTo(content(name(1), 1));
            assertThat(ask(fetcher, name(2))).isInstanceOf(Answer.Away.class);
        }

        @Test
        @DisplayName("damage, and takes another repository's copy if there is one")
        void damage() throws Exception {
            store(archive, name(1));
            String path = storage.list("archive/demo/15-1/0000000100000000").getFirst().path();
            storage.bucket().flipByte(path, 100_000);
            var answer = ask(fetcher(archive), name(1));
            assertThat(answer).isInstanceOf(Answer.Failed.class);
            assertThat(answer.line())
                    .contains(name(1) + "-")
                    .contains("in repo1 (memory) is damaged");
            var second = new MemoryStorage();
            Cluster.create(second, Optional.empty());
            var other = Cluster.archive("repo2", second);
            store(other, name(1));
            assertThat(take(fetcher(archive, other), name(1))).isEqualTo(content(name(1), 1));
            storage.bucket().truncate(path, 50_000);
            assertThat(ask(fetcher(archive), name(1)).line()).contains("is damaged");
        }

        @Test
        @DisplayName("two segments of one name, of which it cannot know the right one")
        void duplicates() throws Exception {
            store(archive, name(1));
            String path = storage.list("archive/demo/15-1/0000000100000000").getFirst().path();
            storage.put(path.replaceFirst("-[0-9a-f]{40}", "-" + "0".repeat(40)), new byte[9]);
            assertThat(ask(fetcher(archive), name(1)).line())
                    .startsWith("FAILED repo1 (memory) holds " + name(1) + " more than once");
        }

        @Test
        @DisplayName("a restored directory whose backup_label is gone")
        void invalidated() throws Exception {
            store(archive, name(1));
            var control = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
            control.putLong(0, Long.parseUnsignedLong(Cluster.ID.value())).putLong(32, 0xDEAD);
            Files.write(cluster.data.resolve("global/pg_control"), control.array());
            assertThat(ask(fetcher(archive), name(1)).line())
                    .startsWith("FAILED")
                    .contains("its backup_label is gone");
            Files.createFile(cluster.data.resolve("backup_label"));
            assertThat(ask(fetcher(archive), name(1))).isInstanceOf(Answer.File.class);
        }

        @Test
        @DisplayName("a directory that holds no cluster")
        void noCluster() throws Exception {
            Files.delete(cluster.data.resolve("global/pg_control"));
            assertThat(ask(fetcher(archive), name(1)).line())
                    .startsWith("FAILED cannot tell which cluster lies in " + cluster.data);
        }

        @Test
        @DisplayName("a segment that vanished since it was seen")
        void expired() throws Exception {
            store(archive, name(1), name(2));
            var fetcher = fetcher(archive);
            storage.faults().fail(Step.READ, p -> p.contains(name(2)), Fault.NOT_FOUND, 1);
            take(fetcher, name(1));
            await("seen ahead", () -> !spooled().contains(name(1)));
            String path = storage.list("archive/demo/15-1/0000000100000000").getLast().path();
            storage.delete(List.of(path));
            for (String left : spooled()) assertThat(left).isEqualTo(name(2));
            assertThat(ask(fetcher, name(3))).isInstanceOf(Answer.Absent.class);
        }
    }

    @Test
    @DisplayName("mends at the next try what broke in the middle of a read")
    void brokenRead() throws Exception {
        store(archive, name(1));
        storage.faults().breakReadsAfter(100_000);
        var fetcher = fetcher(archive);
        assertThat(ask(fetcher, name(1))).isInstanceOf(Answer.Away.class);
        assertThat(spooled()).isEmpty();
        storage.faults().breakReadsAfter(Long.MAX_VALUE);
        await("answered again", () -> ask(fetcher, name(1)) instanceof Answer.File);
    }
}
