package io.matriarch.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The guard")
class GuardTest extends GuardFixture {
    @Nested
    @DisplayName("when the deadline passes")
    class Deadline {
        @Test
        @DisplayName("stops the postmaster, its children and theirs")
        void fencesEverything() throws Exception {
            var postmaster = watched();
            assertThat(arm(SOON)).isEqualTo("OK");
            expectFenced(postmaster);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "deaf",
                    "deaf deaf-child",
                    "deaf-child",
                    "deaf busy",
                    "deaf deaf-child busy-child"
                })
        @DisplayName("kills whoever does not heed SIGQUIT")
        void killsTheDeaf(String traits) throws Exception {
            var postmaster = watched(traits.split(" "));
            assertThat(arm(SOON)).isEqualTo("OK");
            expectFenced(postmaster);
            Processes.await(
                    "nothing runs in the directory of the server",
                    () -> inDirectory().noneMatch(Processes::isAlive));
        }

        @Test
        @DisplayName("kills a postmaster that is stopped")
        void killsTheStopped() throws Exception {
            var postmaster = watched();
            Processes.signal("STOP", postmaster.pid());
            Processes.await("stopped", () -> Processes.state(postmaster.pid()).equals("T"));
            assertThat(arm(SOON)).isEqualTo("OK");
            expectFenced(postmaster);
        }

        @Test
        @DisplayName("fences although its client is gone")
        void needsNoClient() throws Exception {
            var postmaster = watched("deaf");
            assertThat(arm(Duration.ofMillis(300))).isEqualTo("OK");
            client.close();
            Processes.await("all dead", postmaster::allDead);
            Processes.await("logged", () -> guard.logText().contains("fenced: postmaster "));
        }

        @Test
        @DisplayName("leaves others alone")
        void onlyTheServer() throws Exception {
            var bystander = new StandIn(Files.createDirectory(directory.resolve("other")));
            standIns.add(bystander);
            var postmaster = watched();
            assertThat(arm(SOON)).isEqualTo("OK");
            expectFenced(postmaster);
            assertThat(bystander.allAlive()).isTrue();
        }

        @Test
        @DisplayName("takes a renewal with the past for the deadline")
        void renewedWithThePast() throws Exception {
            var postmaster = watched();
            assertThat(arm(FAR)).isEqualTo("OK");
            assertThat(arm(Duration.ofSeconds(-1))).isEqualTo("OK");
            expectFenced(postmaster);
        }

        @Test
        @DisplayName("can be armed again for the next postmaster")
        void again() throws Exception {
            for (int i = 0; i < 3; i++) {
                assertThat(arm(FAR)).isEqualTo("OK");
                var postmaster = watched();
                assertThat(arm(SOON)).isEqualTo("OK");
                expectFenced(postmaster);
            }
        }

