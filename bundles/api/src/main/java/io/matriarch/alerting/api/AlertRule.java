package io.matriarch.alerting.api;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One condition we warn of, as far as a person may set it. What is measured, and what to do about
 * it, is the alerting bundle's.
 *
 * @param limits the first one has no name; the alert is as severe as the worst of them
 * @param hold how long a limit must be broken before the alert fires; zero or more
 * @param lesser what the warning level counts as: {@code WARNING}, or {@code INFO} where nobody is
 *     to be told at once
 */
public record AlertRule(String name, List<Limit> limits, Duration hold, Severity lesser) {
    public AlertRule {
        limits = List.copyOf(limits);
        if (limits.isEmpty()) throw new IllegalArgumentException(name + " has no limit");
    }

    /** The limit and level a key of the configuration means, such as {@code crit_wait}. */
    public Optional<Setting> setting(String key) {
        for (var limit : limits)
            for (var severity : List.of(Severity.WARNING, Severity.CRITICAL))
                if (limit.key(severity).filter(key::equals).isPresent())
                    return Optional.of(new Setting(limit, severity));
        return Optional.empty();
    }

    /** Keys of its levels in the configuration, in the order of the limits. */
    public List<String> keys() {
        return limits.stream()
                .flatMap(limit ->
                        List.of(limit.key(Severity.WARNING), limit.key(Severity.CRITICAL)).stream())
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * The same rule with other levels.
     *
     * @param byKey values in the unit's base, by {@link #keys}; others are ignored
     * @throws IllegalArgumentException critical would come before warning
     */
    public AlertRule with(Map<String, Double> byKey) {
        return new AlertRule(
                name,
                limits.stream()
                        .map(limit ->
                                limit.with(
                                        level(limit, Severity.WARNING, byKey),
                                        level(limit, Severity.CRITICAL, byKey)))
                        .toList(),
                hold,
                lesser);
    }

    private static OptionalDouble level(Limit limit, Severity severity, Map<String, Double> byKey) {
        var value = limit.key(severity).map(byKey::get);
        return value.isPresent() ? OptionalDouble.of(value.get()) : OptionalDouble.empty();
    }

    public AlertRule held(Duration time) {
        return new AlertRule(name, limits, time, lesser);
    }

    /** One level of one limit. */
    public record Setting(Limit limit, Severity severity) {}
}
