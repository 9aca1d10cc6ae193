package io.matriarch.backup.wal.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.wal.Program;
import io.matriarch.backup.wal.core.Answer;
import io.matriarch.backup.wal.core.Question;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The socket of PostgreSQL's commands, with the real program")
class WalSocketTest {
    @TempDir Path directory;
    private Path path;
    private WalSocket socket;
    private Program program;
    private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();
    private volatile CompletableFuture<Answer> answer = new CompletableFuture<>();

    @BeforeEach
    void open() throws Exception {
        path = directory.resolve("state/run/wal.sock");
        socket = listen();
        program = new Program(directory, path);
    }

    private WalSocket listen() throws MatriarchException {
        return WalSocket.open(
                path,
                question -> {
                    questions.add(question);
                    return answer;
                });
    }

    @AfterEach
    void close() {
        socket.close();
    }

    private void answers(Answer what) {
        answer = CompletableFuture.completedFuture(what);
    }

    private Question asked() throws InterruptedException {
        return questions.poll(60, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("hears a push and tells that it is done")
    void push() throws Exception {
        answers(new Answer.Done());
        assertThat(program.run("push", "pg_wal/X")).isEqualTo(new Program.Ended(0, ""));
        assertThat(asked()).isEqualTo(new Question.Push(directory.resolve("pg_wal/X")));
    }

    @Test
    @DisplayName("hears a get and hands the file over")
    void get() throws Exception {
        var file = Files.writeString(directory.resolve("spooled"), "wal");
        answers(new Answer.File(file));
        assertThat(program.run("get", "X", "Y").status()).isZero();
        assertThat(asked())
                .isEqualTo(
                        new Question.Get(
                                directory, "X", directory.resolve("Y"), false, Optional.empty()));
        assertThat(directory.resolve("Y")).hasContent("wal");
        assertThat(file).doesNotExist();
    }

    @Test
    @DisplayName("says that it is still at it, so that the program does not give it up")
    void signsOfLife() throws Exception {
        var process = program.start("--wait", "2", "push", "X");
        asked();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("still at it")
                .contains("it goes on without us");
    }

    @Test
    @DisplayName("is for us alone")
    void rights() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    @DisplayName("knows its own user at the other end")
    void peer() throws Exception {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            assertThat(new Peers(path).stranger(channel)).isEmpty();
        }
    }

    @Test
    @DisplayName("takes the place of a socket a killed agent left")
    void stale() throws Exception {
        socket.close();
        Files.createFile(path);
        socket = listen();
        answers(new Answer.Done());
        assertThat(program.run("push", "X").status()).isZero();
    }

    @Test
    @DisplayName("removes its file, and lets go whoever waits")
    void closes() throws Exception {
        var process = program.start("push", "X");
        asked();
        socket.close();
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(path).doesNotExist();
    }

    @Test
    @DisplayName("survives nonsense, endless questions, and askers who leave")
    void nonsense() throws Exception {
        for (String text : new String[] {"GET / HTTP/1.1\r\n\r\n\n\n", "x".repeat(40_000), ""})
            try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                var rest = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (rest.hasRemaining() && channel.write(rest) > 0) rest.slice();
            } catch (java.io.IOException _) {
                // hung up on, as an endless question deserves
            }
        answers(new Answer.Done());
        assertThat(program.run("push", "X").status()).isZero();
    }

    @Test
    @DisplayName("tells a defect of ours, and PostgreSQL keeps the file")
    void defect() throws Exception {
        answer = CompletableFuture.failedFuture(new IllegalStateException("a bug"));
        var ended = program.run("push", "X");
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.text()).contains("a bug");
    }

    @Test
    @DisplayName("names a place where it cannot listen")
    void noPlace() {
        var deep = directory.resolve("x".repeat(150)).resolve("wal.sock");
        assertThatThrownBy(() -> WalSocket.open(deep, _ -> answer))
                .isInstanceOf(MatriarchException.class)
                .hasMessageContaining(deep.toString());
    }
}
