package io.matriarch.alerting.web;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.core.Notice.Ended;
import io.matriarch.alerting.core.Notice.How;
import io.matriarch.alerting.form.Payloads;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells Alertmanagers what fires, every minute, as Prometheus would: each alert is good for five
 * minutes, and its end is told once. They group, mute and tell by their own rules. One thread.
 */
public final class AlertmanagerForward {
    private static final Logger LOG = LoggerFactory.getLogger(AlertmanagerForward.class);
    private static final Duration VALID = Duration.ofMinutes(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final List<URI> urls;
    private final Map<String, Alert> last = new LinkedHashMap<>();
    private String error = "";

    /**
     * @param urls of Alertmanagers, without the path {@code /api/v2/alerts}
     */
    public AlertmanagerForward(List<String> urls) {
        this.urls =
                urls.stream()
                        .map(url -> URI.create(url.replaceFirst("/+$", "") + "/api/v2/alerts"))
                        .toList();
    }

    /**
     * @param alerts what fires; what came from a Prometheus is left out, it tells them itself
     */
    public void tell(List<Alert> alerts, Instant now) {
        var firing = alerts.stream().filter(a -> !a.source().equals("prometheus")).toList();
        var ended = new ArrayList<Ended>();
        for (var alert : last.values())
            if (firing.stream().noneMatch(a -> a.id().equals(alert.id())))
                ended.add(new Ended(alert, now, How.RESOLVED));
        if (firing.isEmpty() && ended.isEmpty()) return;
        var body = Payloads.alertmanager(firing, ended, now.plus(VALID));
        boolean all = true;
        try (var client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(TIMEOUT)
                        .build()) {
            for (var url : urls) all &= post(client, url, body);
        }
        if (!all) return; // the end is told again
        last.clear();
        for (var alert : firing) last.put(alert.id(), alert);
    }

    private boolean post(HttpClient client, URI url, String body) {
        var request =
                HttpRequest.newBuilder(url)
                        .timeout(TIMEOUT)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try {
            var answer = client.send(request, HttpResponse.BodyHandlers.discarding());
            if (answer.statusCode() / 100 == 2) {
                said("");
                return true;
            }
            said(url + " answered " + answer.statusCode());
        } catch (IOException e) {
            said(url + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private void said(String now) {
        if (!now.isEmpty() && !now.equals(error)) LOG.warn("Alertmanager: {}", now);
        error = now;
    }
}
