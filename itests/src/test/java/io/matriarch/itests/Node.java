package io.matriarch.itests;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/** One machine of a test cluster: an agent, its guard and a PostgreSQL server. */
final class Node {
    static final int POSTGRES_PORT = 5432;
    static final int REST_PORT = 8008;
    static final String DATA = "/var/lib/postgresql/node/data";

    /** What {@link Cluster.Builder#shared} puts there. */
    static final String SHARED = "/srv/shared";

    static final String CONFIG = "/etc/matriarch/matriarch.yml";
    private static final String HOLD = "/run/matriarch/hold";
    private static final Duration REST_TIMEOUT = Duration.ofSeconds(60);
    private static final HttpClient CLEAR = http().build();

    private final Box box;
    private final int postgresVersion;
    private final String protocol;
    private final HttpClient http;

    /**
     * @param tls how requests are encrypted; empty: they are not
     */
    Node(Box box, int postgresVersion, Optional<SSLContext> tls) {
        this.box = box;
        this.postgresVersion = postgresVersion;
        this.protocol = tls.isPresent() ? "https" : "http";
        this.http = tls.map(context -> http().sslContext(context).build()).orElse(CLEAR);
    }

    private static HttpClient.Builder http() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(3));
    }

    /** A shell line that runs the agent as the user postgres until it ends, or for that long. */
    static String foreground(String config, int seconds) {
        return "timeout -k 5 %d setpriv --reuid=postgres --regid=postgres --init-groups env HOME=/var/lib/postgresql /opt/matriarch/bin/matriarch foreground --config %s 2>&1"
                .formatted(seconds, config);
    }

    String name() {
        return box.name();
    }

    String address() {
        return box.address();
    }

    Box box() {
        return box;
    }

    String bin() {
        return "/usr/lib/postgresql/" + postgresVersion + "/bin";
    }

    // ---- what it says ----

    /** An answer of the REST interface. */
    record Reply(int status, String body) {
        Map<String, Object> json() {
            try {
                return JSON.std.mapFrom(body);
            } catch (IOException e) {
                throw new IllegalStateException("no JSON object: " + body, e);
            }
        }
    }

    Reply get(String path) throws IOException {
        return request("GET", path, "");
    }

    Reply post(String path, String body) throws IOException {
        return request("POST", path, body);
    }

    Reply request(String method, String path, String body) throws IOException {
        String login = NodeConfig.REST_USER + ":" + NodeConfig.REST_PASSWORD;
        var request =
                HttpRequest.newBuilder(
                                URI.create(protocol + "://" + address() + ":" + REST_PORT + path))
                        .timeout(REST_TIMEOUT)
                        .header(
                                "Authorization",
                                "Basic "
                                        + Base64.getEncoder()
                                                .encodeToString(
                                                        login.getBytes(StandardCharsets.UTF_8)))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Reply(response.statusCode(), response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    Connection sql() throws SQLException {
        return DriverManager.getConnection(url(List.of(this), ""), login());
    }

    /** One value, as text, asked of this node's server. */
    String sql(String query) throws SQLException {
        try (var connection = sql();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    static String url(List<Node> nodes, String options) {
        return nodes.stream()
                .map(n -> n.address() + ":" + POSTGRES_PORT)
                .collect(
                        Collectors.joining(
                                ",",
                                "jdbc:postgresql://",
                                "/postgres?connectTimeout=2&socketTimeout=3&loginTimeout=20"
                                        + options));
    }

    static Properties login() {
        var login = new Properties();
        login.setProperty("user", "postgres");
        login.setProperty("password", NodeConfig.SUPERUSER_PASSWORD);
        return login;
    }

    long postmasterPid() {
        return Long.parseLong(box.sh("head -n 1 " + DATA + "/postmaster.pid").orThrow().strip());
    }

    boolean agentRuns() {
        return box.sh("pid=$(cat /run/matriarch/agent.pid) && kill -0 $pid").status() == 0;
    }

    /** What its supervisor noted when the agent ended last. */
    String lastEnding() {
        return box.sh("tail -n 1 /var/log/matriarch/supervisor.log").output().strip();
    }

    /**
     * What the agent said each time it ended by itself. Not the end of its log: by the time one
     * looks, the next life of it may have written a page.
     */
    String reasonsOfEnding() {
        return box.sh("grep -A 3 '^matriarch: ' /var/log/matriarch/console.log").output();
    }

    /** For a failure message: what this node's logs say last. */
    String lastWords() {
        if (!box.running()) {
            return name() + ": its container does not run\n";
        }
        return name()
                + ":\n"
                + box.sh(
                                """
                                for f in /var/log/matriarch/supervisor.log /var/lib/matriarch/guard.log \
                                    /var/lib/matriarch/postgresql.log /var/lib/postgresql/node/data/log/*; do
                                  [ -f "$f" ] && echo "-- $f" && tail -n 8 "$f"
                                done
                                echo "-- console.log" && tail -n 40 /var/log/matriarch/console.log
                                """)
                        .output();
    }

    // ---- what can befall it ----

    /** SIGKILL to the postmaster. */
    void killPostmaster() {
        box.sh("kill -9 $(head -n 1 " + DATA + "/postmaster.pid)").orThrow();
    }

    /** SIGKILL to the agent; its supervisor starts it again unless {@link #holdAgent} was said. */
    void killAgent() {
        signalAgent("KILL");
    }

    void stopAgentBySignal() {
        signalAgent("STOP");
    }

    void continueAgent() {
        signalAgent("CONT");
    }

    private void signalAgent(String signal) {
        box.sh("kill -%s $(cat /run/matriarch/agent.pid)".formatted(signal)).orThrow();
    }

    /** Whose program is the agent of a node. */
    enum Program {
        MATRIARCH,
        PATRONI
    }

    /** Which agent the supervisor starts from now on. */
    void program(Program program) {
        box.sh(
                        "echo %s > /run/matriarch/program"
                                .formatted(program.name().toLowerCase(Locale.ROOT)))
                .orThrow();
    }

    Program program() {
        String said = box.sh("cat /run/matriarch/program").output().strip();
        return said.equals("patroni") ? Program.PATRONI : Program.MATRIARCH;
    }

    /** SIGTERM to the agent, and waits until it has ended. */
    void endAgent() {
        holdAgent(true);
        signalAgent("TERM");
        Await.until("the agent of " + this + " to end", () -> !agentRuns(), this::lastWords);
    }

    /** Whether the supervisor leaves an ended agent ended. */
    void holdAgent(boolean hold) {
        box.sh((hold ? "touch " : "rm -f ") + HOLD).orThrow();
    }

    /** Drops every packet from and to these machines, both ways and without an answer. */
    void partitionFrom(List<String> addresses) {
        box.sh(
                        addresses.stream()
                                .map(a ->
                                        "iptables -I INPUT -s %1$s -j DROP && iptables -I OUTPUT -d %1$s -j DROP"
                                                .formatted(a))
                                .collect(Collectors.joining(" && ")))
                .orThrow();
    }

    void heal() {
        box.sh("iptables -F INPUT && iptables -F OUTPUT").orThrow();
    }

    @Override
    public String toString() {
        return name();
    }
}
