package io.matriarch.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("matriarchctl, looking closely,")
class TopAndReportTest {
    private static final String PAGE =
            """
            # TYPE matriarch_connections gauge
            matriarch_connections{cluster="demo",member="node-a"} 12
            matriarch_connections_max{cluster="demo",member="node-a"} 100
            matriarch_blocked_sessions{cluster="demo",member="node-a"} 2
            matriarch_blocked_longest_seconds{cluster="demo",member="node-a"} 41.6
            pg_stat_database_xact_commit{datid="1",datname="shop"} 1000
            pg_stat_database_xact_commit{datid="2",datname="crm"} 500
            pg_stat_activity_count{datname="shop",state="active",usename="app",application_name="web",backend_type="client backend",wait_event_type="Lock",wait_event="transactionid"} 2
            pg_stat_activity_count{datname="",state="",usename="",application_name="",backend_type="checkpointer",wait_event_type="Activity",wait_event="CheckpointerMain"} 1
            pg_stat_activity_count{datname="shop",state="disabled",usename="",application_name="",backend_type="",wait_event_type="",wait_event=""} 0
            pg_stat_activity_max_tx_duration{datname="shop",state="active",usename="app",application_name="web",backend_type="client backend",wait_event_type="Lock",wait_event="transactionid"} 42
            pg_locks_count{datname="shop",mode="accessexclusivelock"} 3
            pg_locks_count{datname="crm",mode="accesssharelock"} 0
            matriarch_replication_stage_bytes{cluster="demo",member="node-a",standby="node-b",stage="replay"} 4096
            matriarch_replication_stage_bytes{cluster="demo",member="node-a",standby="node-b",stage="total"} 5000
            matriarch_replication_clock_lag_seconds{cluster="demo",member="node-a",standby="node-b"} 1.24
            matriarch_archive_failing{cluster="demo",member="node-a"} 1
            matriarch_archive_ready_segments{cluster="demo",member="node-a"} 7
            """;

    @TempDir Path folder;
    private final Ctl ctl = new Ctl();
    private FakeMember a;
    private FakeMember b;

    @BeforeEach
    void start() throws IOException {
        a = new FakeMember();
        b = new FakeMember();
        FakeMember.cluster(a, b);
        ctl.environment.put("MATRIARCHCTL_URL", a.address());
        a.reply("GET /metrics", 200, PAGE);
        b.reply("GET /metrics", 200, "pg_up 1\n");
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
    }

    @Test
    @DisplayName("shows sessions, waits, locks, replication and the archive")
    void top() {
        var result = ctl.run("top");
        assertThat(result.status()).as(result.err()).isZero();
        assertThat(result.out())
                .contains("| node-a | leader  |  12 | 100 |")
                .containsPattern(
                        "shop +\\| app +\\| web +\\| active \\| Lock:transactionid \\| +2 \\| +42 \\|")
                .contains("accessexclusivelock")
                .doesNotContain("CheckpointerMain", "accesssharelock", "disabled")
                .containsPattern("node-b +\\| +\\| +\\| +\\| +4096 \\| +5000 \\| +1.2 \\|")
                .contains("| failing |");
        assertThat(ctl.run("top", "-m", "node-b").out()).doesNotContain("node-a");
        assertThat(ctl.run("top", "-o", "json").out()).contains("\"Blocked\" : 2");
    }

    @Test
    @DisplayName("counts per second from the second look on, and says who does not tell")
    void rates() {
        assertThat(ctl.run("top").out()).doesNotContain("1500");
        b.reply("GET /metrics", 503, "no");
        assertThat(ctl.run("top").out()).contains("node-b does not tell");
    }

    @Test
    @DisplayName("collects what all members tell into one file, without secrets")
    void report() throws IOException {
        a.reply("GET /api/v1/alerts", 200, "{\"alerts\":[]}")
                .reply("GET /api/v1/audit", 403, "viewer needs operator")
                .reply(
                        "GET /config",
                        200,
                        "{\"ttl\":30,\"postgresql\":{\"parameters\":{\"primary_conninfo\":\"password=hidden\"},"
                                + "\"authentication\":{\"superuser\":{\"username\":\"postgres\",\"password\":\"hidden\"}}},"
                                + "\"callbacks\":{\"url\":\"https://me:hidden@example.org/x\"}}");
        var file = folder.resolve("report.zip");
        var config =
                Files.writeString(
                        folder.resolve("matriarch.yml"),
                        """
                        scope: demo
                        restapi: {listen: "127.0.0.1:8008", authentication: {username: u, password: hidden}}
                        alerts: {smtp: {password_file: /etc/smtp}, receivers: {x: {url: "https://a:hidden@h/"}}}
                        """);
        var result =
                ctl.run(
                        "--config",
                        config.toString(),
                        "--url",
                        a.address(),
                        "report",
                        "--to",
                        file.toString());
        assertThat(result.status()).as(result.err()).isZero();
        assertThat(result.out()).contains("report.zip", "2 members", "contents.txt says why");
        var all = contents(file);
        assertThat(all.keySet())
                .contains(
                        "contents.txt",
                        "cluster/config.json",
                        "node-a/metrics.txt",
                        "node-a/alerts.json",
                        "node-b/metrics.txt",
                        "here/matriarch.yml");
        assertThat(String.join("\n", all.values())).doesNotContain("hidden");
        assertThat(all.get("cluster/config.json")).contains("\"ttl\" : 30", "postgres", "***");
        assertThat(all.get("here/matriarch.yml")).contains("scope: demo", "/etc/smtp", "***");
        assertThat(all.get("contents.txt"))
                .contains("node-a/audit.json: missing, 403 viewer needs operator");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        var again = ctl.run("report", "--to", file.toString());
        assertThat(again.status()).isNotZero();
        assertThat(again.err()).contains("is there already", "--to");
    }

    @Test
    @DisplayName("says in a dry run whom it would ask, and writes nothing")
    void dryRun() {
        var file = folder.resolve("report.zip");
        var result = ctl.run("report", "--to", file.toString(), "--dry-run");
        assertThat(result.out()).contains("would ask node-a, node-b");
        assertThat(file).doesNotExist();
    }

    private static Map<String, String> contents(Path file) throws IOException {
        var all = new HashMap<String, String>();
        try (var zip = new ZipFile(file.toFile())) {
            for (var entry : java.util.Collections.list(zip.entries()))
                all.put(
                        entry.getName(),
                        new String(zip.getInputStream(entry).readAllBytes(), UTF_8));
        }
        return all;
    }
}
