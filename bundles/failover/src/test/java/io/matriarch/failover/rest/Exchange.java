package io.matriarch.failover.rest;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** One request and its answer without a server; asking for anything not set up fails. */
final class Exchange {
    private final String method;
    private final String target;
    final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    final Map<String, Object> attributes = new HashMap<>();
    String address = "127.0.0.1";
    boolean secure;
    String servletPath = "";
    private byte[] body = new byte[0];
    private long length = -1;

    int status;
    String type = "";
    int answeredLength = -1;
    final Map<String, String> answeredHeaders = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final ByteArrayOutputStream answered = new ByteArrayOutputStream();

    private Exchange(String method, String target) {
        this.method = method;
        this.target = target;
    }

    static Exchange of(String method, String target) {
        return new Exchange(method, target);
    }

    Exchange body(String text) {
        body = text.getBytes(StandardCharsets.UTF_8);
        length = body.length;
        return this;
    }

    Exchange header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    Exchange granted() {
        attributes.put(AccessFilter.ATTRIBUTE, AccessFilter.GRANTED);
        return this;
    }

    Exchange from(String clientAddress) {
        address = clientAddress;
        return this;
    }

    Exchange sentTo(PatroniServlet servlet) throws IOException {
        servlet.service(request(), response());
        return this;
    }

    Exchange sentThrough(AccessFilter filter, FilterChain chain)
            throws IOException, ServletException {
        filter.doFilter(request(), response(), chain);
        return this;
    }

    String text() {
        return answered.toString(StandardCharsets.UTF_8);
    }

    private HttpServletRequest request() {
        int question = target.indexOf('?');
        return fake(
                HttpServletRequest.class,
                (name, arguments) ->
                        switch (name) {
                            case "getMethod" -> method;
                            case "getRequestURI" ->
                                    question < 0 ? target : target.substring(0, question);
                            case "getServletPath" -> servletPath;
                            case "getPathInfo" -> null;
                            case "getQueryString" ->
                                    question < 0 ? null : target.substring(question + 1);
                            case "getContentLengthLong" -> length;
                            case "getInputStream" -> new Input(new ByteArrayInputStream(body));
                            case "getHeader" -> headers.get((String) arguments[0]);
                            case "getRemoteAddr" -> address;
                            case "isSecure" -> secure;
                            case "getAttribute" -> attributes.get((String) arguments[0]);
                            case "setAttribute" ->
                                    attributes.put((String) arguments[0], arguments[1]);
                            default -> throw new UnsupportedOperationException(name);
                        });
    }

    private HttpServletResponse response() {
        return fake(
                HttpServletResponse.class,
                (name, arguments) ->
                        switch (name) {
                            case "setStatus" -> status = (int) arguments[0];
                            case "setContentType" -> type = (String) arguments[0];
                            case "setContentLength" -> answeredLength = (int) arguments[0];
                            case "setHeader" ->
                                    answeredHeaders.put(
                                            (String) arguments[0], (String) arguments[1]);
                            case "getOutputStream" -> new Output(answered);
                            default -> throw new UnsupportedOperationException(name);
                        });
    }

    private interface Calls {
        Object call(String name, Object[] arguments);
    }

    private static <T> T fake(Class<T> type, Calls calls) {
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
            throw new UnsupportedOperationException("setReadListener");
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
            throw new UnsupportedOperationException("setWriteListener");
        }
    }
}
