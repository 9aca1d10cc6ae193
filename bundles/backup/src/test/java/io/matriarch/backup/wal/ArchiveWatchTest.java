package io.matriarch.backup.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.backup.api.WalArchive;
import io.matriarch.backup.api.WalArchiveStatus;
import io.matriarch.backup.api.WalCheck;
import io.matriarch.backup.repository.Repository;
import io.matriarch.storage.memory.MemoryStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The watch of the archive")
class ArchiveWatchTest {
    private static final Duration SOON = Duration.ofMillis(20);

    @TempDir Path directory;
    private Cluster cluster;
    private final MemoryStorage storage = new MemoryStorage();
    private final LinkedBlockingQueue<Boolean> checks = new LinkedBlockingQueue<>();

    @BeforeEach
    void begin() throws Exception {
        cluster = new Cluster(directory.resolve("data"));
    }

    private ArchiveWatch watch(Duration next) {
        return new ArchiveWatch(
                new Recorder(),
                List.of(Cluster.archive("repo1", storage)),
                cluster.data,
                new ArchiveWatch.Pace(SOON, SOON, next));
    }

    private boolean checked() throws InterruptedException {
        return checks.poll(60, TimeUnit.SECONDS) != null;
    }

    @Test
    @DisplayName("creates the stanza and heals once the server is a primary, and again later")
    void primary() throws Exception {
        Files.createFile(cluster.data.resolve("standby.signal"));
        Files.createFile(cluster.data.resolve("postmaster.pid"));
        try (var watch = watch(SOON)) {
            assertThat(checks.poll(300, TimeUnit.MILLISECONDS)).as("a standby").isNull();
            assertThat(storage.bucket().paths()).isEmpty();
            Files.delete(cluster.data.resolve("standby.signal"));
            assertThat(checked()).isTrue();
            assertThat(checked()).isTrue();
            var stanza = new Repository("repo1", storage, Optional.empty()).stanza(Cluster.STANZA);
            assertThat(stanza.archiveInfo().current()).isEqualTo(Cluster.db());
            assertThat(stanza.backupInfo().current().controlVersion()).isEqualTo(1300);
        }
    }

    @Test
    @DisplayName("creates the stanza later if the repository was away at first")
    void away() throws Exception {
        Files.createFile(cluster.data.resolve("postmaster.pid"));
        storage.faults().unreachable(true);
        try (var watch = watch(Duration.ofHours(1))) {
            assertThat(checked()).isTrue();
            assertThat(storage.bucket().paths()).isEmpty();
            storage.faults().unreachable(false);
            Machine.await("created", () -> storage.bucket().paths().size() == 4);
        }
    }

    private final class Recorder implements WalArchive {
        @Override
        public WalCheck check(boolean heal) {
            checks.add(heal);
            return new WalCheck(Instant.EPOCH, List.of(), List.of(), List.of());
        }

        @Override
        public WalArchiveStatus status() {
            throw new AssertionError("nobody asks for it");
        }

        @Override
        public Optional<WalCheck> lastCheck() {
            return Optional.empty();
        }

        @Override
        public void awaitArchived(String first, String last, Duration patience) {
            throw new AssertionError("nobody waits");
        }
    }
}
