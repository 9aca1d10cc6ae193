package io.matriarch.failover.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.failover.guard.GuardStatus.State;
import io.matriarch.postgres.api.ServerView.Postmaster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The guard's client, with the real guard")
class GuardClientTest {
    private static final Path PROGRAM =
            Path.of(System.getProperty("matriarch.guard", "../guard/target/matriarch-guard"))
                    .toAbsolutePath();
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long HOUR = Duration.ofHours(1).toNanos();
    private static final long SOON = Duration.ofMillis(50).toNanos();

    @TempDir Path directory;
    private Path data;
    private Path socket;
    private Path log;
    private GuardClient client;
    private final Heard heard = new Heard();
    private final List<Process> servers = new ArrayList<>();
    private long guardPid;

    /** Keeps what a listener is told, in its order. */
    private static final class Heard implements GuardClient.Listener {
        final BlockingQueue<String> news = new LinkedBlockingQueue<>();

        @Override
        public void gone(long pid) {
            news.add("gone " + pid);
        }

        @Override
        public void fenced(long pid) {
            news.add("fenced " + pid);
        }

        @Override
        public void lost(String why) {
            news.add("lost: " + why);
        }

        String next() throws InterruptedException {
            String news = this.news.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (news == null) throw new AssertionError("heard nothing within " + LIMIT);
            return news;
        }
    }

    @BeforeEach
    void connect() throws Exception {
        assertThat(PROGRAM).as("the guard; build bundles/guard first").isExecutable();
        data = Files.createDirectory(directory.toRealPath().resolve("data"));
        socket = directory.resolve("guard.sock");
        log = directory.resolve("guard.log");
        client = connectAgain();
        guardPid = client.status().guardPid();
    }

