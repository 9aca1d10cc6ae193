package io.matriarch.management.rest;

import io.matriarch.management.core.Json;
import io.matriarch.management.core.Refused;
import jakarta.servlet.ReadListener;
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
import java.util.LinkedHashMap;
import java.util.Map;

/** One request and its response, made by hand; anything the servlet should not touch throws. */
final class Exchange {
    final Map<String, String> sentHeaders = new HashMap<>();
    final Map<String, String> headers = new HashMap<>();
    int status;
    private final String method;
    private final String path;
    private final Map<String, String[]> query = new LinkedHashMap<>();
    private byte[] body = {};
    private boolean granted = true;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Exchange(String method, String path) {
        this.method = method;
        this.path = path;
    }

    Exchange query(String name, String... values) {
        query.put(name, values);
        return this;
    }

    Exchange body(String json) {
        body = json.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    Exchange header(String name, String value) {
        sentHeaders.put(name, value);
        return this;
    }

    Exchange withoutAccess() {
        granted = false;
        return this;
    }

    Exchange through(ApiServlet servlet) {
        try {
            servlet.service(request(), response());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    Map<String, Object> json() {
        try {
            return Json.object(text());
        } catch (Refused e) {
            throw new AssertionError(text(), e);
        }
    }

    private HttpServletRequest request() {
        return fake(
                HttpServletRequest.class,
                (name, arguments) ->
                        switch (name) {
                            case "getMethod" -> method;
                            case "getPathInfo" -> path;
                            case "getRequestURI" -> "/api/v1" + path;
                            case "getParameterMap" -> query;
                            case "getQueryString" -> query.isEmpty() ? null : "there=is&one";
                            case "getAttribute" ->
                                    granted && arguments[0].equals("io.matriarch.access")
                                            ? "granted"
                                            : null;
                            case "getHeader" -> sentHeaders.get((String) arguments[0]);
                            case "getInputStream" -> input();
                            default -> throw new AssertionError(name + " of the request");
                        });
    }

    private HttpServletResponse response() {
        return fake(
                HttpServletResponse.class,
                (name, arguments) -> {
                    switch (name) {
                        case "setStatus" -> status = (int) arguments[0];
                        case "setHeader" ->
                                headers.put((String) arguments[0], (String) arguments[1]);
                        case "setContentType" -> headers.put("Content-Type", (String) arguments[0]);
                        case "setContentLength" -> {}
                        case "getOutputStream" -> {
                            return output();
                        }
                        default -> throw new AssertionError(name + " of the response");
                    }
                    return null;
                });
    }

    private interface Answers {
        Object to(String name, Object[] arguments);
    }

    private static <T> T fake(Class<T> type, Answers answers) {
        return type.cast(
                Proxy.newProxyInstance(
                        Exchange.class.getClassLoader(),
                        new Class<?>[] {type},
                        (_, called, arguments) -> answers.to(called.getName(), arguments)));
    }

    private ServletInputStream input() {
        var bytes = new ByteArrayInputStream(body);
        return new ServletInputStream() {
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
        };
    }

    private ServletOutputStream output() {
        return new ServletOutputStream() {
            @Override
            public void write(int b) {
                out.write(b);
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setWriteListener(WriteListener listener) {
                throw new AssertionError("not asynchronous");
            }
        };
    }
}