        private Stream<Long> inDirectory() {
            return ProcessHandle.allProcesses()
                    .map(ProcessHandle::pid)
                    .filter(pid -> directory.equals(Processes.directory(pid)));
        }
    }

    @Nested
    @DisplayName("while it is renewed or disarmed")
    class Renewed {
        @Test
        @DisplayName("a later deadline takes the place of the old")
        void later() throws Exception {
            var postmaster = watched();
            long first = System.nanoTime() + Duration.ofSeconds(2).toNanos();
            long second = first + FAR.toNanos();
            assertThat(arm(first)).isEqualTo("OK");
            assertThat(arm(second)).isEqualTo("OK");
            long after = first + Duration.ofMillis(300).toNanos();
            Processes.await("first deadline passed", () -> System.nanoTime() > after);
            assertThat(client.hello().deadline()).isEqualTo(second);
            assertThat(postmaster.allAlive()).isTrue();
            assertThat(client.hasEvent()).isFalse();
        }

        @Test
        @DisplayName("an earlier deadline does too")
        void earlier() throws Exception {
            var postmaster = watched();
            assertThat(arm(FAR)).isEqualTo("OK");
            assertThat(arm(SOON)).isEqualTo("OK");
            expectFenced(postmaster);
        }

        @Test
        @DisplayName("disarmed, it lets the deadline pass and still watches")
        void disarmed() throws Exception {
            var postmaster = watched();
            long deadline = System.nanoTime() + Duration.ofSeconds(2).toNanos();
            assertThat(arm(deadline)).isEqualTo("OK");
            assertThat(client.ask("DISARM")).isEqualTo("OK");
            assertThat(client.ask("DISARM")).isEqualTo("OK");
            long after = deadline + Duration.ofMillis(300).toNanos();
            Processes.await("deadline passed", () -> System.nanoTime() > after);
            assertThat(postmaster.allAlive()).isTrue();
            assertThat(client.hello().state()).isEqualTo("DISARMED");
            assertThat(client.hello().pid()).isEqualTo(postmaster.pid());
            Processes.signal("KILL", postmaster.pid());
            assertThat(client.event()).isEqualTo("GONE " + postmaster.pid());
        }

        @Test
        @DisplayName("another client may renew")
        void anotherClient() throws Exception {
            var postmaster = watched();
            assertThat(arm(FAR)).isEqualTo("OK");
            client.close();
            client = guard.connect();
            assertThat(client.hello().state()).isEqualTo("ARMED");
            assertThat(arm(SOON)).isEqualTo("OK");
            expectFenced(postmaster);
        }
    }

    @Nested
    @DisplayName("when the postmaster exits")
    class Gone {
        @Test
        @DisplayName("tells every client at once")
        void tellsAll() throws Exception {
            var second = guard.connect();
            assertThat(second.hello().pid()).isZero();
            var postmaster = watched();
            Processes.signal("KILL", postmaster.pid());
            assertThat(client.event()).isEqualTo("GONE " + postmaster.pid());
            assertThat(second.event()).isEqualTo("GONE " + postmaster.pid());
            assertThat(postmaster.others()).allMatch(Processes::isAlive);
        }

        @Test
        @DisplayName("kills what it left behind if armed, and stays armed for the next")
        void killsOrphans() throws Exception {
            var postmaster = watched("deaf-child");
            assertThat(arm(FAR)).isEqualTo("OK");
            Processes.signal("KILL", postmaster.pid());
            assertThat(client.event()).isEqualTo("GONE " + postmaster.pid());
            Processes.await("orphans are dead", postmaster::allDead);
            assertThat(client.hello().state()).isEqualTo("ARMED");
            assertThat(client.hello().pid()).isZero();
        }
    }

    @Nested
    @DisplayName("refuses")
    class Refuses {
        @Test
        @DisplayName("a process of another start")
        void wrongTicks() throws Exception {
            var postmaster = postmaster();
            String wrong = postmaster.pid() + " " + (postmaster.startTicks() - 1);
            assertThat(client.ask("WATCH " + wrong))
                    .isEqualTo(
                            "ERR process %d started at tick %d, not %d",
                            postmaster.pid(), postmaster.startTicks(), postmaster.startTicks() - 1);
            assertThat(client.hello().state()).isEqualTo("DISARMED");
            assertThat(postmaster.allAlive()).isTrue();
        }

        @Test
        @DisplayName("a process that is not there, init and itself")
        void impossible() throws Exception {
            assertThat(client.ask("WATCH 2147483647 1")).isEqualTo("ERR no process 2147483647");
            assertThat(client.ask("WATCH 1 0")).isEqualTo("ERR pid 1 cannot be a postmaster");
            long self = client.hello().guardPid();
            assertThat(client.ask("WATCH " + self + " " + Processes.startTicks(self)))
                    .isEqualTo("ERR pid " + self + " cannot be a postmaster");
        }

        @Test
        @DisplayName("a deadline of another clock")
        void wrongClock() throws Exception {
            assertThat(arm(Duration.ofDays(2))).contains("over a day ahead");
            assertThat(arm(Long.MAX_VALUE)).contains("over a day ahead");
            assertThat(arm(0)).isEqualTo("ERR deadline has passed");
            assertThat(client.hello().state()).isEqualTo("DISARMED");
        }

        @Test
        @DisplayName("another directory or to quit while armed")
        void whileArmed() throws Exception {
            assertThat(arm(FAR)).isEqualTo("OK");
            long deadline = client.hello().deadline();
            assertThat(client.ask("ARM " + deadline + " " + directory + "/other"))
                    .startsWith("ERR armed for another directory");
            assertThat(client.ask("QUIT")).isEqualTo("ERR armed");
            assertThat(client.hello().deadline()).isEqualTo(deadline);
        }

        @Test
        @DisplayName("a directory that is none")
        void noDirectory() throws Exception {
            long deadline = System.nanoTime() + FAR.toNanos();
            for (String wrong : List.of("data", "/", "/data/", "", "/" + "x".repeat(512)))
                assertThat(client.ask("ARM " + deadline + " " + wrong))
                        .startsWith("ERR expected ARM DEADLINE_NS DIRECTORY");
            assertThat(client.ask("ARM " + deadline + " /" + "x".repeat(510))).isEqualTo("OK");
        }
    }

    @Nested
    @DisplayName("hears bad lines without harm:")
    class Lines {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "hello",
                    "HELLO ",
                    "HELLO 1",
                    "HELLO\r",
                    "HE\0LLO",
                    "ARM",
                    "ARM 4",
                    "ARM -4 /d",
                    "ARM +4 /d",
                    "ARM 4  /d",
                    "ARM 4x /d",
                    "ARM 0x4 /d",
                    "ARM /d 4",
                    "ARM 9223372036854775808 /d",
                    "ARM 99999999999999999999999999999999 /d",
                    "ADMIT 2",
                    "CLOSE",
                    "CLOSE data",
                    "WATCH 2",
                    "DISARM now",
                    "QUIT now",
                    "\u00ff\u00fe%n%s"
                })
        void garbage(String line) throws Exception {
            assertThat(client.ask(line)).startsWith("ERR expected ");
            assertThat(client.hello().state()).isEqualTo("DISARMED");
        }

        @Test
        @DisplayName("a line in pieces, several at once")
        void pieces() throws Exception {
            client.send("HEL");
            assertThat(guard.connect().hello().state()).isEqualTo("DISARMED");
            client.send("LO\nHELLO\nDISARM\nHE");
            assertThat(client.answer()).startsWith("HELLO 2 ");
            assertThat(client.answer()).startsWith("HELLO 2 ");
            assertThat(client.answer()).isEqualTo("OK");
            client.send("LLO\n");
            assertThat(client.answer()).startsWith("HELLO 2 ");
        }

        @Test
        @DisplayName("half a line of a client that went is not carried out")
        void halfLine() throws Exception {
            assertThat(arm(FAR)).isEqualTo("OK");
            client.send("DISARM");
            client.close();
            client = guard.connect();
            assertThat(client.hello().state()).isEqualTo("ARMED");
        }

        @ParameterizedTest
        @ValueSource(ints = {600, 601, 1199, 1200, 1201, 1_000_000})
        @DisplayName("one that is too long, and the next is heard")
        void tooLong(int length) throws Exception {
            assertThat(client.ask("x".repeat(length)))
                    .isEqualTo("ERR line is longer than 600 bytes");
            assertThat(client.hello().state()).isEqualTo("DISARMED");
        }

        @Test
        @DisplayName("random bytes on many connections")
        void noise() throws Exception {
            var chance = new Random(20261123);
            for (int i = 0; i < 50; i++) {
                var bytes = new byte[1 + chance.nextInt(3000)];
                chance.nextBytes(bytes);
                try (var noisy = new Conversation(guard.socket)) {
                    noisy.send(new String(bytes, StandardCharsets.ISO_8859_1));
                }
            }
            assertThat(client.hello().state()).isEqualTo("DISARMED");
        }
    }

    @Nested
    @DisplayName("with many clients")
    class Many {
        @Test
        @DisplayName("a hundred are told, and a deadline is kept")
        void hundred() throws Exception {
            var postmaster = watched("deaf");
            var clients = new ArrayList<Conversation>();
            for (int i = 0; i < 100; i++) clients.add(guard.connect());
            for (var one : clients) assertThat(one.hello().state()).isEqualTo("DISARMED");
            assertThat(arm(SOON)).isEqualTo("OK");
            for (var one : clients) {
                assertThat(one.event()).isEqualTo("GONE " + postmaster.pid());
                assertThat(one.event()).isEqualTo("FENCED " + postmaster.pid());
            }
            assertThat(postmaster.allDead()).isTrue();
        }

        @Test
        @DisplayName("too many are turned away, and places become free again")
        void tooMany() throws Exception {
            var clients = new ArrayList<Conversation>();
            client.hello();
            for (int i = 1; i < 256; i++) clients.add(guard.connect());
            for (var one : clients) one.hello();
            var refused = guard.connect();
            assertThat(refused.answer()).isEqualTo("ERR too many connections");
            assertThat(refused.answer()).isEqualTo(Conversation.END);
            clients.getFirst().close();
            Processes.await("a place is free", this::canTalk);
        }

        private boolean canTalk() {
            try (var fresh = new Conversation(guard.socket)) {
                return fresh.ask("HELLO").startsWith("HELLO ");
            } catch (Exception e) {
                return false; // turned away in the middle of the question
            }
        }
    }
}
