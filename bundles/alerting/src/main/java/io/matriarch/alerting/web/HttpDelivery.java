package io.matriarch.alerting.web;

import io.matriarch.alerting.core.Notice;
import io.matriarch.alerting.form.Payloads;
import io.matriarch.alerting.spool.Delivery;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Posts JSON. A redirect is not followed: it might lead a secret elsewhere. Anything but 2xx is
 * tried again.
 */
public final class HttpDelivery implements Delivery {
    private static final int SHOWN = 200;
    private static final String PAGER_DUTY = "https://events.pagerduty.com/v2/enqueue";

    /** What is posted. */
    public enum Kind {
        /** Alertmanager's webhook, version 4. */
        WEBHOOK,
        SLACK,
        PAGERDUTY
    }

    /**
     * Where to post.
     *
     * @param url empty: from {@code urlFile}; for PagerDuty empty means its own
     * @param urlFile holds the URL, where the URL itself is the secret
     * @param secretFile a bearer token, or PagerDuty's routing key
     * @param cacert PEM certificates the server's must be signed by
     */
    public record Target(
            Kind kind,
            String url,
            Optional<Path> urlFile,
            Optional<Path> secretFile,
            Optional<Path> cacert,
            Duration timeout) {}

    private final Target target;
    private final String externalUrl;

    /**
     * @param externalUrl where a reader finds this cluster; may be empty
     */
    public HttpDelivery(Target target, String externalUrl) {
        this.target = target;
        this.externalUrl = externalUrl;
    }

    @Override
    public String deliver(Notice notice, Instant now) throws DeliveryException {
        try (var client = client()) {
            var answer = "";
            for (var body : bodies(notice, now)) answer = post(client, body, notice.id());
            return answer;
        } catch (IOException | IllegalArgumentException e) {
            throw new DeliveryException(shown() + ": " + why(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeliveryException("interrupted", e);
        }
    }

    private List<String> bodies(Notice notice, Instant now) throws IOException {
        return switch (target.kind()) {
            case WEBHOOK -> List.of(Payloads.webhook(notice, externalUrl));
            case SLACK -> List.of(Payloads.chat(notice, now));
            case PAGERDUTY -> Payloads.pagerDuty(notice, secret());
        };
    }

    private String post(HttpClient client, String body, String id)
            throws IOException, InterruptedException, DeliveryException {
        var request =
                HttpRequest.newBuilder(URI.create(url()))
                        .timeout(target.timeout())
                        .header("Content-Type", "application/json")
                        .header("User-Agent", "Matriarch")
                        .header("Idempotency-Key", id)
                        .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
        if (target.kind() != Kind.PAGERDUTY && target.secretFile().isPresent())
            request.header("Authorization", "Bearer " + secret());
        var response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        String text;
        try (var in = response.body()) {
            text =
                    new String(in.readNBytes(SHOWN), StandardCharsets.UTF_8)
                            .replaceAll("\\s+", " ")
                            .strip();
        }
        if (response.statusCode() / 100 != 2)
            throw new DeliveryException(
                    "%s answered %d %s".formatted(shown(), response.statusCode(), text).strip());
        return "answered " + response.statusCode();
    }

    private HttpClient client() throws IOException {
        var builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(target.timeout());
        if (target.cacert().isPresent()) builder.sslContext(Trust.in(target.cacert().get()));
        return builder.build();
    }

    private String url() throws IOException {
        if (!target.url().isEmpty()) return target.url();
        if (target.urlFile().isPresent()) return Secrets.read(target.urlFile().get());
        return PAGER_DUTY;
    }

    private String secret() throws IOException {
        return target.secretFile().isPresent() ? Secrets.read(target.secretFile().get()) : "";
    }

    /** Never the URL itself if it is the secret. */
    private String shown() {
        if (target.urlFile().isPresent() && target.url().isEmpty())
            return "the URL in " + target.urlFile().get();
        return target.url().isEmpty() ? PAGER_DUTY : target.url();
    }

    private static String why(Exception e) {
        var message = e.getMessage();
        return message == null || message.isBlank()
                ? e.getClass().getSimpleName()
                : e.getClass().getSimpleName() + ": " + message;
    }
}
