package io.matriarch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Code;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("matriarchctl, about jobs and the WAL archive,")
class JobsAndWalTest {
    private static final String JOBS =
            """
            {"jobs":[
             {"schedule":"full","task":"backup-full","cron":"0 30 1 ? * SUN","zone":"UTC",
              "next":"2026-11-29T01:30:00Z",
              "last":{"id":"x","schedule":"full","due":"2026-11-22T01:30:00Z","member":"node-b",
                      "state":"running","attempt":1,"started":"2026-11-22T01:30:01Z","ended":null,
                      "text":"40 %, 3 min left"}},
             {"schedule":"verify","task":"verify","cron":"0 0 6 ? * SAT","zone":"UTC",
              "next":"2026-11-28T06:00:00Z","last":null}]}
            """;
    private static final String WAL =
            """
            {"at":"2026-11-22T01:30:00Z",
             "waiting":{"files":2,"bytes":33554432,"oldest":"000000010000000000000003",
                        "since":"2026-11-22T01:29:00Z"},
             "throughput":{"archivedBytesPerSecond":1048576.0,"producedBytesPerSecond":20971520.0,
                           "seconds":300},
             "repositories":[{"name":"repo1","required":true,"lastFile":"000000010000000000000002",
                 "lastAt":"2026-11-22T01:29:00Z","files":2,"bytes":33554432,"storedBytes":5242880,
                 "failures":1,"lastFailure":null}],
             "lastFailure":{"file":"000000010000000000000003","since":"2026-11-22T01:29:00Z",
                 "at":"2026-11-22T01:30:00Z","message":"no room","hint":"let retention keep less"},
             "restoring":{"files":0,"fromSpool":0,"spoolBytes":0},
             "checking":false,
             "lastCheck":{"at":"2026-11-22T01:00:00Z","gaps":["17-1 000000010000000000000001"],
                 "healed":[],"trouble":["s3: 503 SlowDown"]}}
            """;

    private static final String BACKUPS =
            """
            {"repositories":[
             {"name":"local","where":"/backup","required":true,"encrypted":false,"stanza":"main",
              "restorable":{"earliest":"2026-11-22T01:31:00Z","latest":"2026-11-22T08:00:00Z"},
              "restoreTime":{"latestMillis":95000,"worstMillis":3720000,"measured":true},
              "trouble":null,"systemId":"7","postgres":"17",
              "archives":[{"id":"17-1","first":"000000010000000000000001",
                           "last":"000000010000000000000009"}],
              "backups":[{"label":"20261122-013000F","type":"full","postgres":"17",
                "start":"2026-11-22T01:30:00Z","stop":"2026-11-22T01:31:00Z","prior":null,
                "references":[],"walFirst":"000000010000000000000002",
                "walLast":"000000010000000000000002","sizeBytes":3221225472,
                "changedBytes":3221225472,"repositoryBytes":3221225472,
                "repositoryChangedBytes":1073741824,"pages":"clean","fromStandby":true,
                "verified":{"at":"2026-11-22T06:00:00Z","sound":true,"why":""},
                "drilled":{"at":"2026-11-22T07:00:00Z","sound":false,"why":"a heap block"},
                "annotations":{}}]},
             {"name":"far","where":"s3://b/p","required":true,"encrypted":true,"stanza":"main",
              "trouble":{"message":"no bucket","hint":"check the endpoint"},"systemId":"",
              "postgres":"","archives":[],"backups":[]}]}
            """;

    private final Ctl ctl = new Ctl();
    private FakeMember member;

    @BeforeEach
    void start() throws IOException {
        member = new FakeMember();
        ctl.environment.put("MATRIARCHCTL_URL", member.address());
    }

    @AfterEach
    void stop() {
        member.close();
    }

    @Test
    @DisplayName("shows each schedule with its newest run; one that never ran is blank")
    void jobs() {
        member.reply("GET /api/v1/jobs", 200, JOBS);
        var out = ctl.run("jobs").out();
        assertThat(out)
                .contains("| full     | backup-full | 2026-11-29T01:30:00Z | running | node-b |")
                .contains("40 %, 3 min left")
                .contains("| verify   | verify      | 2026-11-28T06:00:00Z |         |        |");
        assertThat(ctl.run("jobs", "list", "-o", "json").out()).contains("\"state\" : \"running\"");
    }

    @Test
    @DisplayName("shows WAL that only one member had, and removes it after asking")
    void divergedWal() {
        member.reply(
                        "GET /api/v1/diverged-wal",
                        200,
                        """
                        {"divergedWal":[{"id":"20261130T024214Z-000000030000000000000005",
                          "keptAt":"2026-11-30T02:42:14Z","leader":"n2","timeline":3,
                          "from":"0/5000060","end":null,"segments":1,"bytes":16777216,"commits":7,
                          "firstCommit":"2026-11-30T02:41:10.123456Z","lastCommit":null,
                          "directory":"/state/diverged-wal/x","trouble":"only 1 of 3 segments"}]}
                        """)
                .reply(
                        "DELETE /api/v1/diverged-wal/x",
                        200,
                        "{\"status\":200,\"text\":\"would remove x\"}");
        assertThat(ctl.run("diverged-wal").out())
                .contains("2026-11-30T02:41:10Z", "| n2 ", "only 1 of 3 segments");
        ctl.typed = "n\n";
        assertThat(ctl.run("diverged-wal", "remove", "x").status()).isNotZero();
        assertThat(member.changes()).isEmpty();
        assertThat(ctl.run("diverged-wal", "remove", "x", "--dry-run").out())
                .contains("dry run: would remove x");
        assertThat(member.changes().getFirst().body()).contains("\"dryRun\":true");
    }

