package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who is told, and how often.
 *
 * @param send receivers by severity
 * @param byRule receivers of single rules, instead of those of their severity
 * @param quiet receivers that do not want to hear that something is over
 * @param groupWait for others to join a first message
 * @param groupInterval at least between two messages of one group
 * @param repeat when to say again what still fires, by severity; absent: never
 */
public record Policy(
        Map<Severity, List<String>> send,
        Map<String, List<String>> byRule,
        Set<String> quiet,
        Duration groupWait,
        Duration groupInterval,
        Map<Severity, Duration> repeat) {
    public static final Duration WAIT = Duration.ofSeconds(30);
    public static final Duration INTERVAL = Duration.ofMinutes(5);
    public static final Map<Severity, Duration> REPEAT =
            Map.of(
                    Severity.CRITICAL, Duration.ofHours(4),
                    Severity.WARNING, Duration.ofHours(24));

    public Policy {
        send = Map.copyOf(send);
        byRule = Map.copyOf(byRule);
        quiet = Set.copyOf(quiet);
        repeat = Map.copyOf(repeat);
    }

    /** The usual times. */
    public static Policy of(Map<Severity, List<String>> send) {
        return new Policy(send, Map.of(), Set.of(), WAIT, INTERVAL, REPEAT);
    }

    List<String> receivers(Alert alert, Severity severity) {
        return byRule.getOrDefault(alert.rule(), send.getOrDefault(severity, List.of()));
    }
}
