package io.matriarch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("matriarchctl, changing,")
class ChangingTest {

    private final Ctl ctl = new Ctl();
    private FakeMember a;
    private FakeMember b;

    @BeforeEach
    void start() throws IOException {
        a = new FakeMember();
        b = new FakeMember();
        FakeMember.cluster(a, b);
        for (var member : new FakeMember[] {a, b})
            member.reply("POST /switchover", 200, "Successfully switched over to \"node-b\"")
                    .reply("POST /failover", 200, "Successfully failed over to \"node-b\"")
                    .reply("POST /restart", 200, "restarted successfully")
                    .reply("POST /reload", 202, "reload scheduled")
                    .reply("POST /reinitialize", 200, "reinitialize started")
                    .reply("DELETE /switchover", 404, "no switchover is scheduled")
                    .reply("DELETE /restart", 200, "scheduled restart deleted")
                    .reply("PATCH /config", 200, "{\"ttl\":30}")
                    .reply("PUT /config", 200, "{\"ttl\":30}")
                    .reply(
                            "POST /api/v1/prepare-restart",
                            200,
                            "{\"status\":200,\"text\":\"stretched\"}")
                    .reply(
                            "POST /api/v1/shutdown",
                            202,
                            "{\"status\":202,\"text\":\"stepping down\"}");
        // asked of the standby: what is about the leader must find its own way there
        ctl.environment.put("MATRIARCHCTL_URL", b.address());
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
    }

