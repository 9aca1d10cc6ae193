package io.matriarch.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import com.sun.net.httpserver.HttpServer;
import io.matriarch.monitor.api.TextFormat;
import io.matriarch.monitor.collect.Collection;
import io.matriarch.monitor.collect.Facts;
import io.matriarch.monitor.collect.Intervals;
import io.matriarch.monitor.core.Compatible;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.osgi.AllMetrics;
import io.matriarch.monitor.sql.Login;
import io.matriarch.port.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Prometheus and Grafana")
class PrometheusTest {
    private static final Path SHARE = Path.of("../../distribution/src/main/share").toAbsolutePath();
    private static final Path RULES = SHARE.resolve("prometheus/matriarch.rules.yml");
    private static final Pattern NAME = Pattern.compile("\\b(?:matriarch|pg|patroni)_[a-z0-9_]+");
    private static final Pattern SUFFIX = Pattern.compile("_(bucket|sum|count)$");

    @TempDir Path folder;

    private static Path program(String name) {
        var found =
                Stream.of(System.getenv().getOrDefault("PATH", "/usr/bin").split(":"))
                        .map(directory -> Path.of(directory, name))
                        .filter(Files::isExecutable)
                        .findFirst();
        Assumptions.assumeTrue(found.isPresent(), name + " is not installed (package prometheus)");
        return found.get();
    }

    private static String output(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }

    @Test
    @DisplayName("its own checker takes the rules")
    void rules() throws Exception {
        assertThat(
                        output(
                                program("promtool").toString(),
                                "check",
                                "rules",
                                "--lint=duplicate-rules",
                                "--lint-fatal",
                                RULES.toString()))
                .containsPattern("SUCCESS: [0-9]+ rules found");
    }

    @Test
    @DisplayName("rules and boards ask for nothing that is not told")
    void names() throws IOException {
        var known =
                AllMetrics.all().stream()
                        .map(metric -> metric.name())
                        .collect(Collectors.toCollection(TreeSet::new));
        try (var in = PrometheusTest.class.getResourceAsStream("elsewhere.txt")) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.contains(": told by the failover agent"))
                    .forEach(line -> known.add(line.split(":", 2)[0]));
        }
        var files =
                List.of(
                        RULES,
                        SHARE.resolve("grafana/matriarch-cluster.json"),
                        SHARE.resolve("grafana/matriarch-postgresql.json"));
        for (var file : files) {
            var asked = new TreeSet<String>();
            var names = NAME.matcher(expressions(Files.readString(file)));
            while (names.find()) asked.add(SUFFIX.matcher(names.group()).replaceFirst(""));
            assertThat(asked).as("%s", file).hasSizeGreaterThan(15);
            asked.removeAll(known);
            assertThat(asked).as("%s", file).isEmpty();
        }
    }

    /** Without comments and words for people, in which other names may stand. */
    private static String expressions(String text) {
        return text.lines()
                .filter(line -> line.matches("\\s*\"?(expr|query|definition)\"?:.*"))
                .collect(Collectors.joining("\n"));
    }

    @Test
    @DisplayName("reads a live page, evaluates the rules over it, and finds what boards look for")
    void live() throws Exception {
        var prometheus = program("prometheus");
        try (var server = TestServer.start();
                var collection = collection(server)) {
            collection.start();
            var page =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            page.createContext(
                    "/metrics",
                    exchange -> {
                        var accept = exchange.getRequestHeaders().getFirst("Accept");
                        var form = TextFormat.asked(accept == null ? "" : accept);
                        byte[] body =
                                form.write(collection.page()).getBytes(StandardCharsets.UTF_8);
                        exchange.getResponseHeaders().set("Content-Type", form.contentType());
                        exchange.sendResponseHeaders(200, body.length);
                        exchange.getResponseBody().write(body);
                        exchange.close();
                    });
            page.start();
            try {
                readBy(prometheus, page.getAddress().getPort());
            } finally {
                page.stop(0);
            }
        }
    }

    private static Collection collection(TestServer server) {
        return new Collection(
                new Collection.Settings(
                        new Identity("demo", "node-a"),
                        Optional.of(
                                new Login(
                                        TestServer.ROLE,
                                        TestServer.PASSWORD,
                                        "postgres",
                                        Map.of())),
                        Intervals.DEFAULT,
                        true,
                        Set.of(),
                        Compatible.DEFAULT,
                        new Facts("0.1.0", "25", 60, 0)),
                () -> Optional.of(server.address()),
                List.of(),
                List::of,
                InstantSource.system(),
                System::nanoTime);
    }

    private void readBy(Path prometheus, int target) throws Exception {
        int port = FreePort.next();
        var configuration =
                Files.writeString(
                        folder.resolve("prometheus.yml"),
                        """
                        global: {scrape_interval: 1s, evaluation_interval: 1s}
                        rule_files: [%s]
                        scrape_configs:
                          - job_name: postgresql
                            static_configs: [{targets: ["127.0.0.1:%d"]}]
                        """
                                .formatted(RULES, target));
        var process =
                new ProcessBuilder(
                                prometheus.toString(),
                                "--config.file=" + configuration,
                                "--storage.tsdb.path=" + folder.resolve("data"),
                                "--web.listen-address=127.0.0.1:" + port)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
        try {
            String base = "http://127.0.0.1:" + port + "/api/v1/";
            await(base, "pg_up", "1");
            await(base, "matriarch_rpo_objective_seconds", "60");
            await(base, "count(pg_settings_max_connections == 100)", "1");
            await(base, "count(pg_stat_database_xact_commit{datname=\"postgres\"} > 0)", "1");
            assertThat(text(base + "targets")).contains("\"health\":\"up\"", "\"lastError\":\"\"");
            // The switch that makes tests fast is one the rules warn of.
            await(base, "ALERTS{alertname=\"SettingUnsafe\",setting=\"fsync\"}", "1");
            assertThat(text(base + "rules")).doesNotContain("\"health\":\"err\"");
        } finally {
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) process.destroyForcibly();
        }
    }

    private static void await(String base, String query, String wanted) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        String url = base + "query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
        String last = "";
        while (System.nanoTime() < end) {
            try {
                last = text(url);
                var data = (Map<?, ?>) JSON.std.mapFrom(last).get("data");
                var results = (List<?>) data.get("result");
                if (!results.isEmpty()
                        && ((List<?>) ((Map<?, ?>) results.getFirst()).get("value"))
                                .getLast()
                                .equals(wanted)) return;
            } catch (IOException e) {
                last = e.toString(); // it has not begun to listen
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
        throw new AssertionError(query + " never was " + wanted + ": " + last);
    }

    private static String text(String url) throws IOException {
        try (var in = URI.create(url).toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