    @Test
    @DisplayName("shows how runs ended")
    void history() {
        member.reply(
                "GET /api/v1/jobs/full/history",
                200,
                "{\"runs\":[{\"due\":\"2026-11-22T01:30:00Z\",\"state\":\"failed\",\"member\":\"n1\","
                        + "\"attempt\":2,\"started\":null,\"ended\":null,\"text\":\"disk full\"}]}");
        assertThat(ctl.run("jobs", "history", "full").out())
                .contains("Runs of full", "| failed | n1     |       2 |", "disk full");
    }

    @Test
    @DisplayName("runs and stops one after asking; a dry run lets the member judge")
    void startAndStop() {
        member.reply(
                "POST /api/v1/jobs/full/start", 202, "{\"status\":202,\"text\":\"full began\"}");
        member.reply(
                "POST /api/v1/jobs/full/stop",
                202,
                "{\"status\":202,\"text\":\"is asked to stop\"}");
        ctl.typed = "n\n";
        assertThat(ctl.run("jobs", "start", "full").status()).isEqualTo(Code.REFUSED.exitStatus());
        assertThat(member.changes()).isEmpty();
        assertThat(ctl.run("jobs", "start", "full", "-y").out()).contains("full began");
        assertThat(ctl.run("jobs", "stop", "full", "-y").out()).contains("is asked to stop");
        assertThat(ctl.run("jobs", "start", "full", "--dry-run").out()).contains("dry run: ");
        assertThat(member.changes().getLast().body()).contains("\"dryRun\":true");
    }

    @Test
    @DisplayName("tells a refusal with its hint")
    void refused() {
        member.reply(
                "POST /api/v1/jobs/none/start",
                412,
                "{\"status\":412,\"text\":\"there is no schedule\",\"hint\":\"there is: full\"}");
        var result = ctl.run("jobs", "start", "none", "-y");
        assertThat(result.status()).isEqualTo(Code.REFUSED.exitStatus());
        assertThat(result.err()).contains("there is no schedule", "there is: full");
    }

    @Test
    @DisplayName("shows the archive: what waits, how fast, what fails, what is missing")
    void wal() {
        member.reply("GET /api/v1/wal", 200, WAL);
        assertThat(ctl.run("wal").out())
                .contains("| repo1      | yes      | 000000010000000000000002 |")
                .contains("2 files wait (32 MB), the oldest 000000010000000000000003")
                .contains("archived 1024 kB/s, produced 20 MB/s over 300 s")
                .contains("FAILING since 2026-11-22T01:29:00Z: 000000010000000000000003: no room")
                .contains("1 gaps, 0 healed", "MISSING 17-1 000000010000000000000001")
                .contains("NOT SEEN s3: 503 SlowDown");
    }

    @Test
    @DisplayName("says so where nothing waits and nothing was checked")
    void quietWal() {
        member.reply("GET /api/v1/wal", 200, "{\"waiting\":{\"files\":0},\"repositories\":[]}");
        assertThat(ctl.run("wal", "status").out())
                .contains("nothing waits", "not checked yet: matriarchctl wal check");
    }

    @Test
    @DisplayName("shows backups, the ends of the WAL archive, and repositories in trouble")
    void backups() {
        member.reply("GET /api/v1/backups", 200, BACKUPS);
        assertThat(ctl.run("backups").out())
                .contains("| local      | 20261122-013000F | full | 17 | 2026-11-22T01:31:00Z |")
                .contains(
                        "| 3072 MB | 1024 MB | clean | 2026-11-22T06:00:00Z | DAMAGED: a heap block | 000000010000000000000002 |")
                .contains("local: WAL of 17-1: 000000010000000000000001 - 000000010000000000000009")
                .contains("to any time from 2026-11-22T01:31:00Z to 2026-11-22T08:00:00Z")
                .contains("far: TROUBLE no bucket (check the endpoint)");
        assertThat(ctl.run("repo").out())
                .contains("| local      | /backup  | yes      | no        | main   |       1 | ok")
                .contains(
                        "| far        | s3://b/p | yes      | yes       | main   |       0 | TROUBLE");
        assertThat(ctl.run("backups", "-o", "json").out()).contains("\"sizeBytes\" : 3221225472");
    }

    @Test
    @DisplayName("begins a check, with healing if asked for")
    void check() {
        member.reply(
                "POST /api/v1/wal/check", 202, "{\"status\":202,\"text\":\"the check has begun\"}");
        assertThat(ctl.run("wal", "check", "--heal").out()).contains("the check has begun");
        assertThat(member.changes().getFirst().body()).contains("\"heal\":true");
    }
}