    @Test
    @DisplayName("switches over by the leader, after showing the table and asking")
    void switchover() {
        ctl.typed = "y\n";
        var result = ctl.run("switchover", "--candidate", "node-b");
        assertThat(result.status()).isZero();
        assertThat(result.err())
                .contains("Cluster: demo")
                .contains("Switch over from node-a to node-b? [y/N]");
        assertThat(result.out()).startsWith("Successfully switched over to \"node-b\"\n+ Cluster");
        assertThat(b.changes()).isEmpty();
        assertThat(a.changes())
                .containsExactly(
                        new FakeMember.Request(
                                "POST",
                                "/switchover",
                                "{\"leader\":\"node-a\",\"candidate\":\"node-b\"}",
                                ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "switchover",
                "failover --candidate node-b",
                "demote-cluster --host far",
                "restart",
                "reinit node-b",
                "edit-config -s ttl=5",
                "bundles update 7",
                "shutdown"
            })
    @DisplayName("does nothing unless it is confirmed")
    void unconfirmed(String command) {
        for (String answer : new String[] {"", "\n", "n\n", "yup\n"}) {
            ctl.typed = answer;
            var result = ctl.run(command.split(" "));
            assertThat(result.status()).isEqualTo(Code.REFUSED.exitStatus());
            assertThat(result.err()).contains("not confirmed; nothing was done").contains("--yes");
        }
        assertThat(a.changes()).isEmpty();
        assertThat(b.changes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "restart",
                "restart --cancel",
                "reinit node-b --wait",
                "reload",
                "pause --wait",
                "edit-config -s ttl=5",
                "bundles update 7",
                "prepare-restart",
                "shutdown",
                "switchover --cancel"
            })
    @DisplayName("sends nothing that changes in a dry run, and says what it would send")
    void dryRun(String command) {
        var result = ctl.run((command + " --dry-run").split(" "));
        assertThat(result.status()).isZero();
        assertThat(result.out()).contains("would send");
        assertThat(a.changes()).isEmpty();
        assertThat(b.changes()).isEmpty();
    }

    @Test
    @DisplayName("lets the member judge a switchover in a dry run")
    void judged() {
        a.reply(
                "POST /api/v1/switchover",
                412,
                "{\"status\":412,\"text\":\"node-b lags by 5 GB\"}");
        var result = ctl.run("switchover", "--candidate", "node-b", "--dry-run");
        assertThat(result.status()).isEqualTo(Code.REFUSED.exitStatus());
        assertThat(result.err()).contains("node-b lags by 5 GB");
        assertThat(a.changes())
                .extracting(FakeMember.Request::body)
                .containsExactly(
                        "{\"leader\":\"node-a\",\"candidate\":\"node-b\",\"dryRun\":true}");
    }

    @Test
    @DisplayName("says what it would send where a member does not know dry runs")
    void unknownDryRun() {
        var result = ctl.run("failover", "--candidate", "node-b", "--dry-run");
        assertThat(result.status()).isZero();
        assertThat(result.out()).contains("does not know dry runs; would send POST /failover");
        assertThat(a.changes())
                .extracting(FakeMember.Request::path)
                .containsExactly("/api/v1/failover");
    }

    @Test
    @DisplayName("schedules with a zone only, and takes back")
    void scheduled() {
        a.reply("POST /switchover", 202, "Switchover scheduled");
        var result = ctl.run("switchover", "-y", "--at", "2030-01-01T04:00:00+02:00");
        assertThat(result.out()).isEqualTo("Switchover scheduled\n");
        assertThat(a.changes().getFirst().body())
                .isEqualTo(
                        "{\"leader\":\"node-a\",\"candidate\":null,\"scheduled_at\":\"2030-01-01T04:00+02:00\"}");
        var zoneless = ctl.run("switchover", "-y", "--at", "2030-01-01T04:00:00");
        assertThat(zoneless.status()).isEqualTo(Code.USAGE.exitStatus());
        var none = ctl.run("switchover", "--cancel");
        assertThat(none.status()).isEqualTo(Code.REFUSED.exitStatus());
        assertThat(none.err()).contains("no switchover is scheduled");
    }

    @ParameterizedTest
    @CsvSource({
        "412,leader name does not match,REFUSED",
        "503,Switchover status unknown after 20 seconds; operation may still be in progress,UNKNOWN_OUTCOME",
        "503,failed to write failover key into DCS,DCS_UNREACHABLE",
        "401,not authenticated,REFUSED",
        "0,(closes the connection),UNKNOWN_OUTCOME"
    })
    @DisplayName("ends with the status that fits the answer, and asks nobody else")
    void failed(int status, String text, Code code) {
        a.reply("POST /switchover", status, text);
        var result = ctl.run("switchover", "--yes");
        assertThat(result.status()).isEqualTo(code.exitStatus());
        assertThat(result.err()).contains("hint:");
        assertThat(b.changes()).isEmpty();
    }

    @Test
    @DisplayName("refuses what cannot be right before asking anybody")
    void impossible() {
        assertThat(ctl.run("switchover", "-y", "--candidate", "node-a").err())
                .contains("node-a leads already");
        assertThat(ctl.run("switchover", "-y", "--leader", "node-b").status())
                .isEqualTo(Code.REFUSED.exitStatus());
        assertThat(ctl.run("failover", "-y").err()).contains("--candidate");
        assertThat(ctl.run("reinit", "-y", "node-a").err()).contains("node-a leads");
        assertThat(ctl.run("restart", "-y", "--pending").err()).contains("no restart is pending");
        assertThat(ctl.run("restart", "-y", "--older-than", "17").err()).contains("17.5");
        assertThat(ctl.run("edit-config", "-y", "-s", "ttl").err()).contains("KEY=VALUE");
        assertThat(ctl.run("reload", "--watch").err()).contains("--watch is for looking");
        assertThat(ctl.run("prepare-restart", "--within", "1h").err()).contains("5s to 10m");
        assertThat(a.changes()).isEmpty();
        assertThat(b.changes()).isEmpty();
    }

    @Test
    @DisplayName("sends a change to the next member if the leader's agent cannot be reached at all")
    void otherMember() {
        a.close();
        assertThat(ctl.run("switchover", "-y").status()).isZero();
        assertThat(b.changes()).hasSize(1);
    }

    @Test
    @DisplayName("fails over after the candidate's name was typed")
    void failover() {
        ctl.typed = "node-b\n";
        assertThat(ctl.run("failover", "--candidate", "node-b").out()).contains("failed over");
        assertThat(a.changes().getFirst().body()).isEqualTo("{\"candidate\":\"node-b\"}");
    }

    @Test
    @DisplayName("sends user and password with what changes, and with nothing else")
    void authorization() {
        ctl.environment.put("PATRONI_RESTAPI_USERNAME", "admin");
        ctl.environment.put("PATRONI_RESTAPI_PASSWORD", "se:cret");
        ctl.run("reload");
        assertThat(a.changes())
                .extracting(FakeMember.Request::authorization)
                .containsExactly("Basic YWRtaW46c2U6Y3JldA==");
        assertThat(b.requests)
                .filteredOn(r -> !r.changes())
                .isNotEmpty()
                .allMatch(r -> r.authorization().isEmpty());
    }

    @Test
    @DisplayName("restarts standbys first, with the conditions given")
    void restart() {
        b.reply("POST /restart", 503, "restart conditions are not satisfied");
        var result = ctl.run("restart", "-y", "--older-than", "17.5", "--start-timeout", "2m");
        assertThat(result.status()).isEqualTo(Code.REFUSED.exitStatus());
        assertThat(result.err())
                .contains("node-b: restart")
                .contains("conditions are not satisfied");
        assertThat(result.out()).contains("node-a: restarted successfully");
        assertThat(a.changes().getFirst().body())
                .isEqualTo("{\"postgres_version\":\"17.5\",\"timeout\":120}");
        ctl.run("restart", "-y", "node-b", "--at", "2030-01-01T00:00:00Z", "-r", "replica");
        assertThat(b.changes().getLast().body())
                .isEqualTo("{\"schedule\":\"2030-01-01T00:00Z\",\"role\":\"replica\"}");
    }

    @Test
    @DisplayName("reinitialises and waits until the member runs again")
    void reinit() {
        ctl.rounds = 3;
        b.reply("GET /patroni", 200, "{\"state\":\"creating replica\"}");
        ctl.typed = "node-b\n";
        var result = ctl.run("reinit", "node-b", "--wait", "--from-leader");
        assertThat(result.out())
                .isEqualTo("node-b: reinitialize started\nnode-b: creating replica\n");
        assertThat(b.changes().getFirst().body())
                .isEqualTo("{\"force\":false,\"from_leader\":true}");
        b.reply("GET /patroni", 200, "{\"state\":\"running\"}");
        assertThat(ctl.run("reinit", "-y", "node-b", "--wait").out()).contains("node-b: running");
    }

    @Test
    @DisplayName("pauses and resumes once")
    void pause() {
        assertThat(ctl.run("pause").out()).contains("paused");
        assertThat(a.changes().getFirst().body()).isEqualTo("{\"pause\":true}");
        assertThat(ctl.run("resume").out()).isEqualTo("not paused\n");
        assertThat(a.changes()).hasSize(1);
        ctl.rounds = 2;
        var waiting = ctl.run("pause", "--wait");
        assertThat(waiting.status()).isEqualTo(Code.UNKNOWN_OUTCOME.exitStatus());
        assertThat(waiting.err()).contains("node-a, node-b");
    }

    @Test
    @DisplayName("demotes a cluster by the leader, and waits until that says so itself")
    void demoteCluster() {
        a.reply("GET /patroni", 200, "{\"state\":\"running\",\"role\":\"primary\"}");
        ctl.rounds = 1;
        var waiting = ctl.run("demote-cluster", "-y", "--host", "far-a,far-b", "--port", "5433");
        assertThat(a.changes().getFirst().body())
                .isEqualTo("{\"standby_cluster\":{\"host\":\"far-a,far-b\",\"port\":\"5433\"}}");
        assertThat(waiting.status()).isEqualTo(Code.UNKNOWN_OUTCOME.exitStatus());
        assertThat(waiting.err()).contains("node-a is primary, running");
        a.reply("GET /patroni", 200, "{\"state\":\"running\",\"role\":\"standby_leader\"}");
        var done = ctl.run("demote-cluster", "-y", "--host", "far", "--primary-slot-name", "dr");
        assertThat(done.status()).isZero();
        assertThat(done.out()).contains("is demoted");
        assertThat(a.changes().getLast().body()).contains("\"primary_slot_name\":\"dr\"");
    }

    @Test
    @DisplayName("does not demote to nothing, nor promote what follows no other")
    void wrongClusterRole() {
        var nothing = ctl.run("demote-cluster", "-y", "--port", "5432");
        assertThat(nothing.status()).isEqualTo(Code.USAGE.exitStatus());
        assertThat(nothing.err()).contains("--host", "--restore-command");
        var promoted = ctl.run("promote-cluster", "-y");
        assertThat(promoted.status()).isEqualTo(Code.REFUSED.exitStatus());
        assertThat(promoted.err()).contains("no standby cluster");
        assertThat(a.changes()).isEmpty();
    }

    @Test
    @DisplayName("promotes a standby cluster, unless it is paused")
    void promoteCluster() {
        a.standbyCluster();
        b.standbyCluster();
        a.reply("GET /patroni", 200, "{\"state\":\"running\",\"role\":\"primary\"}");
        assertThat(ctl.run("demote-cluster", "-y", "--host", "x").err()).contains("already");
        assertThat(ctl.run("promote-cluster", "-y").out()).contains("is promoted");
        assertThat(a.changes().getFirst().body()).isEqualTo("{\"standby_cluster\":null}");
    }

    @Test
    @DisplayName("lets the member judge a promotion of the cluster in a dry run")
    void promotionJudged() {
        a.standbyCluster();
        b.standbyCluster();
        a.reply(
                "POST /api/v1/promote-cluster",
                200,
                "{\"status\":200,\"text\":\"would be done: node-a is promoted\"}");
        var result = ctl.run("promote-cluster", "--dry-run");
        assertThat(result.out()).contains("node-a is promoted");
        assertThat(a.changes())
                .extracting(FakeMember.Request::path)
                .containsExactly("/api/v1/promote-cluster");
    }

    @Test
    @DisplayName("changes the configuration by a patch, and shows the difference first")
    void editConfig(@TempDir Path folder) throws IOException {
        var result =
                ctl.run(
                        "edit-config",
                        "-y",
                        "-s",
                        "ttl=5",
                        "-s",
                        "postgresql.use_slots=null",
                        "-p",
                        "max_connections=60");
        assertThat(result.err())
                .contains("-ttl: 30")
                .contains("+ttl: 5")
                .contains("+    max_connections: 60");
        assertThat(b.changes().getFirst())
                .isEqualTo(
                        new FakeMember.Request(
                                "PATCH",
                                "/config",
                                "{\"ttl\":5,\"postgresql\":{\"use_slots\":null,\"parameters\":{\"max_connections\":60}}}",
                                ""));
        Path file = Files.writeString(folder.resolve("new.yml"), "ttl: 20\n");
        ctl.run("edit-config", "-y", "--replace", file.toString());
        assertThat(b.changes().getLast().method()).isEqualTo("PUT");
        assertThat(b.changes().getLast().body()).isEqualTo("{\"ttl\":20}");
        ctl.run("edit-config", "-y", "--apply", file.toString());
        assertThat(b.changes().getLast().body()).isEqualTo("{\"ttl\":20}");
        assertThat(b.changes().getLast().method()).isEqualTo("PATCH");
        assertThat(ctl.run("edit-config", "-y", "-s", "ttl=30").out())
                .contains("nothing is changed");
    }

    @Test
    @DisplayName("changes the configuration in an editor")
    void editor() {
        ctl.environment.put("EDITOR", "ed -s");
        ctl.program =
                command -> {
                    Path draft = Path.of(command.getLast());
                    Files.writeString(draft, Files.readString(draft).replace("ttl: 30", "ttl: 6"));
                    return 0;
                };
        assertThat(ctl.run("edit-config", "-y").status()).isZero();
        assertThat(ctl.programs.getFirst()).startsWith("ed", "-s");
        assertThat(b.changes().getFirst().body()).isEqualTo("{\"ttl\":6}");
        assertThat(Path.of(ctl.programs.getFirst().getLast())).doesNotExist();
        ctl.program = _ -> 1;
        assertThat(ctl.run("edit-config", "-y").status()).isEqualTo(Code.REFUSED.exitStatus());
        ctl.program =
                command -> {
                    Files.writeString(Path.of(command.getLast()), "ttl: [");
                    return 0;
                };
        assertThat(ctl.run("edit-config", "-y").err()).contains("is not YAML");
    }

    @Test
    @DisplayName("prepares and shuts down the node it was pointed at, no other instead")
    void thisNode() {
        assertThat(ctl.run("prepare-restart", "--within", "30s").out()).isEqualTo("stretched\n");
        assertThat(b.changes().getFirst().body()).isEqualTo("{\"seconds\":30}");
        assertThat(ctl.run("shutdown", "-y").out()).isEqualTo("stepping down\n");
        b.close();
        var gone = ctl.run("--url", b.address(), "--url", a.address(), "shutdown", "-y");
        assertThat(gone.status()).isEqualTo(Code.API_UNREACHABLE.exitStatus());
        assertThat(a.changes()).isEmpty();
    }

    @Test
    @DisplayName("judges a configuration file")
    void configCheck(@TempDir Path folder) throws IOException {
        ctl.environment.clear();
        Path file = Files.writeString(folder.resolve("m.yml"), "scope: demo\nrestapii: {}\n");
        var result = ctl.run("config", "check", file.toString());
        assertThat(result.status()).isEqualTo(Code.CONFIG.exitStatus());
        assertThat(result.err()).contains("restapii").contains("restapi").contains("hint:");
        assertThat(ctl.run("config").status()).isEqualTo(Code.USAGE.exitStatus());
    }

    @Test
    @DisplayName("updates a bundle by number or name")
    void bundleUpdate() {
        b.reply(
                        "GET /api/v1/bundles",
                        200,
                        "{\"bundles\":[{\"id\":7,\"name\":\"io.matriarch.dcs\"}]}")
                .reply(
                        "POST /api/v1/bundles/7/update",
                        200,
                        "{\"status\":200,\"text\":\"updated\"}");
        assertThat(ctl.run("bundles", "update", "-y", "7").out()).isEqualTo("updated\n");
        assertThat(ctl.run("bundles", "update", "-y", "io.matriarch.dcs", "file:/x.jar").status())
                .isZero();
        assertThat(b.changes())
                .extracting(FakeMember.Request::body)
                .containsExactly("{}", "{\"location\":\"file:/x.jar\"}");
        var unknown = ctl.run("bundles", "update", "-y", "io.matriarch.dsc");
        assertThat(unknown.status()).isEqualTo(Code.USAGE.exitStatus());
        assertThat(unknown.err()).contains("io.matriarch.dcs");
    }
}
