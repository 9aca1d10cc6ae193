package io.matriarch.failover.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import io.matriarch.failover.core.Ballast;
import io.matriarch.failover.core.WritePath;
import io.matriarch.failover.core.WritePath.Outcome;
import io.matriarch.failover.core.WritePath.Room;
import io.matriarch.failover.core.WritePlan;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.ServerView;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The probe of the WAL's disk")
class WriteProbeTest {
    private static final long NEVER_SO_MUCH = Long.MAX_VALUE / 8;

    @TempDir Path directory;
    private final AtomicLong clock = new AtomicLong(1_000_000_000_000L);
    private final AtomicInteger woken = new AtomicInteger();
    private Path state;
    private Path wal;

    @BeforeEach
    void directories() throws IOException {
        state = Files.createDirectory(directory.resolve("state"));
        wal = Files.createDirectories(directory.resolve("data/pg_wal"));
    }

    private WriteProbe probe(Ballast ballast) {
        return new WriteProbe(
                new WriteSettings(Duration.ofSeconds(2), WritePlan.ALERT_ONLY, ballast),
                new WalDisk(() -> directory.resolve("data"), state),
                clock::get,
                woken::incrementAndGet);
    }

    private void pass(int seconds) {
        clock.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    private static ServerView server(String flushed) {
        var live =
                new ServerView.Live(
                        false,
                        1,
                        Lsn.parse(flushed),
                        Lsn.ZERO,
                        Lsn.ZERO,
                        Optional.empty(),
                        false,
                        "",
                        List.of(),
                        "",
                        170_000,
                        "",
                        List.of(),
                        "",
                        true);
        return seen(Optional.of(live), "");
    }

    private static ServerView seen(Optional<ServerView.Live> live, String trouble) {
        return new ServerView(
                DataDirectory.PRESENT,
                trouble,
                PostgresState.RUNNING,
                Duration.ofMinutes(1),
                Optional.empty(),
                live,
                Optional.empty(),
                false,
                List.of());
    }

    private static void is(WritePath path, Outcome outcome, Room room, int seconds) {
        assertThat(path.outcome()).as(path.toString()).isEqualTo(outcome);
        assertThat(path.room()).as(path.toString()).isEqualTo(room);
        assertThat(path.lasting()).as(path.toString()).hasSeconds(seconds);
    }

    @Test
    @DisplayName("knows nothing before it has looked, and before there is a pg_wal")
    void unknown() throws IOException {
        var probe = probe(new Ballast(0, 0));
        is(probe.now(server("0/1000")), Outcome.UNKNOWN, Room.UNKNOWN, 0);
        Files.delete(wal);
        probe.look();
        assertThat(probe.now(server("0/1000")).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(state).isEmptyDirectory();
    }

    @Test
    @DisplayName("says that WAL can be written, and leaves one small file in the state directory")
    void writes() {
        var probe = probe(new Ballast(0, 0));
        probe.look();
        is(probe.now(server("0/1000")), Outcome.WRITES, Room.FREE, 0);
        assertThat(state.resolve(WalDisk.PROBE)).hasSize(8192);
        assertThat(wal).isEmptyDirectory();
        assertThat(woken).as("a change is told at once").hasValue(1);
        probe.look();
        assertThat(woken).as("and the same again not").hasValue(1);
    }

    @Test
    @DisplayName(
            "lays in the ballast, frees it when less is free than shall be, and lays it in again")
    void ballast() {
        probe(new Ballast(3 << 20, 1024)).look();
        assertThat(state.resolve(WalDisk.BALLAST)).hasSize(3 << 20);

        var full = probe(new Ballast(3 << 20, NEVER_SO_MUCH));
        full.look();
        assertThat(state.resolve(WalDisk.BALLAST)).doesNotExist();
        pass(7);
        is(full.now(server("0/1000")), Outcome.FULL, Room.NONE, 7);
        assertThat(full.disk().ballast()).isFalse();

        var again = probe(new Ballast(3 << 20, 1024));
        again.look();
        assertThat(state.resolve(WalDisk.BALLAST)).hasSize(3 << 20);
        is(again.now(server("0/1000")), Outcome.WRITES, Room.FREE, 0);
        assertThat(again.disk().ballast()).isTrue();
        assertThat(again.disk().freeBytes()).isPositive();
    }

    @Test
    @DisplayName("says for how long a write is refused; a WAL that moves all the same proves more")
    void refused() throws IOException {
        Files.createDirectory(state.resolve(WalDisk.PROBE));
        var probe = probe(new Ballast(0, 0));
        probe.now(server("0/1000"));
        probe.look();
        pass(30);
        probe.look();
        is(probe.now(server("0/1000")), Outcome.REFUSED, Room.NONE, 30);
        is(probe.now(server("0/2000")), Outcome.WRITES, Room.FREE, 0);
        pass(10);
        is(probe.now(server("0/2000")), Outcome.REFUSED, Room.NONE, 10);
        Files.delete(state.resolve(WalDisk.PROBE));
        probe.look();
        is(probe.now(server("0/2000")), Outcome.WRITES, Room.FREE, 0);
    }

    @Test
    @Timeout(60)
    @DisplayName("says that a write hangs while it does, and who asks does not wait for it")
    void hangs() throws Exception {
        var pipe = state.resolve(WalDisk.PROBE); // opened to write, a pipe waits for its reader
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        var probe = probe(new Ballast(0, 0));
        probe.now(server("0/1000"));
        var thread = Thread.ofPlatform().daemon(true).start(probe::look);
        while (probe.disk().freeBytes() < 0) Thread.onSpinWait(); // begun, and on its way to write
        pass(4);
        assertThat(probe.now(server("0/1000")).failing()).isFalse();
        pass(26);
        is(probe.now(server("0/1000")), Outcome.HUNG, Room.NONE, 30);
        assertThat(probe.now(server("0/2000")).failing()).as("WAL moves").isFalse();
        pass(9);
        is(probe.now(server("0/2000")), Outcome.HUNG, Room.NONE, 9);
        try (var reader = Files.newInputStream(pipe)) {
            assertThat(reader.readNBytes(8192)).hasSize(8192);
        }
        thread.join();
        assertThat(probe.now(server("0/2000")).outcome())
                .as("a pipe cannot be flushed to a disk")
                .isEqualTo(Outcome.REFUSED);
    }

    @Test
    @DisplayName("tells a server without a free connection from a disk that fails")
    void connections() {
        var probe = probe(new Ballast(0, 0));
        probe.look();
        var crowded = seen(Optional.empty(), "FATAL: sorry, too many clients already");
        probe.now(crowded);
        pass(12);
        var path = probe.now(crowded);
        is(path, Outcome.CONNECTIONS, Room.FREE, 12);
        assertThat(path.detail()).contains("too many clients");
        is(probe.now(server("0/1000")), Outcome.WRITES, Room.FREE, 12);
    }

    @Test
    @DisplayName("knows what the system's words mean")
    void words() {
        assertThat(outcome("No space left on device")).isEqualTo(Outcome.FULL);
        assertThat(outcome("Disk quota exceeded")).isEqualTo(Outcome.FULL);
        assertThat(outcome("Read-only file system")).isEqualTo(Outcome.READ_ONLY);
        assertThat(outcome("Input/output error")).isEqualTo(Outcome.REFUSED);
    }

    private static Outcome outcome(String reason) {
        return WalDisk.outcome(new FileSystemException("/wal/matriarch.probe", null, reason));
    }
}
