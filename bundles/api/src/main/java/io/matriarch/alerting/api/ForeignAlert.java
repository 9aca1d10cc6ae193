package io.matriarch.alerting.api;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * An alert as Prometheus sends it.
 *
 * @param labels with {@code alertname}
 * @param endsAt empty: until it is not sent any more for five minutes
 */
public record ForeignAlert(
        Map<String, String> labels,
        Map<String, String> annotations,
        Optional<Instant> startsAt,
        Optional<Instant> endsAt,
        String generatorUrl) {
    /**
     * @throws IllegalArgumentException it has no {@code alertname}
     */
    public ForeignAlert {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        if (labels.getOrDefault("alertname", "").isBlank())
            throw new IllegalArgumentException("an alert without the label alertname: " + labels);
    }
}
