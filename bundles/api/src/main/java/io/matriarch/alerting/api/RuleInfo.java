package io.matriarch.alerting.api;

import java.util.List;

/**
 * A rule as a person sees it.
 *
 * @param topic the chapter it stands in
 * @param enabled false: it is switched off here
 * @param clears when it ends, in words
 * @param metrics what it is judged by
 */
public record RuleInfo(
        AlertRule rule,
        String topic,
        boolean enabled,
        String summary,
        String impact,
        List<String> clears,
        List<String> first,
        String runbook,
        List<String> metrics) {
    public RuleInfo {
        clears = List.copyOf(clears);
        first = List.copyOf(first);
        metrics = List.copyOf(metrics);
    }
}
