package io.matriarch.failover.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.access.api.AuditEntry;
import io.matriarch.access.api.PasswordHash;
import io.matriarch.failover.rest.core.AccessRules;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Roles and the audit log")
class RolesTest {
    private static final java.util.regex.Pattern KEY =
            java.util.regex.Pattern.compile(" {4,6}\"([a-z/{}0-9-]+)\": \\{");
    private static final java.util.Set<String> CHANGES =
            java.util.Set.of("post", "put", "patch", "delete");
    private static final String VIEWER = PasswordHash.of("viewer-pass").text();
    private static final String OPERATOR = PasswordHash.of("operator-pass").text();
    private static final String ADMIN = PasswordHash.of("admin-pass").text();

    @TempDir Path folder;
    private Path users;
    private AuditFile audit;
    private boolean passed;

    @BeforeEach
    void file() throws IOException {
        audit = new AuditFile(folder.resolve("log"));
        users =
                Files.writeString(
                        folder.resolve("users"),
                        "viewer viewer %s\noperator operator %s\nadmin admin %s\n"
                                .formatted(VIEWER, OPERATOR, ADMIN));
    }

    private AccessFilter filter(String username) {
        return new AccessFilter(
                new AccessRules(List.of(), false, "none", username, "root-pass", ""),
                Optional.of(users),
                Optional.of(audit),
                "n1",
                List::of);
    }

    private Exchange through(AccessFilter filter, Exchange exchange) throws Exception {
        passed = false;
        return exchange.sentThrough(
                filter,
                (request, response) -> {
                    passed = true;
                    ((HttpServletRequest) request).getInputStream().readAllBytes();
                    ((HttpServletResponse) response).setStatus(202);
                });
    }

