package io.matriarch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("matriarchctl, watching,")
class MonitoringTest {
    private static final String CHECK =
            "{\"status\":\"%1$s\",\"checks\":[{\"aspect\":\"readiness\",\"name\":\"leader\",\"status\":\"ok\","
                    + "\"text\":\"a leads\"},{\"aspect\":\"readiness\",\"name\":\"replication\",\"status\":\"%1$s\","
                    + "\"text\":\"70 bytes | behind\"}]}";
    private static final String EVENTS =
            "{\"events\":[{\"kind\":\"failover\",\"member\":\"node-a\",\"former\":\"node-b\",\"began\":"
                    + "\"2026-11-25T12:00:00Z\",\"ended\":\"2026-11-25T12:00:03Z\",\"phases\":{},"
                    + "\"lostBytes\":4096,\"reason\":\"the lease is ours\"}]}";
    private static final String PAGE =
            """
            # HELP matriarch_connections Client sessions.
            # TYPE matriarch_connections gauge
            matriarch_connections{cluster="demo",member="a b"} 7
            # HELP pg_up 1 if it answers.
            # TYPE pg_up gauge
            pg_up 1
            """;

    private final Ctl ctl = new Ctl();
    private FakeMember a;
    private FakeMember b;

    @BeforeEach
    void start() throws IOException {
        a = new FakeMember();
        b = new FakeMember();
        FakeMember.cluster(a, b);
        ctl.environment.put("MATRIARCHCTL_URL", a.address());
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
    }

    @ParameterizedTest
    @CsvSource({
        "ok, 0, 'MATRIARCH OK - leader: a leads; replication: 70 bytes / behind'",
        "warning, 1, 'MATRIARCH WARNING - replication: 70 bytes / behind'",
        "critical, 2, 'MATRIARCH CRITICAL - replication: 70 bytes / behind'"
    })
    @DisplayName("tells health in one line and by the exit status, the worst first")
    void check(String status, int exit, String line) {
        a.reply(
                "GET /api/v1/health",
                status.equals("critical") ? 503 : 200,
                CHECK.formatted(status));
        var result = ctl.run("check", "--aspect", "readiness");
        assertThat(result.out().strip()).isEqualTo(line);
        assertThat(result.status()).isEqualTo(exit);
        assertThat(a.requests.getLast().path()).endsWith("?aspect=readiness");
    }

    @Test
    @DisplayName("what nobody can say is unknown, never ok")
    void unknown() {
        a.reply("GET /api/v1/health", 503, "{\"status\":503,\"text\":\"monitoring is absent\"}");
        var absent = ctl.run("check");
        assertThat(absent.out()).contains("UNKNOWN - monitoring is absent");
        assertThat(absent.status()).isEqualTo(3);
        a.reply("GET /api/v1/health", 200, "{\"status\":\"ok\",\"checks\":[]}");
        assertThat(ctl.run("check").status()).isEqualTo(3);
        a.reply("GET /api/v1/health", 200, "<html>");
        assertThat(ctl.run("check").status()).isEqualTo(3);
        a.close();
        assertThat(ctl.run("check").status()).isEqualTo(3);
        assertThat(ctl.run("check", "--aspect", "wealth").status()).isEqualTo(2);
    }

    @Test
    @DisplayName("shows the figures asked for, as text, with their meaning, and for programs")
    void metrics() {
        a.reply("GET /metrics", 200, PAGE);
        assertThat(ctl.run("metrics", "connect").out())
                .isEqualTo("matriarch_connections{cluster=\"demo\",member=\"a b\"} 7\n");
        assertThat(ctl.run("metrics", "pg_", "--explain").out())
                .isEqualTo("# HELP pg_up 1 if it answers.\npg_up 1\n");
        assertThat(ctl.run("metrics", "-o", "json").out())
                .contains("\"name\" : \"pg_up\"", "\"value\" : \"7\"");
        assertThat(ctl.run("metrics", "nothing").out()).isEmpty();
        a.reply("GET /metrics", 401, "a bearer token is asked for (monitor.metrics_token)");
        var refused = ctl.run("metrics");
        assertThat(refused.err()).contains("metrics_token");
        assertThat(refused.status()).isNotZero();
    }

