package io.matriarch.backup.wal;

import static io.matriarch.backup.wal.Cluster.content;
import static io.matriarch.backup.wal.Cluster.name;
import static io.matriarch.backup.wal.Cluster.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.WalGap;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.format.BackupInfo;
import io.matriarch.backup.format.DbControl;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import io.matriarch.backup.wal.check.LocalWal;
import io.matriarch.backup.wal.check.WalSource;
import io.matriarch.storage.memory.MemoryBucket;
import io.matriarch.storage.memory.MemoryStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The WAL service")
class WalServiceTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    @TempDir Path directory;
    private Cluster cluster;
    private Program program;
    private final MemoryStorage storage = storage();
    private final RepositoryArchive archive = Cluster.archive("repo1", storage);
    private final List<WalSource> others = new ArrayList<>();
    private final List<WalService> services = new ArrayList<>();

    /** What is stored was stored an hour ago. */
    private static MemoryStorage storage() {
        return new MemoryStorage(new MemoryBucket(() -> NOW.minusSeconds(3600)));
    }

    @BeforeEach
    void begin() throws Exception {
        cluster = new Cluster(directory.resolve("data"));
        create(storage);
        program = new Program(cluster.data, directory.resolve("run/wal.sock"));
    }

    private static void create(MemoryStorage storage) throws Exception {
        Cluster.create(storage, Optional.empty());
        var control = new DbControl(Cluster.db(), 1300, 202209061);
        new Repository("repo", storage, Optional.empty())
                .stanza(Cluster.STANZA)
                .save(new BackupInfo("2.55.1", List.of(control), 1, List.of(), Optional.empty()));
    }

    @AfterEach
    void end() {
        services.forEach(WalService::close);
    }

    private WalService service(RepositoryArchive... archives) throws MatriarchException {
        var service =
                new WalService(
                        new WalSettings(
                                "node-a",
                                Cluster.STANZA,
                                cluster.data,
                                program.socket(),
                                directory.resolve("spool"),
                                4 * Cluster.SIZE,
                                Compression.ZST,
                                3,
                                2,
                                2),
                        List.of(archives),
                        () -> others,
                        () -> NOW);
        services.add(service);
        return service;
    }

    private void push(String name) throws Exception {
        cluster.ready(name);
        assertThat(program.run("push", "pg_wal/" + name)).isEqualTo(new Program.Ended(0, ""));
        cluster.done(name);
    }

    private void lose(String name) throws Exception {
        for (String path : storage.bucket().paths())
            if (path.contains(name)) storage.bucket().lose(path);
    }

    @Nested
    @DisplayName("by the real program")
    class ByProgram {
        @Test
        @DisplayName("archives and restores the same bytes")
        void roundTrip() throws Exception {
            service(archive);
            for (int i = 1; i <= 5; i++) push(name(i));
            for (int i = 1; i <= 5; i++) {
                assertThat(program.run("get", name(i), "pg_wal/RECOVERYXLOG"))
                        .isEqualTo(new Program.Ended(0, ""));
                assertThat(cluster.wal.resolve("RECOVERYXLOG"))
                        .hasBinaryContent(content(name(i), 1));
            }
            assertThat(program.run("get", name(6), "pg_wal/RECOVERYXLOG"))
                    .isEqualTo(new Program.Ended(1, ""));
        }

        @Test
        @DisplayName("says why a file is not archived, and waits out a repository when restoring")
        void away() throws Exception {
            service(archive);
            push(name(1));
            storage.faults().unreachable(true);
            cluster.ready(name(2));
            var pushed = program.run("push", "pg_wal/" + name(2));
            assertThat(pushed.status()).isEqualTo(1);
            assertThat(pushed.text()).contains("the test wanted it so");
            var get = program.start("get", name(1), "pg_wal/RECOVERYXLOG");
            assertThat(get.inputReader().readLine()).contains("waiting for " + name(1));
            storage.faults().unreachable(false);
            assertThat(get.waitFor()).isZero();
            assertThat(cluster.wal.resolve("RECOVERYXLOG")).hasBinaryContent(content(name(1), 1));
        }
    }

    @Nested
    @DisplayName("checking the archive")
    class Checking {
        @Test
        @DisplayName("names a hole nobody can fill")
        void names() throws Exception {
            var service = service(archive);
            for (int i = 1; i <= 5; i++) push(name(i));
            assertThat(service.check(true).whole()).isTrue();
            for (int i : new int[] {2, 3}) {
                lose(name(i));
                Files.delete(cluster.wal.resolve(name(i)));
            }
            var check = service.check(true);
            assertThat(check.gaps())
                    .containsExactly(new WalGap("repo1", "15-1", name(2), name(3), 2, List.of()));
            assertThat(check.whole()).isFalse();
            assertThat(service.lastCheck()).contains(check);
        }

        @Test
        @DisplayName("fills a hole from this member's pg_wal, only if told to")
        void own() throws Exception {
            var service = service(archive);
            for (int i = 1; i <= 5; i++) push(name(i));
            lose(name(3));
            assertThat(service.check(false).gaps()).hasSize(1);
            var check = service.check(true);
            assertThat(check.healed()).containsExactly(name(3));
            assertThat(check.gaps()).isEmpty();
            assertThat(stored(archive, name(3)).orElseThrow()).isEqualTo(content(name(3), 1));
        }

        @Test
        @DisplayName("fills it from another member, or another repository")
        void others() throws Exception {
            var second = storage();
            create(second);
            var other = Cluster.archive("repo2", second);
            var member = new Cluster(directory.resolve("other"));
            others.add(new LocalWal("node-b", member.wal));
            var service = service(archive, other);
            for (int i = 1; i <= 6; i++) push(name(i));
            for (int i : new int[] {2, 4}) {
                lose(name(i));
                Files.delete(cluster.wal.resolve(name(i)));
            }
            for (String path : second.bucket().paths())
                if (path.contains(name(4))) second.bucket().lose(path);
            member.ready(name(4));
            var check = service.check(true);
            assertThat(check.healed()).containsExactly(name(2), name(4));
            assertThat(check.gaps()).isEmpty();
            assertThat(stored(other, name(4)).orElseThrow()).isEqualTo(content(name(4), 1));
            assertThat(stored(archive, name(2)).orElseThrow()).isEqualTo(content(name(2), 1));
        }

        @Test
        @DisplayName("does not take a recycled or half-written file for the missing one")
        void recycled() throws Exception {
            var service = service(archive);
            for (int i = 1; i <= 5; i++) push(name(i));
            lose(name(3));
            byte[] half = content(name(3), 1);
            byte[] before = content(name(1), 1);
            System.arraycopy(before, half.length / 2, half, half.length / 2, half.length / 2);
            Files.write(cluster.wal.resolve(name(3)), half);
            var check = service.check(true);
            assertThat(check.healed()).isEmpty();
            assertThat(check.gaps()).hasSize(1);
            Files.write(cluster.wal.resolve(name(3)), content(name(3), 1));
            Files.delete(cluster.status.resolve(name(3) + ".done"));
            assertThat(service.check(true).healed()).as("not marked complete").isEmpty();
        }

        @Test
        @DisplayName("finds what a dead primary left unarchived, and fills it after a promotion")
        void afterFailover() throws Exception {
            var service = service(archive);
            for (int i = 1; i <= 3; i++) push(name(i));
            for (int i = 4; i <= 5; i++) {
                cluster.ready(name(i));
                cluster.done(name(i)); // as a standby marks what it received
            }
            cluster.ready("00000002.history", "1\t0/600028\tno".getBytes());
            assertThat(program.run("push", "pg_wal/00000002.history").status()).isZero();
            var check = service.check(true);
            assertThat(check.healed()).containsExactly(name(4), name(5));
            assertThat(check.whole()).isTrue();
        }

        @Test
        @DisplayName("says what it could not look at")
        void trouble() throws Exception {
            var service = service(archive);
            storage.faults().unreachable(true);
            var check = service.check(true);
            assertThat(check.trouble()).hasSize(1);
            assertThat(check.whole()).isFalse();
        }
    }

    @Nested
    @DisplayName("waiting for a backup's segments")
    class AwaitArchived {
        @Test
        @DisplayName("returns once all of them are there, whoever stored them")
        void there() throws Exception {
            var service = service(archive);
            for (int i = 1; i <= 4; i++) push(name(i));
            service.awaitArchived(name(1), name(4), Duration.ofSeconds(60));
        }

        @Test
        @DisplayName("names the first one that is missing when time is over")
        void late() throws Exception {
            var service = service(archive);
            push(name(1));
            push(name(3));
            assertThatThrownBy(() -> service.awaitArchived(name(1), name(3), Duration.ZERO))
                    .isInstanceOf(MatriarchException.class)
                    .hasMessageStartingWith(name(2) + " was not archived in repo1 (memory)");
        }
    }

    @Test
    @DisplayName("tells how archiving stands")
    void status() throws Exception {
        var service = service(archive);
        push(name(1));
        cluster.ready(name(2));
        cluster.ready(name(3));
        var status = service.status();
        assertThat(status.waiting().files()).isEqualTo(2);
        assertThat(status.waiting().oldest()).contains(name(2));
        assertThat(status.waiting().bytes()).isEqualTo(2L * Cluster.SIZE);
        assertThat(status.repositories())
                .singleElement()
                .satisfies(repo -> {
                    assertThat(repo.lastFile()).contains(name(1));
                    assertThat(repo.lastAt()).contains(NOW);
                    assertThat(repo.bytes()).isEqualTo(Cluster.SIZE);
                    assertThat(repo.storedBytes()).isLessThan(Cluster.SIZE);
                });
        assertThat(status.lastFailure()).isEmpty();
    }
}
