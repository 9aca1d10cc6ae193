package io.matriarch.management.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.management.core.Route;
import io.matriarch.servlet.ServletExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The console")
class ConsoleTest {
    private static final Pattern ASKED = Pattern.compile("'(/[a-z/-]+)(?:\\?[^']*)?'");
    private static final Pattern ID = Pattern.compile("\\bid=\"([a-z-]+)\"");
    private static final Pattern USED = Pattern.compile("(?:byId|replace)\\('([a-z-]+)'");
    private static final String EVIL = "<img src=x onerror=alert(1)>";

    @TempDir Path folder;

    private static final class Asked extends ServletExchange<Asked> {
        Asked(String method, String path) {
            super(method, "/console" + path);
            mapped("/console", path);
        }

        @Override
        protected Asked self() {
            return this;
        }

        Asked served() throws IOException {
            new ConsoleServlet().service(request(), response());
            return this;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/,text/html;charset=utf-8,<title>Matriarch</title>",
        "/console.js,text/javascript;charset=utf-8,'use strict'",
        "/console.css,text/css;charset=utf-8,color-scheme"
    })
    @DisplayName(
            "is served with a policy that lets in nothing from elsewhere and no script in markup")
    void served(String path, String type, String part) throws IOException {
        var answer = new Asked("GET", path).served();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).contains(part);
        assertThat(answer.headers())
                .containsEntry("Content-Type", type)
                .containsEntry("X-Content-Type-Options", "nosniff")
                .containsEntry("X-Frame-Options", "DENY")
                .hasEntrySatisfying(
                        "Content-Security-Policy",
                        policy ->
                                assertThat(policy)
                                        .startsWith("default-src 'none'; script-src 'self';")
                                        .contains("frame-ancestors 'none'")
                                        .doesNotContain("unsafe", "http", "*"));
        assertThat(new Asked("HEAD", path).served().text()).isEmpty();
    }

    @Test
    @DisplayName("serves no other file, and takes nothing")
    void nothingElse() throws IOException {
        for (var path : new String[] {"/../rest/openapi.json", "/x", "/index.html"})
            assertThat(new Asked("GET", path).served().status()).isEqualTo(404);
        assertThat(new Asked("POST", "/").served().status()).isEqualTo(405);
    }

    @Test
    @DisplayName("asks for paths that there are, by their methods")
    void paths() {
        var script = ConsoleServlet.text("console.js");
        var asked = new TreeSet<String>();
        var found = ASKED.matcher(script);
        while (found.find()) if (!found.group(1).equals("/api/v")) asked.add(found.group(1));
        asked.remove("/console");
        assertThat(asked)
                .hasSizeGreaterThan(10)
                .contains("/cluster", "/alerts", "/backups", "/jobs", "/switchover", "/pause");
        for (var path : asked)
            assertThat(Route.find("GET", path).isPresent() || Route.find("POST", path).isPresent())
                    .as("/api/v1" + path)
                    .isTrue();
        for (var path : new String[] {"/switchover", "/restart", "/pause", "/resume"})
            assertThat(Route.find("POST", path)).as(path).isPresent();
    }

    @Test
    @DisplayName("has every element its script looks for, and none twice")
    void elements() {
        var ids = ID.matcher(ConsoleServlet.text("index.html")).results().map(m -> m.group(1));
        var there = ids.toList();
        assertThat(there).doesNotHaveDuplicates();
        var used = USED.matcher(ConsoleServlet.text("console.js")).results().map(m -> m.group(1));
        assertThat(there).containsAll(used.toList());
    }

    @Test
    @DisplayName("loads nothing from elsewhere and has no script or style in its markup")
    void itsOwn() {
        var page = ConsoleServlet.text("index.html");
        assertThat(page).doesNotContain("://", "<style", "style=", "javascript:");
        assertThat(page).doesNotContainPattern("(?i)\\son[a-z]+=");
        assertThat(page.split("<script", -1)).hasSize(2);
        assertThat(page).contains("<script src=\"/console/console.js\" defer></script>");
        assertThat(ConsoleServlet.text("console.css")).doesNotContain("url(", "@import");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "new Function",
                "createContextualFragment",
                "DOMParser",
                "setAttribute"
            })
    @DisplayName("makes no markup and no program out of text")
    void noMarkup(String way) {
        assertThat(ConsoleServlet.text("console.js")).doesNotContain(way);
    }

    private String run(String clicks) throws Exception {
        var node =
                Stream.of(System.getenv().getOrDefault("PATH", "/usr/bin").split(":"))
                        .map(directory -> Path.of(directory, "node"))
                        .filter(Files::isExecutable)
                        .findFirst();
        Assumptions.assumeTrue(node.isPresent(), "node is not installed (package nodejs)");
        var script = Files.writeString(folder.resolve("c.js"), ConsoleServlet.text("console.js"));
        var answers = Files.writeString(folder.resolve("answers.json"), answers());
        var page = folder.resolve("page.js");
        try (var in = Objects.requireNonNull(ConsoleTest.class.getResourceAsStream("page.js"))) {
            Files.write(page, in.readAllBytes());
        }
        var process =
                new ProcessBuilder(
                                node.get().toString(),
                                page.toString(),
                                script.toString(),
                                answers.toString(),
                                clicks)
                        .redirectErrorStream(true)
                        .start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }

    /** Everything that may be a text is markup, and addresses are programs. */
    private static String answers() {
        return """
        {"/api/v1/cluster":{"scope":"demo","systemId":"7","leader":"n1","paused":false,
          "scheduledSwitchover":"EVIL","revision":1,"ageMillis":5,"members":[
          {"name":"n1","role":"leader","state":"running","host":"EVIL","port":5432,
           "apiUrl":"http://10.0.0.1:8008/patroni","timeline":3,"receiveLagBytes":null,
           "replayLagBytes":null,"pendingRestart":true,"scheduledRestart":"EVIL","tags":{"EVIL":"EVIL"}},
          {"name":"EVIL","role":"EVIL","state":"EVIL","host":"h","port":1,"apiUrl":"javascript:alert(1)",
           "timeline":3,"receiveLagBytes":2048,"replayLagBytes":5,"pendingRestart":false,
           "scheduledRestart":"","tags":{}}]},
         "/api/v1/node":{"name":"EVIL"},
         "/api/v1/alerts":{"alerts":[{"id":"1","rule":"EVIL","severity":"critical","since":"2026-11-23T01:00:00Z",
           "summary":"EVIL","cause":{"certainty":"probable","text":"EVIL","evidence":[]},"impact":"EVIL",
           "first":["EVIL"],"mutedBy":"EVIL"}]},
         "/api/v1/decisions":{"decisions":[{"at":"2026-11-23T01:00:00Z","lastAt":"2026-11-23T01:00:00Z",
           "decision":"EVIL","reason":"EVIL","repeated":4}]},
         "/api/v1/health":{"status":"ok","checks":[{"aspect":"liveness","name":"EVIL","status":"ok","text":"EVIL"}]},
         "/api/v1/events":{"events":[{"kind":"EVIL","began":"2026-11-23T01:00:00Z","ended":"2026-11-23T01:00:03Z",
           "lostBytes":4096,"reason":"EVIL"}]},
         "/api/v1/jobs":{"jobs":[{"schedule":"EVIL","task":"EVIL","next":null,
           "last":{"state":"failed","ended":"2026-11-23T01:00:00Z","member":"EVIL","text":"EVIL"}}]},
         "/api/v1/backups":{"repositories":[{"name":"EVIL","trouble":{"message":"EVIL","hint":""},"backups":[
           {"label":"EVIL","type":"full","stop":"2026-11-23T01:00:00Z","sizeBytes":1048576,"repositoryBytes":10,
            "pages":"clean","verified":{"at":"2026-11-23T01:00:00Z","sound":false,"why":"EVIL"}}]}]}}
        """
                .replace("EVIL", EVIL);
    }

    @Test
    @DisplayName(
            "shows members, lags, decisions, alerts, backups and jobs, whatever they are called")
    void escapes() throws Exception {
        var page = run("");
        assertThat(page)
                .doesNotContain("<img")
                .doesNotContain("href=\"javascript")
                .contains("href=\"http://10.0.0.1:8008/console\"")
                .contains(
                        "<td>leader</td>",
                        "<td>2.0 KiB</td>",
                        "<td>5 bytes</td>",
                        "<td>1.0 MiB</td>")
                .contains("Probably: &lt;img", "<code>&lt;img", "<td>4.0 KiB</td>")
                .contains("waits for a restart");
        assertThat(page.split("&lt;img", -1)).hasSizeGreaterThan(25);
    }

    @Test
    @DisplayName("does nothing before the cluster's name is typed, and then what was asked")
    void confirms() throws Exception {
        assertThat(run("pause,go")).doesNotContain("POST").contains("go disabled: true");
        assertThat(run("pause,typed=other,go")).doesNotContain("POST");
        assertThat(run("pause,typed=demo,cancel,go")).doesNotContain("POST");
        assertThat(run("pause,typed=demo,go"))
                .contains("POST /api/v1/pause {}")
                .contains("&lt;b&gt;done&lt;/b&gt;");
        assertThat(run("switchover,typed=demo,candidate=n2,go"))
                .contains("POST /api/v1/switchover {\"leader\":\"n1\",\"candidate\":\"n2\"}");
    }
}
