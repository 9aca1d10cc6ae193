package io.matriarch.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is guarded is a directory: it does not matter who started a server there, or when. */
@DisplayName("The guard of a directory")
class DirectoryTest extends GuardFixture {
    private static final int NOT_ADMITTED = 75;
    private static final int SIGQUIT = 3;
    private static final int SIGKILL = 9;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endStarted() throws Exception {
        for (var process : started) process.destroyForcibly().waitFor();
    }

    /** Starts a server that has to ask the guard first. */
    private Process through(Path where) throws Exception {
        var command = new ArrayList<>(guard.gate());
        command.addAll(StandIn.command());
        var process = new ProcessBuilder(command).directory(where.toFile()).start();
        started.add(process);
        return process;
    }

    private StandIn admitted(Path where) throws Exception {
        var postmaster = new StandIn(through(where));
        standIns.add(postmaster);
        return postmaster;
    }

    private static void expectRefused(Process process, String why) throws Exception {
        assertThat(process.waitFor()).isEqualTo(NOT_ADMITTED);
        String said = new String(process.getErrorStream().readAllBytes());
        assertThat(said).contains("/postgres was not started: ").contains(why);
    }

    private Path elsewhere() throws Exception {
        return Files.createDirectory(directory.resolve("elsewhere"));
    }

    private void expectNobody() throws Exception {
        assertThat(client.event()).isEqualTo("FENCED 0");
        assertThat(client.hello().state()).isEqualTo("CLOSED");
    }

    @Nested
    @DisplayName("at the deadline")
    class Deadline {
        @Test
        @DisplayName("kills servers nobody told it of")
        void untold() throws Exception {
            assertThat(arm(FAR)).isEqualTo("OK");
            var first = postmaster();
            var second = postmaster("deaf", "deaf-child");
            assertThat(arm(SOON)).isEqualTo("OK");
            expectNobody();
            assertThat(first.allDead()).isTrue();
            assertThat(second.allDead()).isTrue();
        }

        @Test
        @DisplayName("kills one that took the place of the one it was told of")
        void another() throws Exception {
            assertThat(arm(FAR)).isEqualTo("OK");
            var first = watched();
            Processes.signal("KILL", first.pid());
            assertThat(client.event()).isEqualTo("GONE " + first.pid());
            Processes.await("orphans are dead", first::allDead);
            var second = postmaster();
            assertThat(arm(SOON)).isEqualTo("OK");
            expectNobody();
            assertThat(second.allDead()).isTrue();
        }

        @Test
        @DisplayName("leaves other programs alone that work there")
        void otherPrograms() throws Exception {
            var shell = new ProcessBuilder("sleep", "600").directory(directory.toFile()).start();
            started.add(shell);
            assertThat(arm(SOON)).isEqualTo("OK");
            expectNobody();
            assertThat(shell.isAlive()).isTrue();
        }
    }

    @Nested
    @DisplayName("once the deadline has passed")
    class Closed {
        @Test
        @DisplayName("kills what is started there by hand, until an agent opens it")
        void keepsItClosed() throws Exception {
            assertThat(arm(SOON)).isEqualTo("OK");
            expectNobody();
            var intruder = postmaster("deaf");
            Processes.await("the intruder is dead", intruder::allDead);
            Processes.await("logged", () -> guard.logText().contains("by hand as it seems"));
            assertThat(client.ask("DISARM")).isEqualTo("OK");
            var welcome = watched();
            assertThat(client.hello().state()).isEqualTo("DISARMED");
            long after = System.nanoTime() + Duration.ofMillis(300).toNanos();
            Processes.await("three looks are over", () -> System.nanoTime() > after);
            assertThat(welcome.allAlive()).isTrue();
        }

        @Test
        @DisplayName("stays without a client, and does not end by itself")
        void staysAlone() throws Exception {
            assertThat(client.ask("QUIT")).isEqualTo("OK");
            assertThat(client.event()).isEqualTo(Conversation.END);
            assertThat(guard.start("1").status()).isZero();
            client = guard.connect();
            assertThat(arm(SOON)).isEqualTo("OK");
            client.close();
            Processes.await("closed", () -> guard.logText().contains("fenced: "));
            long after = System.nanoTime() + Duration.ofMillis(1_500).toNanos();
            Processes.await("longer than its idle time", () -> System.nanoTime() > after);
            var intruder = postmaster();
            Processes.await("the intruder is dead", intruder::allDead);
        }

        @Test
        @DisplayName("can be armed again, and then lets servers live")
        void armedAgain() throws Exception {
            assertThat(arm(SOON)).isEqualTo("OK");
            expectNobody();
            assertThat(arm(Duration.ofSeconds(-1))).isEqualTo("ERR deadline has passed");
            assertThat(client.hello().state()).isEqualTo("CLOSED");
            assertThat(arm(FAR)).isEqualTo("OK");
            assertThat(admitted(directory).allAlive()).isTrue();
        }

