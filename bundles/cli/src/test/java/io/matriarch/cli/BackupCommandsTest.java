package io.matriarch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Code;
import io.matriarch.cli.core.ProgressBar;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("matriarchctl, asked for backups,")
class BackupCommandsTest {
    private static final String WISH =
            """
            {"status":202,"text":"backup-full is asked for","job":"an-id",
             "schedule":"on-demand:backup-full","due":"2026-11-30T02:00:00Z"}
            """;
    private static final String EXPIRY =
            """
            {"repositories":[
             {"repository":"local","trouble":null,
              "remove":[{"label":"20261101-013000F","reason":"the 3rd full"}],
              "keep":[{"label":"20261122-013000F","reason":"the newest full"}],
              "wal":["17-1: kept from 000000010000000000000002"],"notes":[]},
             {"repository":"far","trouble":{"message":"no bucket","hint":"check the endpoint"},
              "remove":[],"keep":[],"wal":[],"notes":[]}]}
            """;

    private final FakeMember member;
    private final Ctl ctl = new Ctl();

    BackupCommandsTest() throws IOException {
        member = new FakeMember();
    }

    @BeforeEach
    void address() {
        ctl.environment.put("MATRIARCHCTL_URL", member.address());
    }

    @AfterEach
    void stop() {
        member.close();
    }

    private void jobs(String state, String text) {
        member.reply(
                "GET /api/v1/jobs",
                200,
                """
                {"jobs":[{"schedule":"on-demand:backup-full","task":"backup-full","last":
                 {"due":"2026-11-30T02:00:00Z","schedule":"on-demand:backup-full","member":"n2",
                  "state":"%s","text":"%s","progress":
                  {"phase":"copying","repository":"local","bytesDone":1073741824,
                   "bytes":4294967296,"filesDone":12,"files":40,"bytesPerSecond":83886080,
                   "started":"2026-11-23T01:59:00Z","end":"2026-11-23T02:00:38Z"}}}]}
                """
                        .formatted(state, text));
    }

    @Test
    @DisplayName("asks first, tells the job's id, and leaves it to the cluster")
    void backup() {
        member.reply("POST /api/v1/backup", 202, WISH);
        ctl.typed = "n\n";
        assertThat(ctl.run("backup").status()).isEqualTo(Code.REFUSED.exitStatus());
        assertThat(member.changes()).isEmpty();
        var asked = ctl.run("backup", "--type", "full", "-y");
        assertThat(asked.status()).isZero();
        assertThat(asked.out()).contains("backup-full is asked for", "matriarchctl jobs");
        assertThat(member.changes().getLast().body()).isEqualTo("{\"type\":\"full\"}");
        assertThat(ctl.run("backup", "-y", "-o", "json").out()).contains("\"job\" : \"an-id\"");
        assertThat(ctl.run("backup", "--type", "half", "-y").status())
                .isEqualTo(Code.USAGE.exitStatus());
        assertThat(ctl.run("backup", "--dry-run").out()).contains("dry run: ");
        assertThat(member.changes().getLast().body()).contains("\"dryRun\":true");
    }

    @Test
    @DisplayName("follows it to a good end")
    void watched() {
        member.reply("POST /api/v1/backup", 202, WISH);
        jobs("done", "local: 20261130-020000F (full) of 3.0 GB");
        var result = ctl.run("backup", "-y", "--watch", "--type", "full");
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(result.out()).contains("local: 20261130-020000F (full) of 3.0 GB");
    }

    @Test
    @DisplayName("follows it to a bad end, with an exit status of its own")
    void failed() {
        member.reply("POST /api/v1/backup", 202, WISH);
        jobs("failed", "disk full (let retention keep less)");
        var result = ctl.run("backup", "-y", "--watch", "--type", "full");
        assertThat(result.status()).isEqualTo(Code.BACKUP.exitStatus());
        assertThat(result.err()).contains("failed on n2: disk full (let retention keep less)");
        jobs("skipped", "no member could run it");
        assertThat(ctl.run("backup", "-y", "--watch").status())
                .isEqualTo(Code.REFUSED.exitStatus());
    }