    private static String basic(String user, String password) {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private Exchange as(String user, String method, String path) throws Exception {
        return through(
                filter("root"),
                Exchange.of(method, path).header("Authorization", basic(user, user + "-pass")));
    }

    private List<AuditEntry> entries() {
        return audit.since(Instant.EPOCH);
    }

    @ParameterizedTest
    @CsvSource({
        "viewer,POST,/switchover,403",
        "viewer,POST,/api/v1/pause,403",
        "viewer,POST,/api/v1/silences,403",
        "viewer,GET,/api/v1/audit,403",
        "nobody,POST,/jolokia,401",
        "viewer,POST,/jolokia/,403",
        "operator,POST,/switchover,202",
        "operator,POST,/api/v1/pause,202",
        "operator,GET,/api/v1/audit,202",
        "viewer,GET,/api/v1/sessions,403",
        "nobody,GET,/api/v1/sessions,401",
        "operator,GET,/api/v1/sessions,202",
        "operator,PATCH,/config,403",
        "operator,POST,/api/v1/shutdown,403",
        "operator,POST,/api/v1/bundles/7/update,403",
        "admin,PATCH,/config,202",
        "admin,POST,/api/v1/shutdown,202",
        "root,PUT,/config,202",
        "nobody,POST,/restart,401"
    })
    @DisplayName("let each user do what its role may, by Patroni's paths and by ours")
    void roles(String user, String method, String path, int status) throws Exception {
        var exchange = as(user, method, path);
        assertThat(exchange.status()).isEqualTo(status);
        assertThat(passed).isEqualTo(status == 202);
        if (status == 403)
            assertThat(exchange.text())
                    .contains(user + " is " + user, method + " " + path, "needs ");
    }

    @Test
    @Tag("long")
    @DisplayName("refuse a viewer, and somebody unknown, every change that OpenAPI knows")
    void everyChange() throws Exception {
        var document =
                Files.readString(
                        Path.of(
                                "../management/src/main/resources/io/matriarch/management/rest/openapi.json"));
        var tried = new java.util.TreeSet<String>();
        String path = "";
        for (var line : document.lines().toList()) {
            var key = KEY.matcher(line);
            if (!key.matches()) continue;
            if (key.group(1).startsWith("/")) path = key.group(1).replaceAll("\\{[a-z]+}", "7");
            else if (!path.isEmpty() && CHANGES.contains(key.group(1))) {
                var method = key.group(1).toUpperCase(java.util.Locale.ROOT);
                tried.add(method + " " + path);
                assertThat(as("viewer", method, "/api/v1" + path).status())
                        .as("viewer, %s %s", method, path)
                        .isEqualTo(403);
                assertThat(as("nobody", method, "/api/v1" + path).status()).isEqualTo(401);
                assertThat(passed).as("%s %s", method, path).isFalse();
            }
        }
        assertThat(tried)
                .hasSizeGreaterThan(25)
                .contains("POST /switchover", "DELETE /silences/7", "POST /backup/expire");
    }

    @ParameterizedTest
    @CsvSource({"viewer", "operator", "admin"})
    @DisplayName("are told to whoever asks who they are, and nothing is granted by that")
    void whoami(String user) throws Exception {
        var exchange = as(user, "GET", "/api/v1/whoami");
        assertThat(passed).isTrue();
        assertThat(exchange.attributes())
                .containsEntry("io.matriarch.access.user", user)
                .containsEntry("io.matriarch.access.role", user)
                .doesNotContainKey("io.matriarch.access");
    }

    @Test
    @DisplayName("are of nobody who says no name; a wrong password is refused and written down")
    void whoamiWithout() throws Exception {
        var silent = through(filter("root"), Exchange.of("GET", "/api/v1/whoami"));
        assertThat(passed).isTrue();
        assertThat(silent.attributes()).doesNotContainKey("io.matriarch.access.role");
        assertThat(entries()).isEmpty();
        var wrong =
                through(
                        filter("root"),
                        Exchange.of("GET", "/api/v1/whoami")
                                .header("Authorization", basic("operator", "guessed")));
        assertThat(passed).isFalse();
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(entries()).extracting(AuditEntry::status).containsExactly(401);
    }

    @Test
    @DisplayName("are not got around by spelling a path in another way")
    void spelled() throws Exception {
        var exchange =
                through(
                        filter("root"),
                        Exchange.of("POST", "/api/v1/%73hutdown")
                                .mapped("/api/v1", "/shutdown")
                                .header("Authorization", basic("operator", "operator-pass")));
        assertThat(exchange.status()).isEqualTo(403);
        var log =
                through(
                        filter("root"),
                        Exchange.of("GET", "/api/v1/%61udit").mapped("/api/v1", "/audit"));
        assertThat(log.status()).isEqualTo(401);
        var failsafe =
                through(
                        filter(""),
                        Exchange.of("POST", "/failsafe/../api/v1/pause")
                                .mapped("/api/v1", "/pause"));
        assertThat(failsafe.status()).isEqualTo(401);
        assertThat(passed).isFalse();
    }

    @Test
    @DisplayName("leave calls by JSON to the gate of JMX, which is told who asks and writes down")
    void gated() throws Exception {
        var exchange =
                through(
                        filter("root"),
                        Exchange.of("POST", "/jolokia")
                                .mapped("/jolokia", null)
                                .header("Authorization", basic("viewer", "viewer-pass")));
        assertThat(exchange.status()).isEqualTo(202);
        assertThat(exchange.attributes())
                .containsEntry(AccessFilter.USER, "viewer")
                .containsEntry(AccessFilter.CERTIFICATE, "");
        assertThat(entries()).isEmpty();
        as("nobody", "POST", "/jolokia");
        assertThat(entries()).singleElement().extracting(AuditEntry::status).isEqualTo(401);
    }

    @Test
    @DisplayName("are not got around by a path that only begins like that one")
    void besideTheGate() throws Exception {
        for (String path : List.of("/jolokia/../api/v1/pause", "/jolokia", "//jolokia"))
            assertThat(
                            through(
                                            filter("root"),
                                            Exchange.of("POST", path)
                                                    .mapped("/api/v1", "/pause")
                                                    .header(
                                                            "Authorization",
                                                            basic("viewer", "viewer-pass")))
                                    .status())
                    .as(path)
                    .isEqualTo(403);
        assertThat(entries()).hasSize(3);
    }

    @Test
    @DisplayName("ask for a password, and refuse a wrong one and none in the same way each time")
    void passwords() throws Exception {
        var wrong =
                through(
                        filter(""),
                        Exchange.of("POST", "/restart")
                                .header("Authorization", basic("admin", "admin-pasS")));
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.headers()).containsEntry("WWW-Authenticate", "Basic realm=\"Patroni\"");
        for (int i = 0; i < 3; i++)
            assertThat(
                            through(
                                            filter(""),
                                            Exchange.of("POST", "/restart")
                                                    .header("Authorization", "Basic %%%"))
                                    .status())
                    .isEqualTo(401);
        assertThat(through(filter(""), Exchange.of("POST", "/restart")).status()).isEqualTo(401);
        assertThat(as("admin", "POST", "/restart").status()).isEqualTo(202);
    }

