package io.matriarch.failover.rest;

import io.matriarch.failover.api.Answer;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.TextFormat;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** One answer, of known length. */
record Reply(int status, String type, String body, Map<String, String> headers) {
    private static final String HTML = "text/html;charset=utf-8";

    private Reply(int status, String type, String body) {
        this(status, type, body, Map.of());
    }

    Reply with(String header, String value) {
        return new Reply(status, type, body, Map.of(header, value));
    }

    static Reply statusOnly(int status) {
        return new Reply(status, "", "");
    }

    static Reply json(int status, String json) {
        return new Reply(status, "application/json", json);
    }

    static Reply metrics(List<Family> families) {
        var form = TextFormat.PROMETHEUS;
        return new Reply(200, form.contentType(), form.write(families));
    }

    /**
     * A sentence, called HTML as Patroni does; so what callers wrote into it must not be markup.
     */
    static Reply text(Answer answer) {
        return text(answer.status(), answer.text());
    }

    static Reply text(int status, String text) {
        return new Reply(status, HTML, escaped(text));
    }

    /** What cannot be served at all is a page with Patroni, and one line tells as much. */
    static Reply error(int status, String why) {
        return new Reply(
                status,
                HTML,
                """
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><title>Error %1$d</title></head>
                <body><h1>Error %1$d</h1><p>%2$s.</p></body></html>
                """
                        .formatted(status, escaped(why)));
    }

    void send(HttpServletResponse response) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        headers.forEach(response::setHeader);
        if (!type.isEmpty()) response.setContentType(type);
        response.setContentLength(bytes.length);
        if (bytes.length > 0) response.getOutputStream().write(bytes);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
