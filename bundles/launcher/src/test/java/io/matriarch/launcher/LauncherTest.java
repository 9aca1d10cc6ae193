package io.matriarch.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The launcher")
class LauncherTest {
    @TempDir Path folder;
    private Agent agent;

    @BeforeEach
    void prepare() throws Exception {
        agent = new Agent(folder);
    }

    @AfterEach
    void end() throws Exception {
        agent.close();
    }

    @Test
    @DisplayName(
            "starts the framework, serves HTTP, reloads on SIGHUP and stops in order on SIGTERM")
    void wholeLife() throws Exception {
        var process = agent.ready();
        assertThat(agent.status(agent.port, "/nothing/here")).isEqualTo(404);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(agent.state)))
                .isEqualTo("rwx------");
        agent.configure("log: {level: LOUD}");
        new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid())).start().waitFor();
        agent.await(() -> agent.said("configuration not reloaded"), "refused");
        agent.configure("log: {level: DEBUG}");
        new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid())).start().waitFor();
        agent.await(() -> agent.said("configuration reloaded"), "reloaded");

        var second = agent.start();
        assertThat(Agent.ended(second)).as(agent.output()).isEqualTo(11);
        assertThat(agent.output()).contains("another agent (pid " + process.pid() + ")");

        process.destroy();
        assertThat(Agent.ended(process)).as(agent.output()).isZero();
        assertThat(agent.state.resolve("run/ready")).doesNotExist();
    }

    @Test
    @Tag("long")
    @DisplayName("starts a second time from its cache, and anew if a library changed meanwhile")
    void secondTime() throws Exception {
        for (int start = 0; start < 3; start++) {
            if (start == 2)
                Agent.emptyBundle(agent.bundles("lib").resolve("new.jar"), "new", "1.0.0");
            var process = agent.ready();
            assertThat(agent.status(agent.port, "/")).isEqualTo(404);
            process.destroy();
            assertThat(Agent.ended(process)).as(agent.output()).isZero();
        }
    }

    @Test
    @DisplayName("takes over a replaced bundle, and does not start a second one beside it")
    void dropIn() throws Exception {
        var app = agent.bundles("app");
        Agent.emptyBundle(app.resolve("one.jar"), "one", "1.0.0");
        agent.ready();
        Agent.emptyBundle(app.resolve("one.jar"), "one", "1.1.0");
        agent.await(() -> agent.said("bundle one is now 1.1.0"), "updated");
        Agent.emptyBundle(app.resolve("also-one.jar"), "one", "2.0.0");
        agent.await(() -> agent.said("is a second one; it will not start"), "told of a double");
        Files.delete(app.resolve("also-one.jar"));
        agent.await(() -> agent.said("bundle one is gone"), "removed");
    }

    @Test
    @DisplayName("ends in order, exit code 0, when a bundle asks for it")
    void endsWhenAsked() throws Exception {
        var process = agent.ready();
        Agent.bundle(
                agent.bundles("app").resolve("end.jar"),
                "end",
                "1.0.0",
                Optional.of(EndsTheProcess.class));
        assertThat(Agent.ended(process)).as(agent.output()).isZero();
        assertThat(agent.output()).contains("stopped");
        assertThat(agent.state.resolve("run/ready")).doesNotExist();
    }

    @Test
    @DisplayName("refuses a bundle that is there twice, before anything starts")
    void duplicate() throws Exception {
        Agent.emptyBundle(agent.bundles("app").resolve("a.jar"), "same", "1.0.0");
        Agent.emptyBundle(agent.bundles("lib").resolve("b.jar"), "same", "1.0.0");
        assertThat(Agent.ended(agent.start())).isEqualTo(1);
        assertThat(agent.output()).contains("bundle same is there twice", "a.jar", "b.jar");
    }

    @Test
    @DisplayName("refuses a bad configuration with all its problems, exit code 3")
    void badConfiguration() throws Exception {
        agent.configure("restap: {}\nlog: {level: LOUD}\ntags: {nofailover: maybe}");
        assertThat(Agent.ended(agent.start("--check"))).isEqualTo(3);
        assertThat(Agent.ended(agent.start())).isEqualTo(3);
        assertThat(agent.output())
                .contains(
                        "matriarch.yml:7: restap: unknown key",
                        "Did you mean restapi?",
                        "matriarch.yml:8: log.level",
                        "matriarch.yml:9: tags.nofailover",
                        "HINT: correct all 3");
        assertThat(agent.state).doesNotExist();
    }

    @Test
    @DisplayName("refuses an address that is in use, exit code 10, and names it")
    void addressInUse() throws Exception {
        try (var taken = new ServerSocket(agent.port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(Agent.ended(agent.start())).isEqualTo(10);
            assertThat(agent.output())
                    .contains("127.0.0.1:" + taken.getLocalPort() + " is in use", "HINT: `ss ");
        }
    }

    @Test
    @DisplayName("logs one JSON object per line into a file, if told to")
    void json() throws Exception {
        var logs = folder.resolve("logs");
        agent.configure("log: {type: json, dir: " + logs + "}");
        assertThat(Agent.ended(agent.start())).isEqualTo(3);
        assertThat(agent.output()).contains("log.dir: " + logs + " cannot be written to");
        Files.createDirectory(logs);
        agent.ready();
        assertThat(Files.readAllLines(logs.resolve("matriarch.log")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).startsWith("{").endsWith("}"))
                .anySatisfy(line -> assertThat(line).contains("ready after", "\"level\":\"INFO\""));
    }

    @Test
    @DisplayName("refuses a command line it does not understand, exit code 2")
    void usage() throws Exception {
        assertThat(Agent.ended(agent.start("--chekc"))).isEqualTo(2);
        assertThat(agent.output()).contains("unknown argument \"--chekc\"", "usage:");
    }

    @Test
    @DisplayName("says that a good file is good, and where the state lies")
    void asked() throws Exception {
        assertThat(Agent.ended(agent.start("--check"))).isZero();
        assertThat(Agent.ended(agent.start("--state-dir"))).isZero();
        assertThat(agent.output()).contains(": good", agent.state.toString());
        assertThat(agent.state).doesNotExist();
    }
}