    @Test
    @DisplayName("leave reading free, and members' agreement to a failsafe to the members")
    void free() throws Exception {
        through(filter(""), Exchange.of("GET", "/api/v1/cluster"));
        assertThat(passed).isTrue();
        through(filter(""), Exchange.of("POST", "/failsafe"));
        assertThat(passed).isTrue();
        assertThat(through(filter("root"), Exchange.of("POST", "/failsafe")).status())
                .isEqualTo(401);
        assertThat(entries()).singleElement().satisfies(e -> assertThat(e.status()).isEqualTo(401));
    }

    @Test
    @DisplayName("take a changed file at once, and let nobody in by a broken one")
    void changed() throws Exception {
        var filter = filter("");
        var asOperator =
                Exchange.of("POST", "/restart")
                        .header("Authorization", basic("operator", "operator-pass"));
        assertThat(through(filter, asOperator).status()).isEqualTo(202);
        Files.writeString(users, "operator viewer " + OPERATOR + "\n");
        Files.setLastModifiedTime(users, FileTime.from(Instant.now().plusSeconds(10)));
        var again =
                Exchange.of("POST", "/restart")
                        .header("Authorization", basic("operator", "operator-pass"));
        assertThat(through(filter, again).status()).isEqualTo(403);
        Files.writeString(users, "operator root x\n");
        Files.setLastModifiedTime(users, FileTime.from(Instant.now().plusSeconds(20)));
        var broken =
                Exchange.of("POST", "/restart")
                        .header("Authorization", basic("operator", "operator-pass"));
        assertThat(through(filter, broken).status()).isEqualTo(401);
    }

    @Test
    @DisplayName("write down who, from where, what, and what came of it; no secrets")
    void audited() throws Exception {
        through(
                filter("root"),
                Exchange.of("PATCH", "/config")
                        .from("10.0.0.9")
                        .body(
                                "{\"ttl\": 30,\n \"postgresql\": {\"x_password\": \"hun\\\"ter2\", \"a\": 1}}")
                        .header("Authorization", basic("admin", "admin-pass")));
        as("viewer", "POST", "/api/v1/pause");
        through(filter("root"), Exchange.of("GET", "/api/v1/node"));
        assertThat(entries()).hasSize(2);
        var first = entries().getFirst();
        assertThat(first.member()).isEqualTo("n1");
        assertThat(first.user()).isEqualTo("admin");
        assertThat(first.role()).isEqualTo("admin");
        assertThat(first.from()).isEqualTo("10.0.0.9");
        assertThat(first.method() + " " + first.path()).isEqualTo("PATCH /config");
        assertThat(first.body())
                .isEqualTo("{\"ttl\": 30, \"postgresql\": {\"x_password\": \"***\", \"a\": 1}}");
        assertThat(first.status()).isEqualTo(202);
        assertThat(first.refused()).isEmpty();
        var second = entries().getLast();
        assertThat(second.user()).isEqualTo("viewer");
        assertThat(second.refused()).contains("viewer is viewer", "needs operator");
        assertThat(second.status()).isEqualTo(403);
        var file = folder.resolve("log").resolve("audit.log");
        assertThat(Files.readString(file)).doesNotContain("ter2", "pass\"");
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
        Files.writeString(file, Files.readString(file) + "{\"at\":\"20");
        assertThat(entries()).hasSize(2);
        assertThat(audit.since(Instant.now().plusSeconds(60))).isEmpty();
    }

    @Test
    @DisplayName("do without users as before: whoever is let in may do all")
    void without() throws Exception {
        var filter =
                new AccessFilter(
                        new AccessRules(List.of(), false, "none", "", "", ""),
                        Optional.empty(),
                        Optional.of(audit),
                        "n1",
                        List::of);
        assertThat(through(filter, Exchange.of("PATCH", "/config").body("{}")).status())
                .isEqualTo(202);
        assertThat(entries().getFirst().role()).isEqualTo("admin");
        assertThat(entries().getFirst().user()).isEmpty();
    }
}
