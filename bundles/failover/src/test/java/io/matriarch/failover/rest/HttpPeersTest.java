package io.matriarch.failover.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.matriarch.api.Code;
import io.matriarch.api.Lsn;
import io.matriarch.api.MatriarchException;
import io.matriarch.api.MemberName;
import io.matriarch.failover.api.PeerSight;
import io.matriarch.failover.core.Member;
import io.matriarch.failover.core.PeerAnswer;
import io.matriarch.port.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Peers asked over HTTP")
class HttpPeersTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String REPLICA =
            "{\"role\":\"replica\",\"timeline\":3,\"xlog\":{\"received_location\":700,"
                    + "\"replayed_location\":600},\"tags\":{\"nofailover\":true}}";
    private static final String PRIMARY = "{\"role\":\"primary\",\"xlog\":{\"location\":900}}";

    @TempDir static Path folder;
    private static Pki server;
    private static Pki client;
    private static Pki stranger;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void certificates() throws Exception {
        server = new Pki(folder, "server");
        client = new Pki(folder, "client");
        stranger = new Pki(folder, "stranger");
    }

    @AfterEach
    void close() throws Exception {
        for (var one : open) one.close();
    }

    @Test
    @DisplayName("answer all at once, whatever their status code")
    void all() throws Exception {
        var replica = member("node-b", server(200, REPLICA));
        var primary = member("node-c", server(503, PRIMARY));
        var answers = ask(PeerAccess.PLAIN, LONG, replica, primary);
        assertThat(answers.get(replica.name()).position()).isEqualTo(new Lsn(700));
        assertThat(answers.get(replica.name()).primary()).isFalse();
        assertThat(answers.get(replica.name()).timeline()).isEqualTo(3);
        assertThat(answers.get(replica.name()).tags().nofailover()).isTrue();
        assertThat(answers.get(primary.name()).primary()).isTrue();
    }

    @Test
    @DisplayName("say whether they can be written to, and what time they have")
    void looks() throws Exception {
        var ahead = Duration.ofMinutes(5);
        String running = "{\"state\":\"running\",\"timeline\":4,";
        var primary =
                member(
                        "node-b",
                        server(exchange -> {
                            exchange.getResponseHeaders()
                                    .set(
                                            "Matriarch-Time",
                                            String.valueOf(
                                                    System.currentTimeMillis() + ahead.toMillis()));
                            reply(
                                    exchange,
                                    200,
                                    running + "\"role\":\"primary\",\"xlog\":{\"location\":9}}");
                        }));
        var standby =
                member("node-c", server(503, "{\"state\":\"running\"," + REPLICA.substring(1)));
        var stopped = member("node-d", server(503, "{\"state\":\"stopped\",\"role\":\"primary\"}"));
        var other = member("node-e", server(200, "it works"));
        var gone = member("node-f", "http://127.0.0.1:" + FreePort.next() + "/patroni");
        try (var peers = new HttpPeers(PeerAccess.PLAIN)) {
            var sights = peers.look(List.of(primary, standby, stopped, other, gone), LONG);
            assertThat(sights)
                    .extracting(PeerSight::name)
                    .containsExactly("node-b", "node-c", "node-d", "node-e", "node-f");
            assertThat(sights)
                    .extracting(PeerSight::answered)
                    .containsExactly(true, true, true, false, false);
            assertThat(sights)
                    .extracting(PeerSight::writable)
                    .containsExactly(true, false, false, false, false);
            assertThat(sights.getFirst().timeline()).isEqualTo(4);
            var took = sights.getFirst().took();
            assertThat(sights.getFirst().clockOffset().orElseThrow())
                    .isBetween(ahead.minus(took).minusMillis(1), ahead.plus(took).plusMillis(1));
            assertThat(sights.get(1).clockOffset()).isEmpty();
        }
    }

    @Test
    @DisplayName("count as unreachable when down, mute, without positions or without an address")
    void unreachable() throws Exception {
        var well = member("node-b", server(200, REPLICA));
        var withoutPositions = member("node-c", server(200, "{\"state\":\"starting\"}"));
        var down = member("node-d", "http://127.0.0.1:" + FreePort.next() + "/patroni");
        var mute = member("node-e", "http://127.0.0.1:" + listening() + "/patroni");
        var without = member("node-f", "");
        var strange = member("node-g", "file:///etc/passwd");
        var answers = ask(PeerAccess.PLAIN, LONG, well, withoutPositions, down, without, strange);
        answers.putAll(ask(PeerAccess.PLAIN, Duration.ofMillis(300), mute));
        assertThat(answers).hasSize(6);
        assertThat(answers.remove(well.name()).reachable()).isTrue();
        assertThat(answers.values()).containsOnly(PeerAnswer.UNREACHABLE);
    }

    @Test
    @DisplayName("do not keep the asker waiting past the time, however slowly they answer")
    void dripping() throws Exception {
        var released = new CountDownLatch(1);
        open.add(released::countDown);
        var slow =
                member(
                        "node-b",
                        server(exchange -> {
                            exchange.sendResponseHeaders(200, 0);
                            exchange.getResponseBody().write('{');
                            exchange.getResponseBody().flush();
                            awaitRelease(released);
                            exchange.close();
                        }));
        var answers = ask(PeerAccess.PLAIN, Duration.ofMillis(300), slow);
        assertThat(answers.values()).containsExactly(PeerAnswer.UNREACHABLE);
    }

    @Test
    @DisplayName("are told our user and password")
    void basic() throws Exception {
        var seen = new ConcurrentLinkedQueue<String>();
        var url =
                server(exchange -> {
                    seen.add(exchange.getRequestHeaders().getFirst("Authorization"));
                    reply(exchange, 200, REPLICA);
                });
        var access =
                new PeerAccess(
                        "admin", "secret", Optional.empty(), Optional.empty(), Optional.empty());
        ask(access, LONG, member("node-b", url));
        assertThat(seen).containsExactly("Basic YWRtaW46c2VjcmV0");
    }

    @Test
    @DisplayName("agree to our serving on without the store by one answer only")
    void agreement() throws Exception {
        var seen = new ConcurrentLinkedQueue<String>();
        var members = new TreeMap<MemberName, String>();
        members.put(new MemberName("node-b"), failsafe(200, "Accepted", seen));
        members.put(new MemberName("node-c"), failsafe(200, "Nope", seen));
        members.put(new MemberName("node-d"), failsafe(500, "Running as a leader", seen));
        members.put(new MemberName("node-e"), "http://127.0.0.1:" + FreePort.next() + "/patroni");
        members.put(new MemberName("node-f"), "http://127.0.0.1:" + listening() + "/patroni");
        try (var peers = new HttpPeers(PeerAccess.PLAIN)) {
            var said = new TreeMap<String, String>();
            members.forEach((name, url) ->
                    said.put(
                            name.value(),
                            peers.agree(url, "{\"name\":\"node-a\"}", Duration.ofSeconds(2))));
            assertThat(said)
                    .containsEntry("node-b", "")
                    .containsEntry("node-c", "says 200 Nope")
                    .containsEntry("node-d", "says 500 Running as a leader");
            assertThat(said.get("node-e")).startsWith("cannot be asked");
            assertThat(said.get("node-f")).isNotEmpty();
            assertThat(seen).hasSize(3).containsOnly("POST /failsafe {\"name\":\"node-a\"}");
        }
    }

    private String failsafe(int status, String body, ConcurrentLinkedQueue<String> seen)
            throws IOException {
        return server(
                "/failsafe",
                exchange -> {
                    seen.add(
                            exchange.getRequestMethod()
                                    + " "
                                    + exchange.getRequestURI()
                                    + " "
                                    + new String(
                                            exchange.getRequestBody().readAllBytes(),
                                            StandardCharsets.UTF_8));
                    reply(exchange, status, body);
                });
    }

    @Test
    @DisplayName("are not verified without a client certificate, as with Patroni")
    void insecure() throws Exception {
        var peer = member("node-b", tlsServer(server.context(List.of()), false));
        assertThat(ask(PeerAccess.PLAIN, LONG, peer).get(peer.name()).reachable()).isTrue();
    }

    @Test
    @DisplayName("are verified by chain, not by name, with a client certificate")
    void verified() throws Exception {
        var peer = member("node-b", tlsServer(server.context(List.of(client)), true));
        assertThat(ask(client.access(server), LONG, peer).get(peer.name()).reachable()).isTrue();
        assertThat(ask(client.access(stranger), LONG, peer).get(peer.name()).reachable()).isFalse();
        assertThat(ask(PeerAccess.PLAIN, LONG, peer).get(peer.name()).reachable()).isFalse();
    }

    @Test
    @DisplayName("need certificates that can be read, else the file and the remedy are named")
    void unreadable() throws Exception {
        var missing = folder.resolve("missing.pem");
        assertThatThrownBy(() -> new HttpPeers(access(missing)))
                .isInstanceOfSatisfying(
                        MatriarchException.class, e -> assertThat(e.code()).isEqualTo(Code.CONFIG))
                .hasMessageContaining("ctl.certfile " + missing);
        var wrong = Files.writeString(folder.resolve("key.pem"), "no key");
        assertThatThrownBy(() ->
                        new HttpPeers(
                                new PeerAccess(
                                        "",
                                        "",
                                        Optional.empty(),
                                        Optional.of(server.certificate()),
                                        Optional.of(wrong))))
                .hasMessageContaining("ctl.keyfile " + wrong);
    }

    private static PeerAccess access(Path certificate) {
        return new PeerAccess("", "", Optional.empty(), Optional.of(certificate), Optional.empty());
    }

    private Map<MemberName, PeerAnswer> ask(PeerAccess access, Duration timeout, Member... members)
            throws MatriarchException {
        try (var peers = new HttpPeers(access)) {
            return peers.ask(List.of(members), timeout);
        }
    }

    private static Member member(String name, String url) {
        return new Member(new MemberName(name), 0, Map.of("api_url", url));
    }

    private String server(int status, String body) throws IOException {
        return server(exchange -> reply(exchange, status, body));
    }

    private String server(HttpHandler handler) throws IOException {
        return server("/patroni", handler);
    }

    private String server(String path, HttpHandler handler) throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        return "http" + started(server, path, handler);
    }

    private String tlsServer(SSLContext context, boolean clientAuthentication) throws IOException {
        var server =
                HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(
                new HttpsConfigurator(context) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        var tls = context.getDefaultSSLParameters();
                        tls.setNeedClientAuth(clientAuthentication);
                        parameters.setSSLParameters(tls);
                    }
                });
        return "https" + started(server, "/patroni", exchange -> reply(exchange, 200, REPLICA));
    }

    private String started(HttpServer server, String path, HttpHandler handler) {
        server.createContext(path, handler);
        server.start();
        open.add(() -> server.stop(0));
        return "://127.0.0.1:" + server.getAddress().getPort() + "/patroni";
    }

    private static void reply(com.sun.net.httpserver.HttpExchange exchange, int status, String body)
            throws IOException {
        try (exchange) {
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static void awaitRelease(CountDownLatch released) {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes connections and never says a word. */
    private int listening() throws IOException {
        var socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        open.add(socket);
        return socket.getLocalPort();
    }
}
