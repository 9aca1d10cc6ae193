package io.matriarch.management.console;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Serves the page and its files, and nothing else. The policy lets the page load from this member
 * only, ask this member and the others, and run no script that stands in markup: a name that is
 * markup stays a name.
 *
 * @see <a href="https://www.w3.org/TR/CSP3/">Content Security Policy</a>
 */
public final class ConsoleServlet extends HttpServlet {
    @Serial private static final long serialVersionUID = 1L;

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'%s;"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String SCRIPT = "text/javascript;charset=utf-8";
    private static final String STYLE = "text/css;charset=utf-8";

    /** Ours; each is a module. */
    static final List<String> SCRIPTS =
            List.of(
                    "actions.js",
                    "backups.js",
                    "charts.js",
                    "cluster.js",
                    "console.js",
                    "dom.js",
                    "live.js",
                    "notices.js",
                    "sessions.js",
                    "topology.js",
                    "work.js");

    private final transient Supplier<Set<String>> members;

    /**
     * @param members origins of their pages, such as {@code http://10.0.0.2:8008}
     */
    public ConsoleServlet(Supplier<Set<String>> members) {
        this.members = members;
    }

    private record Page(String file, String type) {}

    private static Optional<Page> page(String path) {
        if (path.isEmpty() || path.equals("/"))
            return Optional.of(new Page("index.html", "text/html;charset=utf-8"));
        String name = path.substring(1);
        return switch (name) {
            case "console.css", "uPlot.min.css" -> Optional.of(new Page(name, STYLE));
            case "uPlot.iife.min.js" -> Optional.of(new Page(name, SCRIPT));
            default ->
                    SCRIPTS.contains(name) ? Optional.of(new Page(name, SCRIPT)) : Optional.empty();
        };
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        boolean head = request.getMethod().equals("HEAD");
        var page = page(request.getPathInfo() == null ? "" : request.getPathInfo());
        if (!head && !request.getMethod().equals("GET")) {
            response.setHeader("Allow", "GET, HEAD");
            send(response, 405, "text/plain;charset=utf-8", "only GET and HEAD\n", head);
        } else if (page.isEmpty())
            send(
                    response,
                    404,
                    "text/plain;charset=utf-8",
                    "there is no such file; the page is /console\n",
                    head);
        else send(response, 200, page.get().type(), text(page.get().file()), head);
    }

    private String policy() {
        var others = members.get();
        return POLICY.formatted(others.isEmpty() ? "" : " " + String.join(" ", others));
    }

    private void send(
            HttpServletResponse response, int status, String type, String text, boolean head)
            throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType(type);
        response.setHeader("Content-Security-Policy", policy());
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