        @Test
        @DisplayName("ends by SIGTERM, for whoever wants to run the server without an agent")
        void endsBySignal() throws Exception {
            assertThat(arm(SOON)).isEqualTo("OK");
            expectNobody();
            Processes.signal("TERM", guard.pid());
            assertThat(client.event()).isEqualTo(Conversation.END);
            Processes.await("gone", () -> Files.notExists(guard.socket));
        }
    }

    @Nested
    @DisplayName("closes it at once when it is asked to")
    class Close {
        @Test
        @DisplayName("with nobody there, armed or not")
        void nobody() throws Exception {
            assertThat(client.ask("CLOSE " + directory)).isEqualTo("OK");
            assertThat(client.hello().state()).isEqualTo("CLOSED");
            assertThat(client.ask("CLOSE " + directory)).isEqualTo("OK");
            assertThat(arm(FAR)).isEqualTo("OK");
            assertThat(client.ask("CLOSE " + directory)).isEqualTo("OK");
            assertThat(client.hello().state()).isEqualTo("CLOSED");
            var intruder = postmaster();
            Processes.await("the intruder is dead", intruder::allDead);
        }

        @Test
        @DisplayName("and says so once those who were there are dead")
        void somebody() throws Exception {
            var postmaster = postmaster("deaf");
            assertThat(client.ask("CLOSE " + directory)).isEqualTo("ERR fencing");
            expectNobody();
            assertThat(postmaster.allDead()).isTrue();
            assertThat(client.ask("CLOSE " + directory)).isEqualTo("OK");
        }

        @Test
        @DisplayName("but not another one than it is armed for")
        void another() throws Exception {
            assertThat(arm(FAR)).isEqualTo("OK");
            assertThat(client.ask("CLOSE " + directory + "/other"))
                    .startsWith("ERR armed for another directory");
            assertThat(client.hello().state()).isEqualTo("ARMED");
        }
    }

    @Nested
    @DisplayName("lets a server pass")
    class Admission {
        @Test
        @DisplayName("while armed, and kills it at the deadline wherever it works")
        void admits() throws Exception {
            assertThat(arm(FAR)).isEqualTo("OK");
            var postmaster = admitted(elsewhere());
            Processes.await(
                    "logged",
                    () -> guard.logText().contains("admitted process " + postmaster.pid()));
            assertThat(arm(SOON)).isEqualTo("OK");
            expectNobody();
            assertThat(postmaster.allDead()).isTrue();
        }

        @Test
        @DisplayName("in a session of its own, under its own pid")
        void session() throws Exception {
            assertThat(arm(FAR)).isEqualTo("OK");
            var postmaster = admitted(directory);
            assertThat(Processes.session(postmaster.pid())).isEqualTo(postmaster.pid());
        }

        @Test
        @DisplayName("not before it is armed")
        void notYet() throws Exception {
            expectRefused(through(directory), "the guard says: no deadline is set");
        }

        @Test
        @DisplayName("not after the deadline")
        void notAfter() throws Exception {
            assertThat(arm(SOON)).isEqualTo("OK");
            expectNobody();
            expectRefused(through(directory), "the guard says: the deadline has passed");
        }

        @Test
        @DisplayName("not without a guard")
        void noGuard() throws Exception {
            assertThat(client.ask("QUIT")).isEqualTo("OK");
            assertThat(client.event()).isEqualTo(Conversation.END);
            Processes.await("gone", () -> Files.notExists(guard.socket));
            expectRefused(through(directory), "no guard answers: ");
        }

        @Test
        @DisplayName("not if the guard ends before it answers")
        void guardEnds() throws Exception {
            assertThat(arm(FAR)).isEqualTo("OK");
            Processes.signal("STOP", guard.pid());
            var asking = through(directory);
            Processes.await("it asks", () -> Processes.isAsking(asking.pid()));
            Processes.signal("KILL", guard.pid());
            expectRefused(asking, "the guard does not answer: ");
        }

        @Test
        @DisplayName("only eight at a time")
        void eight() throws Exception {
            assertThat(arm(FAR)).isEqualTo("OK");
            for (int i = 0; i < 8; i++) admitted(directory);
            expectRefused(through(directory), "the guard says: too many servers");
            standIns.getFirst().close();
            Processes.await("dead", standIns.getFirst()::allDead);
            assertThat(admitted(directory).allAlive()).isTrue();
        }
    }