    @Test
    @DisplayName("shows how far it is, and says so if nobody waits for the end")
    void underWay() {
        member.reply("POST /api/v1/backup", 202, WISH);
        jobs("running", "local: 25 % (1 GB of 4 GB)");
        ctl.rounds = 3;
        var result = ctl.run("backup", "-y", "--watch", "--type", "full");
        assertThat(result.err()).containsOnlyOnce("local: 25 % (1 GB of 4 GB)\n");
        assertThat(result.err()).doesNotContain("\033").doesNotContain("[###");
        assertThat(result.status()).isEqualTo(Code.UNKNOWN_OUTCOME.exitStatus());
    }

    @Test
    @DisplayName("draws one line anew with bar, rate and estimated end where a person looks on")
    void onTerminal() {
        member.reply("POST /api/v1/backup", 202, WISH);
        jobs("running", "local: 25 % (1 GB of 4 GB)");
        ctl.terminal = true;
        ctl.rounds = 2;
        String bar =
                "\r\033[K[#####...............] 25 % local: copying, 1024 MB of 4096 MB,"
                        + " 12 of 40 files, 80 MB/s, 38 s left";
        assertThat(ctl.run("backup", "-y", "--watch", "--type", "full").err())
                .startsWith(bar + bar);
        jobs("done", "local: 20261123-020000F (full) of 4.0 GB");
        var json = ctl.run("backup", "-y", "--watch", "--type", "full", "-o", "json");
        assertThat(json.out()).startsWith("{").contains("\"bytesPerSecond\" : 83886080");
    }

    @Test
    @DisplayName("shows what would expire, and removes it only after that")
    void expire() {
        member.reply("GET /api/v1/backup/expiry", 200, EXPIRY);
        member.reply("POST /api/v1/backup/expire", 202, WISH);
        assertThat(ctl.run("expire", "--dry-run").out())
                .contains("| local      | 20261101-013000F | REMOVED | the 3rd full    |")
                .contains("| local      | 20261122-013000F | kept    | the newest full |")
                .contains("local: WAL of 17-1: kept from 000000010000000000000002")
                .contains("far: TROUBLE no bucket (check the endpoint)");
        assertThat(member.changes()).isEmpty();
        ctl.typed = "n\n";
        assertThat(ctl.run("expire").status()).isEqualTo(Code.REFUSED.exitStatus());
        assertThat(member.changes()).isEmpty();
        assertThat(ctl.run("expire", "-y").status()).isZero();
        assertThat(member.changes()).hasSize(1);
        assertThat(ctl.run("expire", "--dry-run", "-o", "json").out())
                .contains("\"label\" : \"20261101-013000F\"");
    }

    @Test
    @DisplayName("asks for nothing where nothing expires")
    void nothing() {
        member.reply("GET /api/v1/backup/expiry", 200, "{\"repositories\":[]}");
        assertThat(ctl.run("expire").out()).contains("nothing expires");
        assertThat(member.changes()).isEmpty();
    }

    @Test
    @DisplayName("has the repositories verified, and fails as they do")
    void verify() {
        member.reply("POST /api/v1/backup/verify", 202, WISH);
        jobs("failed", "3 damages");
        assertThat(ctl.run("verify", "-y", "-w").status()).isEqualTo(Code.REPOSITORY.exitStatus());
    }

    @Test
    @DisplayName("draws a bar only where bytes are counted, and no time left that is over")
    void bar() {
        var now = Instant.parse("2026-11-23T02:00:00Z");
        assertThat(ProgressBar.line(Map.of(), "local: lists the files", now))
                .isEqualTo("local: lists the files");
        assertThat(
                        ProgressBar.line(
                                Map.of(
                                        "phase",
                                        "verifying_wal",
                                        "bytes",
                                        10L,
                                        "bytesDone",
                                        10L,
                                        "end",
                                        "2026-11-23T01:00:00Z"),
                                "",
                                now))
                .isEqualTo("[####################] 100 % verifying wal, 10 B of 10 B");
        assertThat(
                        ProgressBar.line(
                                Map.of("phase", "x", "bytes", 3L, "end", "2026-11-23T03:05:00Z"),
                                "",
                                now))
                .startsWith("[....................] 0 % x")
                .endsWith("1 h 5 min left");
    }

    private static final String RESTORE =
            """
            {"status":202,"text":"the restore began, job r1","job":"r1","plan":
             {"target":"latest","directory":"/r","repository":"local",
              "backup":"20261130-010000F_20261130-020000I",
              "chain":["20261130-010000F_20261130-020000I","20261130-010000F"],"timeline":3,
              "walFirst":"000000030000000000000002","walLast":"000000030000000000000004",
              "walBytes":50331648,"bytes":3221225472,"storedBytes":1073741824,
              "estimateMillis":40000,"earliest":"2026-11-30T01:00:00Z",
              "latest":"2026-11-30T02:00:00Z","overwritten":["/r is made equal to the backup"],
              "notes":["a note"]}}
            """;

