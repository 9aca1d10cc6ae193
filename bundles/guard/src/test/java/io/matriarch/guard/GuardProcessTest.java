package io.matriarch.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The guard's process")
class GuardProcessTest extends GuardFixture {
    @Nested
    @DisplayName("once started")
    class Started {
        @Test
        @DisplayName("says its clock, which is System.nanoTime()")
        void clock() throws Exception {
            long before = System.nanoTime();
            long guardTime = client.hello().monotonicNanos();
            assertThat(guardTime).isBetween(before, System.nanoTime());
        }

        @Test
        @DisplayName("runs once per socket, and its socket is its user's only")
        void once() throws Exception {
            long pid = client.hello().guardPid();
            var second = guard.start();
            assertThat(second.status()).isZero();
            assertThat(second.text()).contains("one runs already on").contains("pid " + pid);
            assertThat(client.hello().guardPid()).isEqualTo(pid).isEqualTo(guard.pid());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(guard.socket)))
                    .isEqualTo("rw-------");
        }

        @Test
        @DisplayName("ignores SIGTERM, SIGINT and SIGHUP while armed")
        void ignoresSignals() throws Exception {
            var postmaster = watched();
            long pid = client.hello().guardPid();
            assertThat(arm(FAR)).isEqualTo("OK");
            for (String name : List.of("TERM", "INT", "HUP", "QUIT", "PIPE", "USR1"))
                Processes.signal(name, pid);
            Processes.await("logged", () -> guard.logText().contains("armed, so it is ignored"));
            assertThat(client.hello().guardPid()).isEqualTo(pid);
            assertThat(arm(SOON)).isEqualTo("OK");
            expectFenced(postmaster);
        }

        @Test
        @DisplayName("ends by SIGTERM when disarmed, and removes its socket")
        void endsBySignal() throws Exception {
            long pid = client.hello().guardPid();
            Processes.signal("TERM", pid);
            assertThat(client.event()).isEqualTo(Conversation.END);
            Processes.await("ended", () -> !Processes.isAlive(pid));
            assertThat(guard.socket).doesNotExist();
        }

        @Test
        @DisplayName("quits when asked, and another can be started")
        void quits() throws Exception {
            long pid = client.hello().guardPid();
            assertThat(client.ask("QUIT")).isEqualTo("OK");
            assertThat(client.event()).isEqualTo(Conversation.END);
            assertThat(guard.start()).isEqualTo(new Guard.Started(0, ""));
            assertThat(guard.connect().hello().guardPid()).isNotEqualTo(pid);
        }

        @Test
        @DisplayName("is replaced after it was killed, over the socket it left")
        void replaced() throws Exception {
            Processes.signal("KILL", client.hello().guardPid());
            assertThat(client.event()).isEqualTo(Conversation.END);
            assertThat(guard.socket).exists();
            assertThat(guard.start()).isEqualTo(new Guard.Started(0, ""));
            assertThat(guard.connect().hello().state()).isEqualTo("DISARMED");
        }

        @Test
        @DisplayName(
                "leaves the socket of another alone that was started after its files were removed")
        void notItsSocket() throws Exception {
            long first = client.hello().guardPid();
            Files.delete(guard.socket);
            Files.delete(directory.resolve("guard.sock.lock"));
            assertThat(guard.start().status()).isZero();
            assertThat(client.ask("QUIT")).isEqualTo("OK");
            Processes.await("ended", () -> !Processes.isAlive(first));
            assertThat(guard.connect().hello().guardPid()).isNotEqualTo(first);
        }

        @Test
        @DisplayName("ends by itself when disarmed and without a client")
        void endsWhenIdle() throws Exception {
            assertThat(client.ask("QUIT")).isEqualTo("OK");
            assertThat(client.event()).isEqualTo(Conversation.END);
            assertThat(guard.start("1").status()).isZero();
            Processes.await("gone", () -> Files.notExists(guard.socket));
            Processes.await(
                    "logged",
                    () -> guard.logText().contains("disarmed and without a client for 1 s"));
        }

        @Test
        @DisplayName("stays below 2 MiB")
        void small() throws Exception {
            String status =
                    Files.readString(
                            Path.of("/proc", Long.toString(client.hello().guardPid()), "status"));
            long kib =
                    status.lines()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum();
            assertThat(kib).isBetween(1L, 2048L);
        }
    }

    @Nested
    @DisplayName("does not start")
    class DoesNotStart {
        @Test
        @DisplayName("without its arguments")
        void usage() throws Exception {
            var started = Guard.run(List.of("only-one"));
            assertThat(started.status()).isEqualTo(1);
            assertThat(started.text()).startsWith("usage: matriarch-guard SOCKET LOGFILE");
        }

        @Test
        @DisplayName("over a file that is no socket")
        void notASocket() throws Exception {
            Path file = Files.writeString(directory.resolve("precious"), "data");
            var started = Guard.run(List.of(file.toString(), guard.log.toString()));
            assertThat(started.status()).isEqualTo(1);
            assertThat(started.text()).contains(file + " is not a socket");
            assertThat(file).hasContent("data");
        }

        @Test
        @DisplayName("in a directory that is not there, or with a path too long for a socket")
        void noDirectory() throws Exception {
            String missing = directory.resolve("missing/s").toString();
            var started = Guard.run(List.of(missing, guard.log.toString()));
            assertThat(started.status()).isEqualTo(1);
            assertThat(started.text()).contains(missing + ".lock: No such file or directory");
            String longPath = directory.resolve("x".repeat(120)).toString();
            started = Guard.run(List.of(longPath, guard.log.toString()));
            assertThat(started.status()).isEqualTo(1);
            assertThat(started.text()).contains("longer than 107 bytes");
        }

        @Test
        @DisplayName("without a log file it can write")
        void noLog() throws Exception {
            var started =
                    Guard.run(List.of(directory.resolve("s2").toString(), directory.toString()));
            assertThat(started.status()).isEqualTo(1);
            assertThat(started.text()).contains("cannot write " + directory);
        }
    }
}
