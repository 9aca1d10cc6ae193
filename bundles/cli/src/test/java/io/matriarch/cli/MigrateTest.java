package io.matriarch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("matriarchctl migrate")
class MigrateTest {
    private static final String OWN = "{\"scope\":\"demo\",\"systemId\":\"7711167698510241857\"}";

    private final Ctl ctl = new Ctl();
    private FakeMember leader;
    private FakeMember here;
    @TempDir private Path directory;
    private Path patroniYml;
    private Path ours;
    private Path postmaster;

    @BeforeEach
    void start() throws IOException {
        leader = new FakeMember();
        here = new FakeMember();
        FakeMember.cluster(leader, here);
        noticed(true);
        here.reply("PATCH /config", 200, "{}");
        leader.reply("PATCH /config", 200, "{}");
        patroniYml = directory.resolve("patroni.yml");
        ours = directory.resolve("conf/matriarch.yml");
        Path data = Files.createDirectory(directory.resolve("data"));
        postmaster = data.resolve("postmaster.pid");
        runsAs(ProcessHandle.current().pid());
        Files.writeString(patroniYml, yaml(data));
        ctl.rounds = 20;
        ctl.program =
                command -> {
                    if (command.getLast().equals("end it")) here.reply("GET /patroni", 0, "");
                    if (command.getLast().equals("begin it")) began();
                    return 0;
                };
    }

    @AfterEach
    void stop() {
        leader.close();
        here.close();
    }

    private String yaml(Path data) {
        return """
        scope: demo
        name: node-b
        restapi:
          listen: %1$s
          connect_address: %1$s
        etcd3:
          hosts: 127.0.0.1:2379
        postgresql:
          listen: 127.0.0.1:5502
          connect_address: 127.0.0.1:5502
          data_dir: %2$s
          authentication:
            superuser: {username: postgres, password: secret}
            replication: {username: replicator, password: secret}
        """
                .formatted(here.address(), data);
    }

    private void runsAs(long pid) throws IOException {
        Files.writeString(postmaster, pid + "\n");
    }

    /** Whether the members know of the pause; {@code here} is Patroni's node-b. */
    private void noticed(boolean paused) {
        String pause = paused ? "{\"pause\":true," : "{";
        String status = Recorded.PATRONI.stripLeading().replaceFirst("\\{", pause);
        leader.reply("GET /patroni", 200, status);
        here.reply("GET /patroni", 200, status.replace("node-a", "node-b"));
    }

    /** Our agent answers, in a cluster that is paused; as soon as it is resumed, all notice. */
    private void began() {
        noticed(false);
        here.reply("GET /api/v1/cluster", 200, OWN);
        String paused =
                Recorded.CLUSTER
                        .replace("127.0.0.1:8101", leader.address())
                        .replace("127.0.0.1:8102", here.address())
                        .replace("\"scope\"", "\"pause\":true,\"scope\"");
        here.reply("GET /cluster", 200, paused);
        leader.reply("GET /cluster", 200, paused);
    }

    private Ctl.Result migrate(String... more) {
        var arguments =
                new java.util.ArrayList<>(
                        List.of("migrate", "from-patroni", patroniYml.toString()));
        arguments.addAll(
                List.of("--stop", "end it", "--start", "begin it", "--config", ours.toString()));
        arguments.addAll(List.of(more));
        return ctl.run(arguments.toArray(String[]::new));
    }

    @Test
    @DisplayName("pauses, stops the one agent, copies its file, starts the other, and resumes")
    void migrates() throws IOException {
        ctl.typed = "y\n";
        var result = migrate();
        assertThat(result.err())
                .contains("Change the agent of node-b from Patroni to Matriarch? [y/N]");
        assertThat(result.status()).as(result.err()).isZero();
        assertThat(ctl.programs)
                .containsExactly(List.of("sh", "-c", "end it"), List.of("sh", "-c", "begin it"));
        assertThat(ours).hasSameTextualContentAs(patroniYml);
        assertThat(leader.changes())
                .extracting(FakeMember.Request::body)
                .containsExactly("{\"pause\":true}", "{\"pause\":null}");
        assertThat(result.out())
                .contains("node-b has Matriarch now; PostgreSQL ran on as process")
                .contains("systemctl disable patroni && systemctl enable matriarch");
    }

    @Test
    @DisplayName("does nothing in a dry run but tell the steps")
    void dryRun() {
        var result = migrate("--dry-run");
        assertThat(result.status()).as(result.err()).isZero();
        assertThat(result.out())
                .contains("node-b is a standby")
                .contains("1. pause the cluster")
                .contains("2. stop Patroni: end it")
                .contains("3. copy " + patroniYml + " to " + ours)
                .contains("nothing was done");
        assertUntouched();
    }

    @Test
    @DisplayName("does nothing without a yes")
    void notConfirmed() {
        ctl.typed = "\n";
        assertThat(migrate().status()).isEqualTo(12);
        assertUntouched();
    }

    private void assertUntouched() {
        assertThat(ctl.programs).isEmpty();
        assertThat(ours).doesNotExist();
        assertThat(leader.changes()).isEmpty();
        assertThat(here.changes()).isEmpty();
    }

    @Test
    @DisplayName("names what cannot be kept with its line, and does nothing")
    void unknownSetting() throws IOException {
        Files.writeString(patroniYml, Files.readString(patroniYml) + "consul:\n  host: far\n");
        var result = migrate("--yes");
        assertThat(result.status()).isEqualTo(3);
        assertThat(result.err()).contains(patroniYml + ":15: consul");
        assertUntouched();
    }

    @Test
    @DisplayName("stops where the server was restarted, and leaves the cluster paused")
    void restarted() {
        ctl.program =
                command -> {
                    if (command.getLast().equals("end it")) {
                        here.reply("GET /patroni", 0, "");
                        runsAs(ProcessHandle.current().parent().orElseThrow().pid());
                    }
                    return 0;
                };
        var result = migrate("--yes");
        assertThat(result.status()).isEqualTo(13);
        assertThat(result.err()).contains("it was restarted").contains("The cluster is paused");
        assertThat(ours).doesNotExist();
        assertThat(ctl.programs).containsExactly(List.of("sh", "-c", "end it"));
        assertThat(leader.changes()).hasSize(1);
    }

    @Test
    @DisplayName("says how to go back where the other agent does not come up")
    void silentSuccessor() {
        ctl.program =
                command -> {
                    here.reply("GET /patroni", 0, "");
                    return 0;
                };
        var result = migrate("--yes");
        assertThat(result.status()).isEqualTo(13);
        assertThat(result.err())
                .contains("waited in vain for Matriarch to answer")
                .contains("go back: start Patroni, then resume");
    }

    @Test
    @DisplayName("waits while the agent that comes has a web server, but no paths yet")
    void startsSlowly() {
        ctl.program =
                command -> {
                    if (command.getLast().equals("end it")) here.reply("GET /patroni", 0, "");
                    else here.reply("GET /patroni", 404, "Not Found");
                    return 0;
                };
        ctl.round =
                left -> {
                    if (left == 5) began();
                };
        var result = migrate("--yes");
        assertThat(result.status()).as(result.err()).isZero();
    }

    @Test
    @DisplayName("keeps a file that is in its way")
    void keepsWhatIsThere() throws IOException {
        Files.createDirectories(ours.getParent());
        Files.writeString(ours, "scope: of old\n");
        assertThat(migrate("--yes").status()).isZero();
        assertThat(ours.resolveSibling("matriarch.yml.before-migration"))
                .hasContent("scope: of old");
        assertThat(ours).hasSameTextualContentAs(patroniYml);
    }
}
