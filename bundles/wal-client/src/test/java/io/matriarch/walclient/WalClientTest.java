package io.matriarch.walclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The WAL client")
class WalClientTest {
    private static final String SEGMENT = "0000000100000000000000AB";
    private static final int STOP_RECOVERY = 200;

    @TempDir Path directory;
    private Path socket;
    private Path data;
    private Client client;
    private FakeAgent agent;

    @BeforeEach
    void begin() throws IOException {
        assertThat(Client.PROGRAM).as("the program; compile this module").isExecutable();
        socket = directory.resolve("wal.sock");
        data = Files.createDirectories(directory.resolve("da ta"));
        Files.createDirectories(data.resolve("pg_wal"));
        client = new Client(data, socket);
    }

    @AfterEach
    void end() throws IOException {
        if (agent != null) agent.close();
    }

    private void agentSays(String... answers) throws IOException {
        agent = new FakeAgent(socket, answers);
    }

    private Path spooled(String content) throws IOException {
        return Files.writeString(directory.resolve("spooled"), content);
    }

    private Path target() {
        return data.resolve("pg_wal/RECOVERYXLOG");
    }

    private void standby() throws IOException {
        Files.createFile(data.resolve("standby.signal"));
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) throw new AssertionError("not within a minute");
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Nested
    @DisplayName("pushing")
    class Push {
        @Test
        @DisplayName("asks with absolute paths, and is silent when it is done")
        void done() throws Exception {
            agentSays("WAIT\nWAIT\nDONE\n");
            assertThat(client.run("push", "pg_wal/" + SEGMENT)).isEqualTo(new Client.Ended(0, ""));
            assertThat(agent.questions())
                    .containsExactly(
                            Map.of(
                                    "MATRIARCH-WAL",
                                    "1",
                                    "command",
                                    "push",
                                    "directory",
                                    data.toString(),
                                    "file",
                                    data + "/pg_wal/" + SEGMENT));
        }

        @Test
        @DisplayName("fails at once when nobody listens, and says what to look at")
        void nobody() throws Exception {
            assertThat(client.run("push", "pg_wal/" + SEGMENT))
                    .isEqualTo(
                            new Client.Ended(
                                    1,
                                    "matriarch-pgbackrest-wal: "
                                            + SEGMENT
                                            + " was not archived: the agent does not listen on "
                                            + socket
                                            + ": No such file or directory; is Matriarch running on"
                                            + " this node? (PostgreSQL keeps it and tries again)\n"));
        }

        @Test
        @DisplayName("passes the agent's reason and hint on")
        void reason() throws Exception {
            agentSays("AWAY repository s3 does not answer\tlook at the bucket's endpoint\n");
            assertThat(client.run("push", "pg_wal/" + SEGMENT))
                    .isEqualTo(
                            new Client.Ended(
                                    1,
                                    "matriarch-pgbackrest-wal: "
                                            + SEGMENT
                                            + " was not archived: repository s3 does not answer;"
                                            + " look at the bucket's endpoint (PostgreSQL keeps it"
                                            + " and tries again)\n"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    FakeAgent.HANG_UP,
                    "WAIT\n",
                    "DONE",
                    "DONEE\n",
                    "FILE /etc/passwd\n",
                    "ABSENT gone\n",
                    "FAILED damaged\n",
                    "\n",
                    "nonsense with\ttabs\n"
                })
        @DisplayName("is never done by any other answer, and asks only once")
        void otherAnswers(String answer) throws Exception {
            agentSays(answer, "DONE\n");
            var ended = client.run("push", "pg_wal/" + SEGMENT);
            assertThat(ended.status()).isEqualTo(1);
            assertThat(ended.text()).contains(SEGMENT + " was not archived: ");
            assertThat(agent.questions()).hasSize(1);
        }

        @Test
        @DisplayName("is not done by an answer without an end")
        void endless() throws Exception {
            agentSays("DONE" + "x".repeat(10_000));
            var ended = client.run("push", "pg_wal/" + SEGMENT);
            assertThat(ended.status()).isEqualTo(1);
            assertThat(ended.text()).contains("longer than 4095 bytes");
        }

        @Test
        @DisplayName("gives an agent that works on the time it was told, no more")
        void patience() throws Exception {
            agentSays(FakeAgent.SILENCE);
            var ended = client.run("--wait", "1", "push", "pg_wal/" + SEGMENT);
            assertThat(ended.status()).isEqualTo(1);
            assertThat(ended.text()).contains("the time to wait for it is over");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "a\nb"})
        @DisplayName("refuses a path that cannot be asked about")
        void badPath(String path) throws Exception {
            agentSays("DONE\n");
            assertThat(client.run("push", path).status()).isEqualTo(2);
            assertThat(agent.questions()).isEmpty();
        }
    }

