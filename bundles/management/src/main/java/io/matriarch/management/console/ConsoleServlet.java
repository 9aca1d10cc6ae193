package io.matriarch.management.console;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/**
 * Serves the page and its two files, and nothing else. The policy lets the page load from this
 * member only, and run no script that stands in markup: a name that is markup stays a name.
 *
 * @see <a href="https://www.w3.org/TR/CSP3/">Content Security Policy</a>
 */
public final class ConsoleServlet extends HttpServlet {
    @Serial private static final long serialVersionUID = 1L;

    static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private record Page(String file, String type) {}

    private static final Map<String, Page> PAGES =
            Map.of(
                    "", new Page("index.html", "text/html;charset=utf-8"),
                    "/", new Page("index.html", "text/html;charset=utf-8"),
                    "/console.css", new Page("console.css", "text/css;charset=utf-8"),
                    "/console.js", new Page("console.js", "text/javascript;charset=utf-8"));

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        boolean head = request.getMethod().equals("HEAD");
        var path = request.getPathInfo() == null ? "" : request.getPathInfo();
        var page = PAGES.get(path);
        if (!head && !request.getMethod().equals("GET")) {
            response.setHeader("Allow", "GET, HEAD");
            send(response, 405, "text/plain;charset=utf-8", "only GET and HEAD\n", head);
        } else if (page == null)
            send(
                    response,
                    404,
                    "text/plain;charset=utf-8",
                    "there is no such file; the page is /console\n",
                    head);
        else send(response, 200, page.type(), text(page.file()), head);
    }

    private static void send(
            HttpServletResponse response, int status, String type, String text, boolean head)
            throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType(type);
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cache-Control", "no-cache");
        response.setContentLength(bytes.length);
        if (!head) response.getOutputStream().write(bytes);
    }

    static String text(String file) {
        var name = "/io/matriarch/management/console/" + file;
        try (var in = Objects.requireNonNull(ConsoleServlet.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
