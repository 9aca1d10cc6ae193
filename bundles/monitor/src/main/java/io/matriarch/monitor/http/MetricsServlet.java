package io.matriarch.monitor.http;

import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.TextFormat;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/** {@code GET /metrics}: what is known, in the form the reader asks for. */
public final class MetricsServlet extends HttpServlet {
    @Serial private static final long serialVersionUID = 1L;

    private final transient Supplier<List<Family>> page;

    public MetricsServlet(Supplier<List<Family>> page) {
        this.page = page;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String accept = request.getHeader("Accept");
        var form = TextFormat.asked(accept == null ? "" : accept);
        byte[] bytes = form.write(page.get()).getBytes(StandardCharsets.UTF_8);
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentType(form.contentType());
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