    @Nested
    @DisplayName("getting")
    class Get {
        @Test
        @DisplayName("moves the file the agent names to where PostgreSQL wants it")
        void moves() throws Exception {
            var from = spooled("content");
            agentSays("WAIT\nFILE " + from + "\n");
            Object inode = Files.getAttribute(from, "unix:ino");
            assertThat(client.run("get", SEGMENT, "pg_wal/RECOVERYXLOG"))
                    .isEqualTo(new Client.Ended(0, ""));
            assertThat(target()).hasContent("content");
            assertThat(Files.getAttribute(target(), "unix:ino")).isEqualTo(inode);
            assertThat(from).doesNotExist();
            assertThat(agent.questions())
                    .containsExactly(
                            Map.of(
                                    "MATRIARCH-WAL",
                                    "1",
                                    "command",
                                    "get",
                                    "directory",
                                    data.toString(),
                                    "to",
                                    target().toString(),
                                    "name",
                                    SEGMENT,
                                    "recovery",
                                    "other"));
        }

        @Test
        @DisplayName("copies it where the spool is on another file system")
        void copies() throws Exception {
            var memory = Path.of("/dev/shm");
            assumeTrue(
                    Files.isWritable(memory)
                            && !Files.getFileStore(memory).equals(Files.getFileStore(data)),
                    "no second file system at hand");
            var from = Files.createTempFile(memory, "matriarch-wal-client-", ".test");
            try {
                var content = new byte[1_000_003];
                new java.util.Random(7).nextBytes(content);
                Files.write(from, content);
                agentSays("FILE " + from + "\n");
                assertThat(client.run("get", SEGMENT, "pg_wal/RECOVERYXLOG").status()).isZero();
                assertThat(target()).hasBinaryContent(content);
                assertThat(from).doesNotExist();
            } finally {
                Files.deleteIfExists(from);
            }
        }

        @Test
        @DisplayName("asks once more if somebody else took the file meanwhile")
        void takenMeanwhile() throws Exception {
            var from = spooled("content");
            agentSays("FILE " + directory.resolve("gone") + "\n", "FILE " + from + "\n");
            assertThat(client.run("get", SEGMENT, "pg_wal/RECOVERYXLOG").status()).isZero();
            assertThat(target()).hasContent("content");
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        @DisplayName("says in silence that the archive does not have it, in every kind of recovery")
        void absent(boolean standby) throws Exception {
            if (standby) standby();
            agentSays("ABSENT not in repo1\n");
            assertThat(client.run("get", SEGMENT, "pg_wal/RECOVERYXLOG"))
                    .isEqualTo(new Client.Ended(1, ""));
            assertThat(agent.questions()).hasSize(1);
            assertThat(agent.questions().getFirst())
                    .containsEntry("recovery", standby ? "standby" : "other");
        }

        @Test
        @DisplayName("asks an agent again that cannot reach a repository")
        void asksAgain() throws Exception {
            var from = spooled("content");
            agentSays(
                    "AWAY repo1 does not answer\n",
                    FakeAgent.HANG_UP,
                    "WAIT\n",
                    "FILE " + from + "\n");
            var ended = client.run("get", SEGMENT, "pg_wal/RECOVERYXLOG");
            assertThat(ended.status()).isZero();
            assertThat(ended.text()).contains("waiting for " + SEGMENT + ": repo1 does not answer");
            assertThat(agent.questions()).hasSize(4);
        }

        @Test
        @DisplayName("waits for an agent that is being restarted")
        void agentComesBack() throws Exception {
            var process = client.start("get", SEGMENT, "pg_wal/RECOVERYXLOG");
            var line = process.inputReader().readLine();
            assertThat(line).contains("waiting for " + SEGMENT);
            agentSays("FILE " + spooled("content") + "\n");
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(target()).hasContent("content");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "AWAY repo1 does not answer\n",
                    "FAILED two servers archived it\n",
                    FakeAgent.HANG_UP,
                    "nonsense\n"
                })
        @DisplayName("stops a recovery that would take what is not known for the end of WAL")
        void stopsRecovery(String answer) throws Exception {
            agentSays(answer);
            var ended = client.run("--wait", "1", "get", SEGMENT, "pg_wal/RECOVERYXLOG");
            assertThat(ended.status()).isEqualTo(STOP_RECOVERY);
            assertThat(ended.text()).contains("recovery stops");
            assertThat(target()).doesNotExist();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "AWAY repo1 does not answer\n",
                    "FAILED two servers archived it\n",
                    FakeAgent.HANG_UP,
                    "nonsense\n"
                })
        @DisplayName("never ends a standby, which streams meanwhile")
        void keepsStandby(String answer) throws Exception {
            standby();
            agentSays(answer);
            var ended = client.run("--wait", "1", "get", SEGMENT, "pg_wal/RECOVERYXLOG");
            assertThat(ended.status()).isEqualTo(1);
            assertThat(ended.text()).contains("the standby tries to stream it");
        }

