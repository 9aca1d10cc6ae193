package io.matriarch.servlet;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer without a server, as a servlet or filter sees them; what no server of
 * ours needs to offer throws.
 *
 * @param <T> the bundle's own kind, which knows its servlets
 */
public abstract class ServletExchange<T extends ServletExchange<T>> {
    private final String method;
    private final String target;
    private String servletPath = "";
    private final Map<String, String> sent = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, Object> attributes = new HashMap<>();
    private String address = "127.0.0.1";
    private boolean secure;
    private byte[] body = {};
    private long length = -1;

    private int status;
    private final Map<String, String> answered = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Optional<String> flushed = Optional.empty();

    private @Nullable String pathInfo;

    /**
     * @param target path and query, as in the first line of a request
     */
    protected ServletExchange(String method, String target) {
        this.method = method;
        this.target = target;
    }

    /** What the server makes of the path: the part that leads to the servlet, and the rest. */
    public T mapped(String toServlet, @Nullable String rest) {
        servletPath = toServlet;
        pathInfo = rest;
        return self();
    }

    protected abstract T self();

    public T body(String text) {
        body = text.getBytes(StandardCharsets.UTF_8);
        length = body.length;
        return self();
    }

    public T header(String name, String value) {
        sent.put(name, value);
        return self();
    }

    public T attribute(String name, Object value) {
        attributes.put(name, value);
        return self();
    }

    public T from(String clientAddress) {
        address = clientAddress;
        return self();
    }

    public T overTls() {
        secure = true;
        return self();
    }

    // ---- what came of it

    public int status() {
        return status;
    }

    public Map<String, String> headers() {
        return answered;
    }

    public Map<String, Object> attributes() {
        return attributes;
    }

    public String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What was sent to the client before the servlet was done; empty if nothing was. */
    public Optional<String> flushed() {
        return flushed;
    }

    // ---- as the servlet sees it

    private String path() {
        return target.split("\\?", 2)[0];
    }

    private @Nullable String query() {
        int question = target.indexOf('?');
        return question < 0 ? null : target.substring(question + 1);
    }

    private Map<String, String[]> parameters() {
        var lists = new LinkedHashMap<String, List<String>>();
        var query = query();
        if (query != null)
            for (String pair : query.split("&", -1)) {
                String[] parts = pair.split("=", 2);
                lists.computeIfAbsent(decoded(parts[0]), _ -> new ArrayList<>())
                        .add(parts.length < 2 ? "" : decoded(parts[1]));
            }
        var parameters = new LinkedHashMap<String, String[]>();
        lists.forEach((name, values) -> parameters.put(name, values.toArray(String[]::new)));
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    protected HttpServletRequest request() {
        return fake(
                HttpServletRequest.class,
                (name, arguments) ->
                        switch (name) {
                            case "getMethod" -> method;
                            case "getRequestURI" -> path();
                            case "getServletPath" -> servletPath;
                            case "getPathInfo" -> pathInfo;
                            case "getQueryString" -> query();
                            case "getParameterMap" -> parameters();
                            case "getContentLengthLong" -> length;
                            case "getInputStream" -> new Input(new ByteArrayInputStream(body));
                            case "getHeader" -> sent.get((String) arguments[0]);
                            case "getContentType" -> sent.get("Content-Type");
                            case "getRemoteAddr" -> address;
                            case "isSecure" -> secure;
                            case "getAttribute" -> attributes.get((String) arguments[0]);
                            case "setAttribute" ->
                                    attributes.put((String) arguments[0], arguments[1]);
                            default -> throw new AssertionError(name + " of the request");
                        });
    }

    protected HttpServletResponse response() {
        return fake(
                HttpServletResponse.class,
                (name, arguments) ->
                        switch (name) {
                            case "setStatus" -> status = (int) arguments[0];
                            case "getStatus" -> status;
                            case "setHeader" ->
                                    answered.put((String) arguments[0], (String) arguments[1]);
                            case "setContentType" ->
                                    answered.put("Content-Type", (String) arguments[0]);
                            case "setContentLength" ->
                                    answered.put("Content-Length", arguments[0].toString());
                            case "getOutputStream" -> new Output(out);
                            case "flushBuffer" -> flushed = Optional.of(text());
                            default -> throw new AssertionError(name + " of the response");
                        });
    }

    private interface Calls {
        @Nullable Object call(String name, Object[] arguments);
    }

    private static <F> F fake(Class<F> type, Calls calls) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (_, called, arguments) -> {
                            Object result = calls.call(called.getName(), arguments);
                            return called.getReturnType() == void.class ? null : result;
                        }));
    }

    private static final class Input extends ServletInputStream {
        private final ByteArrayInputStream bytes;

        Input(ByteArrayInputStream bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public boolean isFinished() {
            return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new AssertionError("not asynchronous");
        }
    }

    private static final class Output extends ServletOutputStream {
        private final ByteArrayOutputStream bytes;

        Output(ByteArrayOutputStream bytes) {
            this.bytes = bytes;
        }

        @Override
        public void write(int one) {
            bytes.write(one);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new AssertionError("not asynchronous");
        }
    }
}
