package io.matriarch.failover.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The guard's client, with something that is no guard")
class OddGuardTest {
    private static final long PAUSE = Duration.ofMillis(10).toNanos();
    private static final GuardClient.Listener NOBODY =
            new GuardClient.Listener() {
                @Override
                public void gone(long pid) {}

                @Override
                public void fenced(long pid) {}

                @Override
                public void lost(String why) {}
            };

    @TempDir Path directory;
    private ServerSocketChannel server;

    @AfterEach
    void end() throws IOException {
        if (server != null) server.close();
    }

    private Path socket() {
        return directory.resolve("odd.sock");
    }

    private GuardClient connect() throws GuardException {
        return connect(Duration.ofSeconds(10));
    }

    private GuardClient connect(Duration patience) throws GuardException {
        Path program = directory.resolve("not-to-be-started");
        return GuardClient.connect(program, socket(), directory.resolve("log"), NOBODY, patience);
    }

    private static String hello(long clock) {
        return "HELLO 2 4711 " + clock + " DISARMED 0 0";
    }

    /** Answers every line by {@code answer}; empty: not at all. */
    private void listen(UnaryOperator<String> answer) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket()));
        Thread.ofVirtual().start(() -> serve(answer));
    }

    private void serve(UnaryOperator<String> answer) {
        try {
            while (true) {
                var peer = server.accept();
                Thread.ofVirtual().start(() -> converse(peer, answer));
            }
        } catch (ClosedChannelException e) {
            // the test is over
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void converse(SocketChannel peer, UnaryOperator<String> answer) {
        try (var lines = new BufferedReader(Channels.newReader(peer, StandardCharsets.US_ASCII))) {
            for (String line; (line = lines.readLine()) != null; ) {
                String text = answer.apply(line);
                if (text.isEmpty()) continue;
                peer.write(ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.US_ASCII)));
            }
        } catch (IOException e) {
            // the client went: so does this
        }
    }

    @Test
    @DisplayName("accepts a clock that is its own")
    void rightClock() throws Exception {
        listen(_ -> hello(System.nanoTime()));
        try (var client = connect()) {
            assertThat(client.status().guardPid()).isEqualTo(4711);
        }
    }

    @Test
    @DisplayName("refuses a clock that is ahead or behind")
    void wrongClock() throws Exception {
        long minute = Duration.ofMinutes(1).toNanos();
        listen(_ -> hello(System.nanoTime() + minute));
        assertThatThrownBy(this::connect)
                .isInstanceOf(GuardException.class)
                .hasMessageContaining("the guard's clock says");
        server.close();
        Files.delete(socket());
        listen(_ -> hello(System.nanoTime() - minute));
        assertThatThrownBy(this::connect).hasMessageContaining("the guard's clock says");
    }

    @Test
    @DisplayName("refuses another version of the protocol")
    void otherVersion() throws Exception {
        listen(_ -> "HELLO 3 4711 1 0 0 0 0");
        assertThatThrownBy(this::connect)
                .isInstanceOf(GuardException.class)
                .hasMessageContaining("version 3");
    }

    @Test
    @DisplayName("refuses one that speaks of something else")
    void otherProgram() throws Exception {
        listen(_ -> "220 mail.example ESMTP");
        assertThatThrownBy(this::connect)
                .isInstanceOf(GuardException.class)
                .hasMessageContaining("220 mail.example ESMTP");
    }

    @Test
    @DisplayName("refuses numbers that are none")
    void notANumber() throws Exception {
        listen(_ -> "HELLO 2 4711 soon ARMED 0 0");
        assertThatThrownBy(this::connect)
                .isInstanceOf(GuardException.class)
                .hasMessageContaining("soon");
    }

    @Test
    @DisplayName("does not wait for ever for one that is silent")
    void silent() throws Exception {
        listen(_ -> "");
        assertThatThrownBy(() -> connect(Duration.ofMillis(50)))
                .isInstanceOf(GuardException.class)
                .hasMessageContaining("no answer within");
    }

    @Test
    @DisplayName("stays connected although its listener fails")
    void listenerFails() throws Exception {
        listen(line ->
                line.equals("HELLO") ? "GONE 99\nFENCED 99\n" + hello(System.nanoTime()) : "OK");
        var failing =
                new GuardClient.Listener() {
                    @Override
                    public void gone(long pid) {
                        throw new IllegalStateException("gone " + pid);
                    }

                    @Override
                    public void fenced(long pid) {
                        throw new IllegalStateException("fenced " + pid);
                    }

                    @Override
                    public void lost(String why) {}
                };
        Path program = directory.resolve("not-to-be-started");
        try (var client =
                GuardClient.connect(
                        program,
                        socket(),
                        directory.resolve("log"),
                        failing,
                        Duration.ofSeconds(10))) {
            assertThat(client.status().guardPid()).isEqualTo(4711);
            client.disarm();
        }
    }

    @Test
    @DisplayName("lets go of one that fell silent before the client could be used")
    void silentSoon() throws Exception {
        var others = readers();
        var asked = new AtomicInteger();
        listen(_ -> asked.getAndIncrement() % 2 == 0 ? hello(System.nanoTime()) : "");
        assertThatThrownBy(() -> connect(Duration.ofMillis(200)))
                .isInstanceOf(GuardException.class)
                .hasMessageContaining("no answer within");
        var patience = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!others.containsAll(readers()) && System.nanoTime() - patience < 0)
            LockSupport.parkNanos(PAUSE);
        assertThat(others).as("a client nobody has goes on asking").containsAll(readers());
    }

    private static Set<Thread> readers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("guard-reader"))
                .collect(Collectors.toSet());
    }
}