        @Test
        @DisplayName(
                "says where the file could not be put, and does not pass for the end of the archive")
        void wrongTarget() throws Exception {
            agentSays("FILE " + spooled("content") + "\n");
            var ended = client.run("get", SEGMENT, "no/such/folder/RECOVERYXLOG");
            assertThat(ended.status()).isEqualTo(STOP_RECOVERY);
            assertThat(ended.text()).contains("could not be put to " + data + "/no/such/folder");
        }

        @Test
        @DisplayName(
                "ends by the signal PostgreSQL stops it with, so that it reads as a wished shutdown")
        void signal() throws Exception {
            agentSays(FakeAgent.SILENCE);
            var process = client.start("get", SEGMENT, "pg_wal/RECOVERYXLOG");
            await(() -> !agent.questions().isEmpty());
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            assertThat(process.waitFor()).isEqualTo(128 + 15);
            assertThat(target()).doesNotExist();
        }

        @Test
        @DisplayName("asks for another stanza if told to")
        void stanza() throws Exception {
            agentSays("ABSENT no\n");
            client.run("--stanza", "other", "get", SEGMENT, "pg_wal/RECOVERYXLOG");
            assertThat(agent.questions().getFirst()).containsEntry("stanza", "other");
        }
    }

    @Nested
    @DisplayName("given wrong arguments")
    class Arguments {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "push",
                    "push a b",
                    "pull a",
                    "--wait x push a",
                    "--wait 0 push a",
                    "--sockt x push a",
                    "--stanza"
                })
        @DisplayName("says how it is used")
        void usage(String arguments) throws Exception {
            var ended = client.run(arguments.split(" "));
            assertThat(ended.status()).isEqualTo(2);
            assertThat(ended.text()).contains("usage: matriarch-pgbackrest-wal --socket PATH");
        }

        @Test
        @DisplayName("does not let a slip in restore_command look like the end of the archive")
        void slipInRestoreCommand() throws Exception {
            assertThat(client.run("get", SEGMENT).status()).isEqualTo(STOP_RECOVERY);
            standby();
            assertThat(client.run("get", SEGMENT).status()).isEqualTo(1);
        }

        @Test
        @DisplayName("wants a socket, from an option or the environment")
        void socketIsMissing() throws Exception {
            assertThat(client.runBare(Map.of(), "push", "a").text())
                    .contains("--socket is missing");
            agentSays("DONE\n");
            var set = Map.of("MATRIARCH_WAL_SOCKET", socket.toString());
            assertThat(client.runBare(set, "push", "a").status()).isZero();
        }

        @Test
        @DisplayName("names a socket path that is too long")
        void longSocket() throws Exception {
            var ended = client.runBare(Map.of(), "--socket", "/" + "x".repeat(120), "push", "a");
            assertThat(ended.status()).isEqualTo(1);
            assertThat(ended.text()).contains("the socket's path is longer than 107 bytes");
        }

        @Test
        @DisplayName("explains itself")
        void help() throws Exception {
            var ended = client.runBare(Map.of(), "--help");
            assertThat(ended.status()).isZero();
            assertThat(ended.text()).contains("archive_command = ");
        }
    }
}
