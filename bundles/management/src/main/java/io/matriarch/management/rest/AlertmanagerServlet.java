package io.matriarch.management.rest;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.ForeignAlert;
import io.matriarch.alerting.api.Silence;
import io.matriarch.management.core.Json;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.core.Refused;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v2/alerts} as Alertmanager has it: a Prometheus may send its alerts here, and
 * programs that read an Alertmanager may read ours.
 *
 * @see <a
 *     href="https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml">Alertmanager's
 *     API</a>
 */
public final class AlertmanagerServlet extends HttpServlet {
    @Serial private static final long serialVersionUID = 1L;

    /** Bytes; Prometheus sends 64 alerts at once. */
    private static final int MAX_BODY = 1 << 20;

    private static final long VALID_SECONDS = 300;

    private final transient Neighbours neighbours;
    private final transient InstantSource clock;

    public AlertmanagerServlet(Neighbours neighbours, InstantSource clock) {
        this.neighbours = neighbours;
        this.clock = clock;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        try {
            switch (request.getMethod()) {
                case "POST" -> {
                    ApiServlet.requireAccess(request);
                    neighbours.alerts().accept(read(request));
                    write(response, 200, "");
                }
                case "GET", "HEAD" -> write(response, 200, list(neighbours.alerts().active()));
                default -> {
                    response.setHeader("Allow", "GET, HEAD, POST");
                    write(response, 405, Json.text("it knows GET and POST"));
                }
            }
        } catch (Refused e) {
            write(response, e.status(), Json.text(String.valueOf(e.getMessage())));
        }
    }

    private static List<ForeignAlert> read(HttpServletRequest request) throws Refused, IOException {
        byte[] bytes = request.getInputStream().readNBytes(MAX_BODY + 1);
        if (bytes.length > MAX_BODY)
            throw new Refused(413, "the body is longer than " + MAX_BODY + " bytes", "send less");
        var alerts = new ArrayList<ForeignAlert>();
        try {
            var list = JSON.std.anyFrom(new String(bytes, StandardCharsets.UTF_8));
            if (!(list instanceof List<?> all)) throw new IOException("it is no list");
            for (var each : all)
                if (each instanceof Map<?, ?> map) alerts.add(alert(map));
                else throw new IOException(each + " is no object");
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            var refused =
                    Refused.malformed(
                            "the body is no list of alerts: " + e.getMessage(),
                            "send what Alertmanager's POST /api/v2/alerts takes");
            refused.initCause(e);
            throw refused;
        }
        return alerts;
    }

    private static ForeignAlert alert(Map<?, ?> map) {
        return new ForeignAlert(
                texts(map.get("labels")),
                texts(map.get("annotations")),
                time(map.get("startsAt")),
                time(map.get("endsAt")),
                map.get("generatorURL") instanceof String url ? url : "");
    }

    private static Map<String, String> texts(@Nullable Object value) {
        var texts = new TreeMap<String, String>();
        if (value instanceof Map<?, ?> map)
            map.forEach((name, text) -> texts.put(String.valueOf(name), String.valueOf(text)));
        return texts;
    }

    /** Go writes year 1 for "none". */
    private static Optional<Instant> time(@Nullable Object value) {
        if (!(value instanceof String text) || text.isBlank()) return Optional.empty();
        var time = OffsetDateTime.parse(text).toInstant();
        return time.isBefore(Instant.EPOCH) ? Optional.empty() : Optional.of(time);
    }

    private String list(List<Alert> alerts) {
        var list = new ArrayList<Map<String, Object>>();
        for (var alert : alerts) list.add(shown(alert));
        return Json.text(list);
    }

    private Map<String, Object> shown(Alert alert) {
        var now = clock.instant();
        var annotations = new TreeMap<String, Object>();
        annotations.put("summary", alert.summary());
        if (!alert.impact().isEmpty()) annotations.put("description", alert.impact());
        if (!alert.link().isEmpty()) annotations.put("runbook_url", alert.link());
        alert.cause().ifPresent(cause -> annotations.put("cause", cause.text()));
        boolean silenced = alert.mutedBy().startsWith("silence ");
        boolean muted = !alert.mutedBy().isEmpty();
        var status = new LinkedHashMap<String, Object>();
        status.put("state", muted ? "suppressed" : "active");
        status.put(
                "silencedBy",
                silenced ? List.of(alert.mutedBy().substring("silence ".length())) : List.of());
        status.put("inhibitedBy", muted && !silenced ? List.of(alert.mutedBy()) : List.of());
        var json = new LinkedHashMap<String, Object>();
        json.put("labels", new TreeMap<>(Silence.labels(alert)));
        json.put("annotations", annotations);
        json.put("startsAt", alert.since().toString());
        json.put("updatedAt", now.toString());
        json.put("endsAt", now.plusSeconds(VALID_SECONDS).toString());
        json.put("fingerprint", alert.id());
        json.put("receivers", List.of(Map.of("name", "matriarch")));
        json.put("status", status);
        json.put("generatorURL", alert.link());
        return json;
    }

    private static void write(HttpServletResponse response, int status, String body)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("application/json;charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
