package io.matriarch.storage.s3;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A small server of S3 on loopback that does what no well-kept one would: answers late or half. */
final class FaultyS3 implements AutoCloseable {
    /**
     * @param query with its leading {@code ?}, or empty
     */
    record Request(
            String method, String path, String query, Map<String, String> headers, byte[] body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        boolean is(String wanted) {
            return (method + " " + path + query + " ").contains(wanted);
        }
    }

    record Response(int status, Map<String, String> headers, byte[] body) {
        static Response of(int status, String body) {
            return new Response(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
        }

        static Response error(int status, String code, String text) {
            return of(
                    status,
                    "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>%s</Message></Error>"
                            .formatted(code, text));
        }
    }

    /** What befalls a request. */
    sealed interface Trouble {
        /** This instead of doing it. */
        record Answer(Response response) implements Trouble {}

        /** The connection ends, nothing is done. */
        record CloseBefore() implements Trouble {}

        /** It is done, and the connection ends without an answer. */
        record CloseAfter() implements Trouble {}

        /** Nothing is said until the client goes. */
        record Silence() implements Trouble {}

        /** The answer ends after so many bytes of its body. */
        record Cut(int bytes) implements Trouble {}

        /** The answer's body comes byte by byte, one each 20 ms. */
        record Drip() implements Trouble {}

        /** Run before it is done, on the server's thread. */
        record Meanwhile(Runnable what) implements Trouble {}
    }

    private record Rule(Predicate<Request> when, Trouble trouble, int[] left) {}

    final List<Request> requests = new CopyOnWriteArrayList<>();
    final FaultyBucket bucket = new FaultyBucket();
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final ServerSocket server;
    private final String scheme;

    FaultyS3() throws IOException {
        this(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), "http");
    }

    FaultyS3(ServerSocket server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        Thread.ofVirtual().start(this::accept);
    }

    URI endpoint() {
        return URI.create(scheme + "://localhost:" + server.getLocalPort());
    }

    /** The next {@code times} requests whose line contains the text. */
    void trouble(String text, int times, Trouble trouble) {
        rules.add(new Rule(request -> request.is(text), trouble, new int[] {times}));
    }

    void always(String text, Trouble trouble) {
        trouble(text, Integer.MAX_VALUE, trouble);
    }

    List<Request> requests(String text) {
        return requests.stream().filter(each -> each.is(text)).toList();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream());
            var out = socket.getOutputStream();
            for (Request request; (request = read(in, out)) != null; ) {
                requests.add(request);
                if (!answer(request, out, socket)) return;
            }
        } catch (IOException gone) {
            // the client went, or the test closed us
        } finally {
            open.remove(socket);
        }
    }

    private Trouble take(Request request) {
        for (Iterator<Rule> each = rules.iterator(); each.hasNext(); ) {
            Rule rule = each.next();
            synchronized (rule) {
                if (rule.left()[0] == 0 || !rule.when().test(request)) continue;
                rule.left()[0]--;
                return rule.trouble();
            }
        }
        return null;
    }

    /** Whether the connection goes on. */
    private boolean answer(Request request, OutputStream out, Socket socket) throws IOException {
        switch (take(request)) {
            case null -> write(out, request, bucket.answer(request), Integer.MAX_VALUE, false);
            case Trouble.Answer(var response) ->
                    write(out, request, response, Integer.MAX_VALUE, false);
            case Trouble.CloseBefore() -> {
                return false;
            }
            case Trouble.CloseAfter() -> {
                bucket.answer(request);
                return false;
            }
            case Trouble.Silence() -> {
                while (socket.getInputStream().read() >= 0) {}
                return false;
            }
            case Trouble.Cut(int bytes) -> {
                write(out, request, bucket.answer(request), bytes, false);
                return false;
            }
            case Trouble.Drip() ->
                    write(out, request, bucket.answer(request), Integer.MAX_VALUE, true);
            case Trouble.Meanwhile(var what) -> {
                what.run();
                write(out, request, bucket.answer(request), Integer.MAX_VALUE, false);
            }
        }
        return true;
    }

    private static void write(
            OutputStream out, Request request, Response response, int most, boolean drip)
            throws IOException {
        var head = new StringBuilder("HTTP/1.1 " + response.status() + " x\r\n");
        boolean hasLength = response.headers().containsKey("Content-Length");
        if (!hasLength)
            head.append("Content-Length: ").append(response.body().length).append("\r\n");
        response.headers().forEach((n, v) -> head.append(n).append(": ").append(v).append("\r\n"));
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        if (!request.method().equals("HEAD")) {
            int count = Math.min(most, response.body().length);
            if (drip) drip(out, response.body());
            else out.write(response.body(), 0, count);
        }
        out.flush();
    }

    private static void drip(OutputStream out, byte[] body) throws IOException {
        for (byte one : body) {
            out.write(one);
            out.flush();
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
    }

    private static Request read(InputStream in, OutputStream out) throws IOException {
        String line = line(in);
        if (line == null) return null;
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        for (String header; (header = line(in)) != null && !header.isEmpty(); ) {
            int colon = header.indexOf(':');
            headers.put(header.substring(0, colon), header.substring(colon + 1).strip());
        }
        if (headers.getOrDefault("Expect", "").equalsIgnoreCase("100-continue"))
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("Content-Length", "0")));
        String[] parts = line.split(" ");
        int query = parts[1].indexOf('?');
        String path = query < 0 ? parts[1] : parts[1].substring(0, query);
        return new Request(
                parts[0], path, query < 0 ? "" : parts[1].substring(query), headers, body);
    }

    private static String line(InputStream in) throws IOException {
        var text = new StringBuilder();
        for (int c; (c = in.read()) >= 0; ) {
            if (c == '\n') return text.toString();
            if (c != '\r') text.append((char) c);
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : new ArrayList<>(open)) socket.close();
    }
}
