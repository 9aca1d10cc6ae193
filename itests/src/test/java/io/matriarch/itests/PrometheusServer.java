package io.matriarch.itests;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.port.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Debian's Prometheus on this machine: it scrapes every member and judges by our rules. */
final class PrometheusServer implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/prometheus");
    private final HttpClient http = HttpClient.newHttpClient();
    private final Path directory;
    private final int port;
    private final Process process;

    static String missing() {
        return Files.isExecutable(PROGRAM) ? "" : "the package prometheus is not installed";
    }

    PrometheusServer(List<Node> nodes, String rules) throws IOException {
        directory = Files.createTempDirectory("matriarch-prometheus");
        port = FreePort.next();
        Files.writeString(directory.resolve("matriarch.rules.yml"), rules);
        Files.writeString(
                directory.resolve("prometheus.yml"),
                """
                global: {scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 2s}
                rule_files: [matriarch.rules.yml]
                scrape_configs:
                  - job_name: matriarch
                    static_configs: [{targets: [%s]}]
                """
                        .formatted(
                                nodes.stream()
                                        .map(node -> '"' + node.address() + ":8008\"")
                                        .collect(Collectors.joining(", "))));
        process =
                new ProcessBuilder(
                                PROGRAM.toString(),
                                "--config.file=" + directory.resolve("prometheus.yml"),
                                "--storage.tsdb.path=" + directory.resolve("data"),
                                "--web.listen-address=127.0.0.1:" + port)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("output").toFile())
                        .start();
    }

    /** What it says of itself; for a failed wait. */
    String output() {
        try {
            return Files.readString(directory.resolve("output"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Map<?, ?> data(String path) throws IOException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
        try {
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) throw new IOException(path + ": " + answer.body());
            return (Map<?, ?>) JSON.std.mapFrom(answer.body()).get("data");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** How the targets do: {@code up}, or what is wrong. */
    List<String> targets() throws IOException {
        var health = new ArrayList<String>();
        for (Object target : (List<?>) data("/api/v1/targets").get("activeTargets"))
            health.add(
                    ((Map<?, ?>) target).get("health")
                            + " "
                            + ((Map<?, ?>) target).get("lastError"));
        return health;
    }

    /** The rules it took; those that failed to be judged say why. */
    List<String> rules() throws IOException {
        var rules = new ArrayList<String>();
        for (Object group : (List<?>) data("/api/v1/rules").get("groups"))
            for (Object rule : (List<?>) ((Map<?, ?>) group).get("rules"))
                rules.add(((Map<?, ?>) rule).get("name") + " " + ((Map<?, ?>) rule).get("health"));
        return rules;
    }

    /** Whether an alert of that name fires for that member, or for any if it is empty. */
    boolean fires(String name, String member) throws IOException {
        for (Object alert : (List<?>) data("/api/v1/alerts").get("alerts")) {
            var labels = (Map<?, ?>) ((Map<?, ?>) alert).get("labels");
            if (name.equals(labels.get("alertname"))
                    && "firing".equals(((Map<?, ?>) alert).get("state"))
                    && (member.isEmpty() || member.equals(labels.get("member")))) return true;
        }
        return false;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.destroy();
        process.waitFor();
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList())
                Files.delete(file);
        }
    }
}
