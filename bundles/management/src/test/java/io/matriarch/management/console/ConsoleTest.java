package io.matriarch.management.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.management.core.Route;
import io.matriarch.servlet.ServletExchange;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The console's files")
class ConsoleTest {
    private static final Pattern ASKED = Pattern.compile("'(/[a-z/-]+)(?:\\?[^']*)?'");
    private static final Pattern ID = Pattern.compile("\\bid=\"([a-z-]+)\"");
    private static final Pattern USED = Pattern.compile("(?:byId|replace)\\('([a-z-]+)'[,)]");
    private static final Pattern IMPORTED = Pattern.compile("from '/console/([a-z]+\\.js)'");

    private static final class Asked extends ServletExchange<Asked> {
        Asked(String method, String path) {
            super(method, "/console" + path);
            mapped("/console", path);
        }

        @Override
        protected Asked self() {
            return this;
        }

        Asked served(String... members) throws IOException {
            new ConsoleServlet(() -> new TreeSet<>(Set.of(members))).service(request(), response());
            return this;
        }
    }

    private static String scripts() {
        return ConsoleServlet.SCRIPTS.stream()
                .map(ConsoleServlet::text)
                .collect(Collectors.joining("\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "/,text/html;charset=utf-8,<title>Matriarch</title>",
        "/console.js,text/javascript;charset=utf-8,import * as",
        "/uPlot.iife.min.js,text/javascript;charset=utf-8,uPlot",
        "/uPlot.min.css,text/css;charset=utf-8,.uplot",
        "/console.css,text/css;charset=utf-8,color-scheme"
    })
    @DisplayName("come with a policy that lets in nothing from elsewhere and no script in markup")
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
    @DisplayName("let the page ask the other members, and load nothing from them")
    void asksMembers() throws IOException {
        var answer = new Asked("GET", "/").served("http://10.0.0.2:8008", "http://10.0.0.3:8008");
        assertThat(answer.headers().get("Content-Security-Policy"))
                .contains("connect-src 'self' http://10.0.0.2:8008 http://10.0.0.3:8008;")
                .contains("script-src 'self';");
    }

    @Test
    @DisplayName("are all there is, and nothing is taken")
    void nothingElse() throws IOException {
        for (var path : new String[] {"/../rest/openapi.json", "/x", "/index.html", "/LICENSE"})
            assertThat(new Asked("GET", path).served().status()).as(path).isEqualTo(404);
        assertThat(new Asked("POST", "/").served().status()).isEqualTo(405);
    }

    @Test
    @DisplayName("are each used, and import no file that is not there")
    void modules() {
        var imported =
                ConsoleServlet.SCRIPTS.stream()
                        .flatMap(file -> IMPORTED.matcher(ConsoleServlet.text(file)).results())
                        .map(found -> found.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));
        imported.add("console.js");
        assertThat(imported).containsExactlyElementsOf(new TreeSet<>(ConsoleServlet.SCRIPTS));
        for (var file : ConsoleServlet.SCRIPTS)
            assertThat(ConsoleServlet.text(file).lines()).as(file).hasSizeLessThan(300);
    }

    @Test
    @DisplayName("ask for paths that there are, by their methods")
    void paths() {
        var asked = new TreeSet<String>();
        var found = ASKED.matcher(scripts());
        while (found.find()) if (!found.group(1).equals("/api/v")) asked.add(found.group(1));
        asked.removeIf(path -> path.startsWith("/console"));
        // The end of a path with an id in it, or its beginning.
        asked.removeAll(
                Set.of(
                        "/start",
                        "/stop",
                        "/test",
                        "/silences/",
                        "/restores/",
                        "/jobs/",
                        "/alerts/receivers/"));
        assertThat(asked)
                .hasSizeGreaterThan(20)
                .contains("/cluster", "/alerts", "/backups", "/jobs", "/switchover", "/pause");
        for (var path : asked)
            assertThat(Route.find("GET", path).isPresent() || Route.find("POST", path).isPresent())
                    .as("/api/v1" + path)
                    .isTrue();
        for (var path :
                new String[] {
                    "/switchover", "/restart", "/pause", "/resume", "/silences", "/restores"
                }) assertThat(Route.find("POST", path)).as(path).isPresent();
        for (var path : new String[] {"/silences/1", "/restores/1", "/switchover", "/restart"})
            assertThat(Route.find("DELETE", path)).as(path).isPresent();
        for (var path : new String[] {"/jobs/x/start", "/jobs/x/stop", "/alerts/receivers/x/test"})
            assertThat(Route.find("POST", path)).as(path).isPresent();
    }

    @Test
    @DisplayName("find every element they look for, and none is there twice")
    void elements() {
        var ids = ID.matcher(ConsoleServlet.text("index.html")).results().map(m -> m.group(1));
        var there = ids.toList();
        assertThat(there).doesNotHaveDuplicates();
        assertThat(there)
                .containsAll(USED.matcher(scripts()).results().map(m -> m.group(1)).toList());
    }

    @Test
    @DisplayName("load nothing from elsewhere and have no script or style in their markup")
    void itsOwn() {
        var page = ConsoleServlet.text("index.html");
        assertThat(page).doesNotContain("://", "<style", "style=", "javascript:");
        assertThat(page).doesNotContainPattern("(?i)\\son[a-z]+=");
        assertThat(page.split("<script", -1)).hasSize(3);
        assertThat(page)
                .contains("<script src=\"/console/console.js\" type=\"module\"></script>")
                .contains("<script src=\"/console/uPlot.iife.min.js\" defer></script>");
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
                "srcdoc"
            })
    @DisplayName("make no markup and no program out of text")
    void noMarkup(String way) {
        assertThat(scripts()).doesNotContain(way);
    }

    @Test
    @DisplayName("set attributes by name in one place, which knows those that draw and no others")
    void attributes() {
        for (var file : ConsoleServlet.SCRIPTS)
            assertThat(ConsoleServlet.text(file).split("setAttribute", -1))
                    .as(file)
                    .hasSize(file.equals("dom.js") ? 2 : 1);
        assertThat(ConsoleServlet.text("dom.js")).contains("if (!DRAWN.has(attribute)) throw");
    }
}
