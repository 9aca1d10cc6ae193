package io.matriarch.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A member that answers what it was told to, like Patroni otherwise, and remembers the requests.
 */
final class FakeMember implements AutoCloseable {

    record Request(String method, String path, String body, String authorization) {
        boolean changes() {
            return !method.equals("GET");
        }
    }

    record Reply(int status, String body) {}

    final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final HttpServer server;

    FakeMember() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    /**
     * @param request method and path, such as {@code GET /cluster}
     */
    FakeMember reply(String request, int status, String body) {
        replies.put(request, new Reply(status, body));
        return this;
    }

    /** Answers as a leader or standby of the recorded cluster whose members are these. */
    static void cluster(FakeMember a, FakeMember b) {
        String cluster =
                Recorded.CLUSTER
                        .replace("127.0.0.1:8101", a.address())
                        .replace("127.0.0.1:8102", b.address());
        for (var member : List.of(a, b))
            member.reply("GET /cluster", 200, cluster)
                    .reply("GET /patroni", 200, Recorded.PATRONI)
                    .reply("GET /config", 200, Recorded.CONFIG)
                    .reply("GET /history", 200, Recorded.HISTORY);
    }

    /** From now on the recorded cluster follows another. */
    void standbyCluster() {
        var table = java.util.Objects.requireNonNull(replies.get("GET /cluster"));
        reply(
                "GET /cluster",
                200,
                table.body().replace("\"role\":\"leader\"", "\"role\":\"standby_leader\""));
    }

    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    List<Request> changes() {
        return requests.stream().filter(Request::changes).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        var uri = exchange.getRequestURI();
        var authorization = exchange.getRequestHeaders().getFirst("Authorization");
        String method = exchange.getRequestMethod();
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        requests.add(
                new Request(
                        method, uri.toString(), body, authorization == null ? "" : authorization));
        // what it was not told: Patroni takes any GET for a health check, and knows no other POST
        var unknown =
                method.equals("GET")
                        ? new Reply(503, Recorded.PATRONI)
                        : new Reply(501, "Unsupported method ('" + method + "')");
        var reply = replies.getOrDefault(method + " " + uri.getPath(), unknown);
        if (reply.status() == 0) {
            exchange.close();
            return;
        }
        byte[] bytes = reply.body().getBytes(UTF_8);
        exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
