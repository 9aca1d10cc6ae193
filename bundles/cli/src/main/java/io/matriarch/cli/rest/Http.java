package io.matriarch.cli.rest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.matriarch.cli.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One request, one connection, HTTP/1.0: what Patroni's own server speaks, and what keeps framing
 * out of here (a 1.0 client must not be sent chunks, and the connection ends with the body).
 *
 * <p>Why not the JDK's: {@code java.net.http.HttpClient} takes about 200 ms longer to its first
 * answer than a socket, with an AOT cache, and 600 ms longer without one (JDK 25, 2 cores); {@code
 * HttpURLConnection} starts as fast as a socket but refuses {@code PATCH}, which {@code /config}
 * needs.
 */
public final class Http {

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final int MAX_ANSWER_BYTES = 64 << 20;

    private final Settings settings;
    private @Nullable SSLSocketFactory tls;

    public Http(Settings settings) {
        this.settings = settings;
    }

    /**
     * @param base scheme, host and port
     * @param path with query
     * @param body JSON; null for none
     * @param timeout for all of it; connecting has 2 s of it at most
     */
    public HttpAnswer exchange(
            URI base, String method, String path, @Nullable String body, Duration timeout)
            throws HttpException {
        long deadline = System.nanoTime() + timeout.toNanos();
        byte[] request = request(base, method, path, body);
        try (Socket socket = connect(base, timeout)) {
            try {
                socket.getOutputStream().write(request);
                socket.getOutputStream().flush();
                return parse(base, readAll(socket, deadline));
            } catch (IOException e) {
                throw new HttpException(reason(e, timeout), true, e);
            }
        } catch (HttpException e) {
            throw e;
        } catch (IOException e) {
            throw new HttpException(reason(e, timeout), false, e);
        }
    }

    private byte[] request(URI base, String method, String path, @Nullable String body) {
        byte[] content = body == null ? new byte[0] : body.getBytes(UTF_8);
        var head = new StringBuilder();
        head.append(method).append(' ').append(path).append(" HTTP/1.0\r\n");
        head.append("Host: ").append(base.getRawAuthority()).append("\r\n");
        head.append("User-Agent: matriarchctl\r\nConnection: close\r\n");
        if (body != null || !method.equals("GET")) {
            head.append("Content-Type: application/json\r\n");
            head.append("Content-Length: ").append(content.length).append("\r\n");
        }
        // members ask for it on changing requests and for who made them; other reading needs no
        // secret on the wire
        if (!method.equals("GET") || path.startsWith("/api/v1/audit"))
            authorization().ifPresent(head::append);
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
        bytes.writeBytes(content);
        return bytes.toByteArray();
    }

    private Optional<String> authorization() {
        return settings.username()
                .map(user -> {
                    String pair = user + ":" + settings.password().orElse("");
                    String code = Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
                    return "Authorization: Basic " + code + "\r\n";
                });
    }

    private Socket connect(URI base, Duration timeout) throws IOException {
        boolean https = "https".equals(base.getScheme());
        int port = base.getPort() >= 0 ? base.getPort() : https ? 443 : 80;
        String host = base.getHost().replaceAll("[\\[\\]]", "");
        int millis = (int) Math.max(1, Math.min(CONNECT.toMillis(), timeout.toMillis()));
        Socket plain = connect(host, port, millis);
        if (!https) return plain;
        try {
            return secure(plain, host, port, timeout);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    /** A name may have several addresses (localhost: ::1 and 127.0.0.1); the first that answers. */
    private static Socket connect(String host, int port, int millis) throws IOException {
        IOException last = new UnknownHostException(host);
        for (InetAddress address : InetAddress.getAllByName(host)) {
            var socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(address, port), millis);
                return socket;
            } catch (IOException e) {
                socket.close();
                last = e;
            }
        }
        throw last;
    }

    private Socket secure(Socket plain, String host, int port, Duration timeout)
            throws IOException {
        if (tls == null) tls = Tls.factory(settings);
        var socket = (SSLSocket) tls.createSocket(plain, host, port, true);
        if (!settings.insecure()) {
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        // a handshake has several turns, each may take this long; it is not worth an exact account
        socket.setSoTimeout((int) Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE));
        socket.startHandshake();
        return socket;
    }

    /** Reads to the end of the connection, or of the announced length. */
    private static String readAll(Socket socket, long deadline) throws IOException {
        var bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[16384];
        var in = socket.getInputStream();
        while (bytes.size() < MAX_ANSWER_BYTES) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) throw new SocketTimeoutException();
            socket.setSoTimeout((int) Math.min(Integer.MAX_VALUE, left));
            int count = in.read(buffer);
            if (count < 0) return complete(bytes);
            bytes.write(buffer, 0, count);
            if (whole(bytes)) return bytes.toString(UTF_8);
        }
        throw new IOException("an answer of over " + MAX_ANSWER_BYTES + " bytes");
    }

    private static String complete(ByteArrayOutputStream bytes) throws IOException {
        if (bytes.size() == 0)
            throw new EOFException("the connection was closed without an answer");
        String head = bytes.toString(ISO_8859_1);
        if (length(head).isPresent() && !whole(bytes))
            throw new EOFException("the connection was closed in the middle of the answer");
        return bytes.toString(UTF_8);
    }

    private static boolean whole(ByteArrayOutputStream bytes) {
        String text = bytes.toString(ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) return false;
        var length = length(text);
        return length.isPresent() && bytes.size() >= end + 4 + length.get();
    }

    private static Optional<Integer> length(String text) {
        return header(text, "content-length")
                .filter(value -> value.matches("\\d{1,9}"))
                .map(Integer::valueOf);
    }

    private static Optional<String> header(String text, String name) {
        int end = text.indexOf("\r\n\r\n");
        String head = end < 0 ? text : text.substring(0, end);
        return head.lines()
                .skip(1)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).trim())
                .findFirst();
    }

    private static HttpAnswer parse(URI from, String text) throws IOException {
        if (!text.matches("(?s)HTTP/1\\.[01] [1-5]\\d\\d.*"))
            throw new IOException("it does not speak HTTP (or wants https)");
        if (header(text, "transfer-encoding").isPresent())
            throw new IOException(
                    "it sends chunks to an HTTP/1.0 client; is a broken proxy between?");
        int end = text.indexOf("\r\n\r\n");
        String body = end < 0 ? "" : text.substring(end + 4);
        return new HttpAnswer(from, Integer.parseInt(text, 9, 12, 10), body);
    }

    private static String reason(IOException e, Duration timeout) {
        return switch (e) {
            case UnknownHostException _ -> "unknown host";
            case SocketTimeoutException _ when "Connect timed out".equals(e.getMessage()) ->
                    "no connection within %d ms"
                            .formatted(Math.min(CONNECT.toMillis(), timeout.toMillis()));
            case SocketTimeoutException _ -> "no answer within %d ms".formatted(timeout.toMillis());
            case ConnectException _ -> "connection refused";
            case SSLException _ -> "TLS: " + e.getMessage();
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