    @Test
    @DisplayName("shows the cluster on one screen: members, troubles, what happened")
    void status() {
        a.reply("GET /api/v1/health", 200, CHECK.formatted("warning"))
                .reply("GET /api/v1/events", 200, EVENTS);
        b.reply("GET /api/v1/health", 200, CHECK.formatted("ok"))
                .reply("GET /api/v1/events", 200, "{\"events\":[]}");
        var result = ctl.run("status");
        assertThat(result.status()).isZero();
        assertThat(result.out())
                .contains("| node-a | 127.0.0.1:5501 | Leader")
                .contains("| node-a | warning | 70 bytes | behind |")
                .doesNotContain("| node-b | ok")
                .contains("| failover | node-a | node-b |       4096 | the lease is ours |");
        a.reply("GET /api/v1/health", 200, CHECK.formatted("ok"))
                .reply("GET /api/v1/events", 200, "{\"events\":[]}");
        assertThat(ctl.run("status").out())
                .contains("All members are well.", "No failover or outage in the last day.");
    }

    @Test
    @DisplayName("shows what fires on that screen with the first command, or why that is not known")
    void fires() {
        a.reply("GET /api/v1/health", 200, CHECK.formatted("ok"))
                .reply("GET /api/v1/events", 200, "{\"events\":[]}")
                .reply(
                        "GET /api/v1/alerts",
                        503,
                        "{\"status\":503,\"text\":\"alerting is absent\"}");
        assertThat(ctl.run("status").out()).contains("Alerts are not known:", "alerting is absent");
        a.reply("GET /api/v1/alerts", 200, "{\"alerts\":[],\"status\":{}}");
        assertThat(ctl.run("status").out()).contains("\nNo alert fires.\n");
        a.reply(
                "GET /api/v1/alerts",
                200,
                "{\"alerts\":[{\"id\":\"0123456789abcdef\",\"rule\":\"DiskFull\",\"severity\":\"critical\","
                        + "\"since\":\"2026-11-23T01:00:00Z\",\"summary\":\"the data volume is 95 % full\","
                        + "\"cause\":{\"certainty\":\"probable\",\"text\":\"WAL\"},\"first\":[\"df -h\"],"
                        + "\"mutedBy\":\"\"}],\"status\":{}}");
        assertThat(ctl.run("status").out())
                .contains("| 01234567 | critical | DiskFull |", "probably: WAL", "DiskFull: df -h");
        assertThat(ctl.run("status", "-o", "json").out()).contains("\"Rule\" : \"DiskFull\"");
    }

    @Test
    @DisplayName("goes on watching while the store is away, and says so")
    void storeAway() {
        String away =
                "{\"error\":\"The store has not answered since 2026-11-30T20:25:28.758307786Z\"}";
        a.reply("GET /cluster", 503, away);
        b.reply("GET /cluster", 503, away);
        ctl.rounds = 2;
        ctl.round = _ -> FakeMember.cluster(a, b);
        var result = ctl.run("status", "--watch", "1");
        assertThat(result.status()).isZero();
        assertThat(result.out())
                .contains("The store has not answered since", "hint: ")
                .contains("| node-a | 127.0.0.1:5501 | Leader");
        assertThat(ctl.run("status").status()).isZero();
        a.reply("GET /cluster", 503, away);
        b.reply("GET /cluster", 503, away);
        assertThat(ctl.run("status").status()).as("without --watch").isEqualTo(4);
    }

    @Test
    @DisplayName("a member that does not answer is not well either")
    void silentMember() {
        a.reply("GET /api/v1/health", 200, CHECK.formatted("ok"))
                .reply("GET /api/v1/events", 200, "{\"events\":[]}");
        assertThat(ctl.run("status").out()).contains("| node-b | unknown |");
    }
}
