package io.matriarch.alerting.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps alerts from being told for a while; they stay visible. It is kept in the store, so every
 * member honours it.
 *
 * @param matchers all of them must match; at least one
 * @param from may lie in the future: a planned window
 * @param by who set it
 * @param comment why; not blank
 */
public record Silence(
        String id, List<Matcher> matchers, Instant from, Instant until, String by, String comment) {
    /**
     * @throws IllegalArgumentException names what is wrong with it
     */
    public Silence {
        matchers = List.copyOf(matchers);
        if (matchers.isEmpty())
            throw new IllegalArgumentException("a silence without a matcher would mute everything");
        if (!until.isAfter(from))
            throw new IllegalArgumentException(
                    "the silence would end (%s) before it begins (%s)".formatted(until, from));
        if (comment.isBlank())
            throw new IllegalArgumentException("a silence needs a comment: others ask why");
    }

    public boolean active(Instant now) {
        return !now.isBefore(from) && now.isBefore(until);
    }

    public boolean over(Instant now) {
        return !now.isBefore(until);
    }

    public boolean mutes(Alert alert) {
        var labels = labels(alert);
        return matchers.stream().allMatch(matcher -> matcher.matches(labels));
    }

    /** An alert's labels with {@code alertname} and {@code severity}, as matchers see them. */
    public static Map<String, String> labels(Alert alert) {
        var labels = new TreeMap<>(alert.labels());
        labels.put("alertname", alert.rule());
        labels.put("severity", alert.severity().word());
        return labels;
    }
}