    private void restores(String state, String text) {
        member.reply(
                "GET /api/v1/restores",
                200,
                "{\"restores\":[{\"id\":\"r1\",\"state\":\"%s\",\"text\":\"%s\"}]}"
                        .formatted(state, text));
    }

    @Test
    @DisplayName("shows how a restore would go, and restores only after that")
    void restore() {
        member.reply("POST /api/v1/restores", 202, RESTORE);
        assertThat(ctl.run("restore", "--to", "/r", "--delta", "--dry-run").out())
                .contains("20261130-010000F_20261130-020000I, on 20261130-010000F")
                .contains("000000030000000000000002 - 000000030000000000000004, 48 MB at most")
                .contains("2026-11-30T01:00:00Z to 2026-11-30T02:00:00Z", "40 s")
                .contains("OVERWRITTEN: /r is made equal to the backup", "a note");
        assertThat(member.changes()).hasSize(1);
        assertThat(member.changes().getFirst().body())
                .isEqualTo(
                        "{\"target\":\"latest\",\"directory\":\"/r\",\"delta\":true,\"dryRun\":true}");
        ctl.typed = "n\n";
        assertThat(ctl.run("restore", "--to", "/r").status()).isEqualTo(Code.REFUSED.exitStatus());
        restores("done", "restored to /r");
        var done = ctl.run("restore", "--to", "/r", "--target", "lsn=0/3000060", "-y", "-w");
        assertThat(done.status()).isZero();
        assertThat(done.out()).contains("the restore began, job r1", "restored to /r");
        assertThat(member.changes().getLast().body())
                .contains("\"target\":\"lsn=0/3000060\"", "\"dryRun\":false");
        restores("failed", "no room");
        var failed = ctl.run("restore", "--to", "/r", "-y", "-w");
        assertThat(failed.status()).isEqualTo(Code.RESTORE.exitStatus());
        assertThat(failed.err()).contains("failed: no room", "--delta");
    }

    @Test
    @DisplayName(
            "takes the whole cluster back: refused first, planned, typed, restored, put in place")
    void replaceCluster() {
        FakeMember.cluster(member, member);
        member.reply("POST /api/v1/replacement", 412, "{\"status\":412,\"text\":\"it is paused\"}");
        var refused = ctl.run("restore", "--replace-cluster", "-y");
        assertThat(refused.status()).isNotZero();
        assertThat(refused.err()).contains("it is paused");
        assertThat(member.changes()).as("no restore began").hasSize(1);

        member.reply("POST /api/v1/replacement", 200, "{\"status\":200,\"text\":\"in place\"}");
        member.reply("POST /api/v1/restores", 202, RESTORE);
        restores("done", "restored and recovered");
        assertThat(ctl.run("restore", "--replace-cluster", "--dry-run").out())
                .contains("20261130-010000F", "in place");
        assertThat(member.changes().getLast().body())
                .contains("\"replacement\":true", "\"dryRun\":true")
                .doesNotContain("directory");
        ctl.typed = "y\n";
        assertThat(ctl.run("restore", "--replace-cluster").status())
                .as("the cluster's name must be typed")
                .isEqualTo(Code.REFUSED.exitStatus());
        var done = ctl.run("restore", "--replace-cluster", "-y");
        assertThat(done.out()).contains("restored and recovered", "in place");
        assertThat(member.changes().getLast().body()).isEqualTo("{\"dryRun\":false}");
        int before = member.changes().size();
        assertThat(ctl.run("restore", "--replace-cluster", "--restored", "-y").status()).isZero();
        assertThat(member.changes()).as("asked, and done; nothing restored").hasSize(before + 2);
        assertThat(ctl.run("restore").status()).isEqualTo(Code.USAGE.exitStatus());
    }

    @Test
    @DisplayName("has a restore rehearsed, and fails as it does")
    void drill() {
        member.reply("POST /api/v1/backup/drill", 202, WISH);
        jobs("failed", "2 damages");
        assertThat(ctl.run("drill", "-y", "-w").status()).isEqualTo(Code.RESTORE.exitStatus());
    }
}
