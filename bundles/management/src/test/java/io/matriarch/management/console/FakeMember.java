package io.matriarch.management.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.matriarch.port.FreePort;
import io.matriarch.servlet.ServletExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A member to the browser: the real page, and answers of {@code /api/v1} as they are put in. */
final class FakeMember implements AutoCloseable {
    static final String LOGIN = "ada:right";
    private final HttpServer server;
    final Map<String, String> answers = new ConcurrentHashMap<>();
    final Map<String, String> refusals = new ConcurrentHashMap<>();
    final List<String> changes = new CopyOnWriteArrayList<>();
    final Set<String> pages = ConcurrentHashMap.newKeySet();

    private static final class Served extends ServletExchange<Served> {
        Served(String method, String path) {
            super(method, "/console" + path);
            mapped("/console", path);
        }

        @Override
        protected Served self() {
            return this;
        }

        void through(ConsoleServlet servlet) throws IOException {
            servlet.service(request(), response());
        }
    }

    FakeMember() throws IOException {
        server =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.next()),
                        0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/console", this::console);
        server.createContext("/api/v1", this::api);
        server.start();
    }

    String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void console(HttpExchange exchange) throws IOException {
        var served =
                new Served(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getPath().substring("/console".length()));
        served.through(new ConsoleServlet(() -> pages));
        served.headers().forEach(exchange.getResponseHeaders()::set);
        send(exchange, served.status(), served.text());
    }

    private void api(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring("/api/v1".length());
        String method = exchange.getRequestMethod();
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        String right =
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString(LOGIN.getBytes(StandardCharsets.UTF_8));
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        if (origin != null && pages.contains(origin) && method.equals("GET"))
            exchange.getResponseHeaders().set("Access-Control-Allow-Origin", origin);
        if (path.equals("/whoami") && given == null)
            send(exchange, 200, "{\"asks\":true,\"user\":\"\",\"role\":\"\"}");
        else if (given != null && !given.equals(right)) send(exchange, 401, "not authenticated");
        else if (path.equals("/whoami")) send(exchange, 200, answers.getOrDefault("/whoami", "{}"));
        else if (!method.equals("GET")) {
            String body =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            changes.add(method + " " + path + " " + body);
            String refusal = refusals.get(method + " " + path);
            if (refusal != null) {
                send(exchange, 503, refusal);
                return;
            }
            send(
                    exchange,
                    200,
                    answers.getOrDefault(
                            method + " " + path,
                            "{\"status\":200,\"text\":\"<b>done</b>\",\"hint\":\"\"}"));
        } else if (answers.containsKey(path)) send(exchange, 200, answers.get(path));
        else send(exchange, 503, "{\"status\":503,\"text\":\"there is none\",\"hint\":\"\"}");
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (var body = exchange.getResponseBody()) {
            body.write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