    /**
     * Whoever starts a server (an agent) may be killed between any two steps, and the server on its
     * way may stand still anywhere: at the deadline it is dead, or it is refused.
     */
    @Nested
    @DisplayName("does not miss a server that stands still on its way")
    class Steps {
        @Test
        @DisplayName("before it asked: it is refused")
        void beforeItAsks() throws Exception {
            assertThat(arm(FAR)).isEqualTo("OK");
            var command = new ArrayList<>(List.of("sh", "-c", "kill -STOP $$; exec \"$@\"", "sh"));
            command.addAll(guard.gate());
            command.addAll(StandIn.command());
            var late = new ProcessBuilder(command).directory(directory.toFile()).start();
            started.add(late);
            Processes.await("stopped", () -> Processes.state(late.pid()).equals("T"));
            assertThat(arm(SOON)).isEqualTo("OK");
            expectNobody();
            Processes.signal("CONT", late.pid());
            expectRefused(late, "the deadline has passed");
        }

        @Test
        @DisplayName("while it waits for the answer, which comes too late: it is refused")
        void whileItAsks() throws Exception {
            long deadline = System.nanoTime() + Duration.ofSeconds(2).toNanos();
            assertThat(arm(deadline)).isEqualTo("OK");
            Processes.signal("STOP", guard.pid());
            var asking = through(directory);
            Processes.await("it asks", () -> Processes.isAsking(asking.pid()));
            Processes.await("the deadline passed", () -> System.nanoTime() > deadline);
            Processes.signal("CONT", guard.pid());
            expectNobody();
            expectRefused(asking, "the deadline has passed");
        }

        @Test
        @DisplayName("admitted, but not yet the server: it is killed at the deadline")
        void betweenAnswerAndExec() throws Exception {
            assertThat(arm(FAR)).isEqualTo("OK");
            Processes.signal("STOP", guard.pid());
            var asking = through(elsewhere());
            Processes.await("it asks", () -> Processes.isAsking(asking.pid()));
            Processes.signal("STOP", asking.pid());
            Processes.await("stopped", () -> Processes.state(asking.pid()).equals("T"));
            Processes.signal("CONT", guard.pid());
            Processes.await(
                    "admitted", () -> guard.logText().contains("admitted process " + asking.pid()));
            assertThat(Processes.program(asking.pid())).isEqualTo("matriarch-guard");
            assertThat(arm(SOON)).isEqualTo("OK");
            expectNobody();
            assertThat(asking.waitFor()).isEqualTo(128 + SIGKILL);
        }

        @Test
        @DisplayName("killed while it asks: nothing is admitted")
        void killedWhileItAsks() throws Exception {
            assertThat(arm(FAR)).isEqualTo("OK");
            Processes.signal("STOP", guard.pid());
            var asking = through(directory);
            Processes.await("it asks", () -> Processes.isAsking(asking.pid()));
            asking.destroyForcibly().waitFor();
            Processes.signal("CONT", guard.pid());
            assertThat(client.hello().state()).isEqualTo("ARMED");
            assertThat(client.ask("DISARM")).isEqualTo("OK");
            Processes.await("logged", () -> guard.logText().contains("disarmed: "));
            assertThat(guard.logText()).doesNotContain("admitted");
        }

        @Test
        @Tag("long")
        @DisplayName("wherever chance stops it")
        void anywhere() throws Exception {
            for (int round = 0; round < 14; round++) {
                assertThat(arm(FAR)).isEqualTo("OK");
                var arrived = admitted(directory);
                Processes.signal("STOP", arrived.pid());
                var all = new ArrayList<Process>();
                for (int i = 0; i < 7; i++) all.add(stopped((round * 7 + i) * 50));
                for (var one : all) assertThat(one.inputReader().readLine()).isNotEmpty();
                assertThat(arm(SOON)).isEqualTo("OK");
                expectNobody();
                assertThat(arrived.allDead()).isTrue();
                assertThat(serversHere()).isEmpty();
                for (var one : all) {
                    one.outputWriter().append("go on\n").close();
                    assertThat(one.waitFor()).isIn(NOT_ADMITTED, 128 + SIGQUIT, 128 + SIGKILL);
                }
                assertThat(serversHere()).isEmpty();
            }
        }

        /** A server that stands still after so many moments, until it is told to go on. */
        private Process stopped(int moments) throws Exception {
            String script =
                    """
                    "$@" >/dev/null &
                    i=0; while [ $i -lt %d ]; do i=$((i+1)); done
                    kill -STOP $!; echo $!
                    read -r word; kill -CONT $! 2>/dev/null
                    wait $!
                    """
                            .formatted(moments);
            var command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
            command.addAll(guard.gate());
            command.addAll(StandIn.command());
            var process = new ProcessBuilder(command).directory(directory.toFile()).start();
            started.add(process);
            return process;
        }

        private List<Long> serversHere() {
            return ProcessHandle.allProcesses()
                    .map(ProcessHandle::pid)
                    .filter(pid -> Processes.program(pid).equals("postgres"))
                    .filter(pid -> Processes.directory(pid).equals(directory))
                    .filter(Processes::isAlive)
                    .toList();
        }
    }
}
