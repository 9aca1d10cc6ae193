package io.matriarch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.access.api.PasswordHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("matriarchctl, about who may and who did,")
class AuditTest {
    private static final String ENTRY =
            """
            {"at":"2026-11-23T01:%s:00Z","member":"%s","user":"ada","role":"operator",
             "from":"10.0.0.9","method":"POST","path":"/api/v1/pause","body":"{}","status":%d,
             "refused":"%s","tookMillis":12,"certificate":"%s"}
            """;

    private final Ctl ctl = new Ctl();
    private FakeMember first;
    private FakeMember second;

    @BeforeEach
    void start() throws IOException {
        first = new FakeMember();
        second = new FakeMember();
        FakeMember.cluster(first, second);
        ctl.environment.put("MATRIARCHCTL_URL", first.address());
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    private static String entries(String minute, String member, int status, String refused) {
        return entries(minute, member, status, refused, "");
    }

    private static String entries(
            String minute, String member, int status, String refused, String certificate) {
        return "{\"entries\":["
                + ENTRY.formatted(minute, member, status, refused, certificate)
                + "]}";
    }

    @Test
    @DisplayName("shows what all members were asked, as one story, with our user")
    void audit(@TempDir Path folder) throws IOException {
        var config =
                Files.writeString(
                        folder.resolve("m.yml"),
                        """
                        scope: demo
                        restapi: {connect_address: %s, authentication: {username: ada, password: s3cret99}}
                        """
                                .formatted(first.address()));
        first.reply("GET /api/v1/audit", 200, entries("20", "a", 200, ""));
        second.reply(
                "GET /api/v1/audit",
                200,
                entries("10", "b", 403, "ada is viewer", "CN=ada,O=Herd"));
        var result = ctl.run("audit", "--since", "2h", "--config", config.toString());
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains(
                        "ada (operator)",
                        "ada (operator, CN=ada,O=Herd)",
                        "POST /api/v1/pause",
                        "10.0.0.9");
        assertThat(result.out().indexOf("refused: ada is viewer"))
                .isPositive()
                .isLessThan(result.out().indexOf("200"));
        assertThat(first.requests)
                .filteredOn(request -> request.path().equals("/api/v1/audit?sinceSeconds=7200"))
                .singleElement()
                .satisfies(request -> assertThat(request.authorization()).startsWith("Basic "));
        assertThat(first.requests)
                .filteredOn(request -> request.path().equals("/cluster"))
                .allSatisfy(request -> assertThat(request.authorization()).isEmpty());
    }

    @Test
    @DisplayName("says why no member shows it")
    void refused() {
        first.reply("GET /api/v1/audit", 401, "not authenticated");
        second.reply("GET /api/v1/audit", 401, "not authenticated");
        var result = ctl.run("audit");
        assertThat(result.status()).isEqualTo(12);
        assertThat(result.err()).contains("no member tells its audit log", "not authenticated");
    }

    @Test
    @DisplayName("shows what a member said to a user who may not")
    void viewer() {
        first.reply("POST /api/v1/pause", 403, "ada is viewer; POST /api/v1/pause needs operator")
                .reply("PATCH /config", 403, "ada is viewer; PATCH /config needs admin");
        second.reply("PATCH /config", 403, "ada is viewer; PATCH /config needs admin");
        var result = ctl.run("pause", "--yes");
        assertThat(result.status()).isEqualTo(12);
        assertThat(result.err()).contains("ada is viewer");
    }

    @Test
    @DisplayName("makes a line for a user, whose password is only in standard input")
    void hash() {
        ctl.typed = "correct horse\n";
        var result = ctl.run("hash-password", "ada", "operator");
        assertThat(result.status()).isZero();
        var words = result.out().strip().split(" ");
        assertThat(words).hasSize(3).startsWith("ada", "operator");
        assertThat(PasswordHash.parse(words[2]).matches("correct horse")).isTrue();
        assertThat(PasswordHash.parse(words[2]).matches("correct horsf")).isFalse();
        assertThat(result.out()).doesNotContain("horse");
    }

    @Test
    @DisplayName("makes none for a short password, another role or a name with a colon")
    void wrong() {
        ctl.typed = "short\n";
        assertThat(ctl.run("hash-password", "ada", "operator").err()).contains("5 characters");
        assertThat(ctl.run("hash-password", "ada", "root").err())
                .contains("expected viewer, operator or admin");
        assertThat(ctl.run("hash-password", "a:b", "admin").err()).contains("no colon");
    }
}
