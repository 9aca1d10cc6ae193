package io.matriarch.alerting.api;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An alert that is over.
 *
 * @param severity the highest it had
 */
public record PastAlert(
        String id,
        String rule,
        Severity severity,
        SortedMap<String, String> labels,
        String summary,
        Instant from,
        Instant until) {
    public PastAlert {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }
}
