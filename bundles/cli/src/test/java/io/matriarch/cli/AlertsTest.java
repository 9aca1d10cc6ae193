package io.matriarch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("matriarchctl, about alerts,")
class AlertsTest {
    private static final String ALERTS =
            """
            {"alerts":[{"id":"0123456789abcdef","rule":"PostgresDown","severity":"critical",
              "labels":{"cluster":"main","member":"n2"},"since":"2026-11-23T01:00:00Z",
              "summary":"PostgreSQL on n2 answers no query",
              "cause":{"certainty":"probable","text":"a volume is full","evidence":["free is 0 bytes"]},
              "impact":"Sessions are lost.","first":["matriarchctl list"],"link":"","flapping":false,
              "source":"n2","mutedBy":""},
             {"id":"fedcba9876543210","rule":"MemberUnhealthy","severity":"warning",
              "labels":{"cluster":"main","member":"n2"},"since":"2026-11-23T01:00:00Z",
              "summary":"n2 is missing","cause":null,"impact":"","first":[],"link":"",
              "flapping":false,"source":"n1","mutedBy":"PostgresDown of n2 fires"}],
             "status":{"member":"n1","sender":"n1","sending":true,"degraded":false,"storeError":"",
              "round":"2026-11-23T01:59:55Z","receivers":[{"name":"team","kind":"email","waiting":2,
              "taken":5,"refused":7,"lastAnswer":"sent","error":"535 no","lastAt":null}]}}
            """;
    private static final String DONE = "{\"status\":200,\"text\":\"done so\",\"id\":\"s1\"}";

    private final Ctl ctl = new Ctl();
    private FakeMember member;

    @BeforeEach
    void start() throws IOException {
        member = new FakeMember();
        member.reply("GET /api/v1/alerts", 200, ALERTS)
                .reply(
                        "GET /api/v1/silences",
                        200,
                        "{\"silences\":[{\"id\":\"s1\",\"matchers\":[{\"name\":\"member\",\"value\":\"n[12]\",\"regex\":true,\"equal\":false}],"
                                + "\"from\":\"a\",\"until\":\"b\",\"by\":\"ada\",\"comment\":\"disk\"}]}")
                .reply("POST /api/v1/silences", 200, DONE)
                .reply("DELETE /api/v1/silences/s1", 200, DONE)
                .reply("POST /api/v1/alerts/receivers/team/test", 200, DONE)
                .reply(
                        "POST /api/v1/alerts/0123/resolve",
                        412,
                        "{\"status\":412,\"text\":\"it ends by itself\",\"hint\":\"silence it\"}");
        ctl.environment.put("MATRIARCHCTL_URL", member.address());
    }

    @AfterEach
    void stop() {
        member.close();
    }

    @Test
    @DisplayName("shows what fires, why, and the first command; what is muted is counted")
    void list() {
        var result = ctl.run("alerts");
        assertThat(result.status()).isZero();
        assertThat(result.out())
                .contains("01234567")
                .contains("probably: a volume is full")
                .contains("PostgresDown: matriarchctl list")
                .contains("muted: 1")
                .doesNotContain("n2 is missing");
        assertThat(ctl.run("alerts", "list", "--all").out())
                .contains("n2 is missing")
                .contains("muted: PostgresDown of n2 fires");
    }

    @Test
    @DisplayName("asks the next member named when the first one is down or does not watch")
    void nextMember() throws IOException {
        String gone;
        try (var down = new FakeMember()) {
            gone = down.address();
        }
        ctl.environment.put("MATRIARCHCTL_URL", gone + "," + member.address());
        assertThat(ctl.run("alerts").out()).contains("01234567");
        assertThat(ctl.run("alerts", "receivers").out()).contains("team");
        assertThat(ctl.run("silence", "list").out()).contains("member!~n[12]");
        assertThat(
                        ctl.run("silence", "--yes", "--rule", "X", "--for", "1h", "--comment", "c")
                                .status())
                .isZero();
        ctl.environment.put("MATRIARCHCTL_URL", gone);
        assertThat(ctl.run("alerts").status()).isEqualTo(14);
    }

    @Test
    @DisplayName("shows one of them whole, by the beginning of its id")
    void show() {
        assertThat(ctl.run("alerts", "show", "0123").out())
                .contains("free is 0 bytes")
                .contains("Sessions are lost.");
        var none = ctl.run("alerts", "show", "zz");
        assertThat(none.status()).isEqualTo(12);
        assertThat(none.err()).contains("no alert \"zz\" fires");
    }

    @Test
    @DisplayName("shows the receivers with what they said last")
    void receivers() {
        assertThat(ctl.run("alerts", "receivers").out()).contains("team").contains("535 no");
    }

    @Test
    @DisplayName("silences an alert by its labels, after asking")
    void silence() {
        ctl.typed = "n\n";
        var refused = ctl.run("silence", "--alert", "0123", "--for", "2h", "--comment", "new disk");
        assertThat(refused.status()).isEqualTo(12);
        assertThat(member.changes()).isEmpty();
        ctl.typed = "y\n";
        var done = ctl.run("silence", "--alert", "0123", "--for", "2h", "--comment", "new disk");
        assertThat(done.status()).isZero();
        assertThat(done.out()).contains("done so");
        assertThat(member.changes())
                .singleElement()
                .satisfies(request ->
                        assertThat(request.body())
                                .contains("alertname=\\\"PostgresDown\\\"")
                                .contains("member=\\\"n2\\\"")
                                .contains("\"seconds\":7200")
                                .contains("\"comment\":\"new disk\""));
    }

    @Test
    @DisplayName("lets the member judge a silence in a dry run, without asking")
    void dryRun() {
        var result =
                ctl.run(
                        "silence",
                        "--dry-run",
                        "--rule",
                        "DiskFull",
                        "--for",
                        "1h",
                        "--comment",
                        "x");
        assertThat(result.out()).contains("dry run: done so");
        assertThat(member.changes().getFirst().body()).contains("\"dryRun\":true");
    }

    @Test
    @DisplayName("asks for what a silence needs")
    void incomplete() {
        assertThat(ctl.run("silence", "--rule", "DiskFull", "--for", "1h").err())
                .contains("--comment is missing");
        assertThat(ctl.run("silence", "--for", "1h", "--comment", "x").err())
                .contains("nothing says what to keep quiet");
        assertThat(member.changes()).isEmpty();
    }

    @Test
    @DisplayName("lists and ends silences")
    void listAndExpire() {
        assertThat(ctl.run("silence", "list").out()).contains("member!~n[12]").contains("disk");
        assertThat(ctl.run("silence", "expire", "s1", "--yes").status()).isZero();
        assertThat(member.changes().getFirst().method()).isEqualTo("DELETE");
    }

    @Test
    @DisplayName("tries a receiver, and says why something is refused")
    void testAndResolve() {
        assertThat(ctl.run("alerts", "test", "team", "--yes").out()).contains("done so");
        var refused = ctl.run("alerts", "resolve", "0123", "--yes");
        assertThat(refused.status()).isEqualTo(12);
        assertThat(refused.err()).contains("it ends by itself");
    }
}
