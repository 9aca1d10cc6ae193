package io.matriarch.alerting.api;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Something that is wrong now.
 *
 * @param id the same on every member and for as long as it lasts
 * @param rule the name of its rule; of an alert from elsewhere its {@code alertname}
 * @param labels what tells it from others of its rule, and whose it is
 * @param since when it began to fire
 * @param summary one line
 * @param impact what it means for those who depend on the cluster; may be empty
 * @param first commands to begin with
 * @param link where its runbook is; may be empty
 * @param flapping it comes and goes too often to tell each time
 * @param source the member that found it, or {@code prometheus} and the like
 * @param mutedBy why nobody is told: {@code silence ID}, {@code RULE fires}, {@code maintenance};
 *     empty if people are told
 */
public record Alert(
        String id,
        String rule,
        Severity severity,
        SortedMap<String, String> labels,
        Instant since,
        String summary,
        Optional<Cause> cause,
        String impact,
        List<String> first,
        String link,
        boolean flapping,
        String source,
        String mutedBy) {
    public Alert {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        first = List.copyOf(first);
    }

    public String label(String name) {
        return labels.getOrDefault(name, "");
    }

    /** The same, muted for that reason. */
    public Alert muted(String why) {
        return new Alert(
                id, rule, severity, labels, since, summary, cause, impact, first, link, flapping,
                source, why);
    }

    /** The same, with that cause. */
    public Alert because(Cause other) {
        return new Alert(
                id,
                rule,
                severity,
                labels,
                since,
                summary,
                Optional.of(other),
                impact,
                first,
                link,
                flapping,
                source,
                mutedBy);
    }
}