    @AfterEach
    void end() throws Exception {
        client.close();
        for (var server : servers) server.destroyForcibly().waitFor();
        Path lock = directory.resolve("guard.sock.lock");
        long last = Files.exists(lock) ? Long.parseLong(Files.readString(lock).strip()) : 0;
        for (long pid : new long[] {guardPid, last})
            if (pid > 1) ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    private GuardClient connectAgain() throws GuardException {
        return GuardClient.connect(PROGRAM, socket, log, heard, PATIENCE);
    }

    /** A process that does nothing stands for a postmaster, which works in its data directory. */
    private Postmaster server() throws Exception {
        Process process = new ProcessBuilder("sleep", "600").directory(data.toFile()).start();
        servers.add(process);
        var server = postmaster(process);
        client.watch(server);
        return server;
    }

    private static Postmaster postmaster(Process process) throws IOException {
        return new Postmaster(process.pid(), startTicks(process.pid()));
    }

    private static long startTicks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[22 - 3]);
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) throw new AssertionError("not within limit: " + what);
            LockSupport.parkNanos(2_000_000);
        }
    }

    private static void signal(String name, long pid) throws Exception {
        int status = new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid).start().waitFor();
        assertThat(status).isZero();
    }

    @Test
    @DisplayName("starts the guard, and a second client finds it running")
    void starts() throws Exception {
        assertThat(client.status().state()).isEqualTo(State.DISARMED);
        try (var second = connectAgain()) {
            assertThat(second.status().guardPid()).isEqualTo(guardPid);
        }
    }

    @Test
    @DisplayName("arms, renews and disarms")
    void arms() throws Exception {
        var server = server();
        long first = System.nanoTime() + HOUR;
        client.arm(data, first);
        assertThat(client.status().state()).isEqualTo(State.ARMED);
        assertThat(client.status().deadlineNanos()).isEqualTo(first);
        assertThat(client.status().postmasterPid()).isEqualTo(server.pid());
        client.arm(data, first + 7);
        assertThat(client.status().deadlineNanos()).isEqualTo(first + 7);
        client.disarm();
        assertThat(client.status().state()).isEqualTo(State.DISARMED);
        assertThat(client.status().postmasterPid()).isEqualTo(server.pid());
    }

    @Test
    @DisplayName("hears that the deadline passed")
    void fenced() throws Exception {
        var server = server();
        client.arm(data, System.nanoTime() + SOON);
        assertThat(heard.next()).isEqualTo("gone " + server.pid());
        assertThat(heard.next()).isEqualTo("fenced " + server.pid());
        assertThat(servers.getFirst().waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(client.status().state()).isEqualTo(State.CLOSED);
        client.disarm();
        assertThat(client.status().state()).isEqualTo(State.DISARMED);
    }

    @Test
    @DisplayName("hears that a watched postmaster exited")
    void gone() throws Exception {
        var server = server();
        signal("KILL", server.pid());
        assertThat(heard.next()).isEqualTo("gone " + server.pid());
    }

    @Test
    @DisplayName("leaves the guard armed when it is closed, and finds it so again")
    void survivesTheClient() throws Exception {
        var server = server();
        long deadline = System.nanoTime() + HOUR;
        client.arm(data, deadline);
        client.close();
        client = connectAgain();
        assertThat(client.status())
                .returns(State.ARMED, GuardStatus::state)
                .returns(deadline, GuardStatus::deadlineNanos)
                .returns(guardPid, GuardStatus::guardPid);
        client.arm(data, System.nanoTime() + SOON);
        assertThat(heard.next()).isEqualTo("gone " + server.pid());
        assertThat(heard.next()).isEqualTo("fenced " + server.pid());
    }

    @Test
    @DisplayName("starts a new guard when the old one was killed, and arms it as the old one was")
    void startsAnew() throws Exception {
        var server = server();
        long deadline = System.nanoTime() + HOUR;
        client.arm(data, deadline);
        signal("KILL", guardPid);
        assertThat(heard.next()).startsWith("lost: ");
        var status = client.status();
        assertThat(status.guardPid()).isNotEqualTo(guardPid);
        assertThat(status.state()).isEqualTo(State.ARMED);
        assertThat(status.deadlineNanos()).isEqualTo(deadline);
        client.arm(data, System.nanoTime() + SOON);
        assertThat(heard.next()).isEqualTo("gone " + server.pid());
    }

    @Test
    @DisplayName("tells the end of a postmaster that exited while no guard looked")
    void exitedMeanwhile() throws Exception {
        var server = server();
        signal("STOP", guardPid);
        signal("KILL", server.pid());
        signal("KILL", guardPid);
        assertThat(heard.next()).startsWith("lost: ");
        assertThat(heard.next()).isEqualTo("gone " + server.pid());
    }

    @Test
    @DisplayName("does not take a stopped guard for one that acknowledges")
    void stoppedGuard() throws Exception {
        client.arm(data, System.nanoTime() + HOUR);
        client.close();
        client = GuardClient.connect(PROGRAM, socket, log, heard, Duration.ofMillis(200));
        signal("STOP", guardPid);
        assertThatThrownBy(() -> client.arm(data, System.nanoTime() + HOUR))
                .isInstanceOf(GuardException.class)
                .hasMessageContaining("did not acknowledge ARM ");
        assertThat(heard.next()).startsWith("lost: no answer within");
        for (int i = 0; i < 3; i++)
            assertThatThrownBy(client::status).isInstanceOf(GuardException.class);
        signal("CONT", guardPid);
        await("it answers again", this::guardAnswers);
        assertThat(client.status().state()).isEqualTo(State.ARMED);
    }

    private boolean guardAnswers() {
        try {
            return client.status().guardPid() == guardPid;
        } catch (GuardException e) {
            return false;
        }
    }

    @Test
    @DisplayName("passes on what the guard refuses")
    void refused() throws Exception {
        var server = server();
        var wrong = new Postmaster(server.pid(), server.startTicks() + 1);
        assertThatThrownBy(() -> client.watch(wrong))
                .isInstanceOf(GuardException.class)
                .hasMessageContaining("started at tick " + server.startTicks())
                .returns(Code.GUARD, e -> ((MatriarchException) e).code());
        assertThatThrownBy(() -> client.arm(data, System.nanoTime() - 1))
                .hasMessageContaining("deadline has passed");
        assertThatThrownBy(() -> client.arm(Path.of("data"), System.nanoTime() + HOUR))
                .hasMessageContaining("expected ARM");
        assertThat(client.status().state()).isEqualTo(State.DISARMED);
    }

    @Test
    @DisplayName("does not end an armed guard; ends a disarmed one without taking it for a loss")
    void quits() throws Exception {
        client.arm(data, System.nanoTime() + HOUR);
        assertThatThrownBy(client::quit).hasMessageContaining("ERR armed");
        client.disarm();
        client.quit();
        await("its socket is removed", () -> Files.notExists(socket));
        assertThat(heard.news).isEmpty();
        assertThatThrownBy(client::status).hasMessageContaining("closed");
    }

    @Test
    @DisplayName("says which program it could not start")
    void noProgram() {
        Path missing = directory.resolve("no-such-program");
        assertThatThrownBy(() ->
                        GuardClient.connect(missing, directory.resolve("other.sock"), log, heard))
                .isInstanceOf(GuardException.class)
                .hasMessageContaining(missing.toString());
    }

    @Test
    @DisplayName("passes on why the program did not start")
    void programFails() {
        Path nowhere = directory.resolve("missing/guard.sock");
        assertThatThrownBy(() -> GuardClient.connect(PROGRAM, nowhere, log, heard, PATIENCE))
                .isInstanceOf(GuardException.class)
                .hasMessageContaining("status 1")
                .hasMessageContaining("No such file or directory");
    }
}
