package io.matriarch.alerting.api;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * When a figure is too high, or too low.
 *
 * @param name tells the limits of one rule apart in the configuration: empty for the main one, else
 *     the last part of {@code warn_NAME} and {@code crit_NAME}
 * @param warning empty if this rule never warns, only calls
 * @param critical empty if it never calls
 */
public record Limit(
        String name, Unit unit, Side side, OptionalDouble warning, OptionalDouble critical) {
    /** Which side of a limit is the bad one; the limit itself is bad too. */
    public enum Side {
        ABOVE,
        BELOW
    }

    /**
     * @throws IllegalArgumentException neither level is given, or critical would come before
     *     warning
     */
    public Limit {
        if (warning.isEmpty() && critical.isEmpty())
            throw new IllegalArgumentException("a limit with no level");
        if (warning.isPresent() && critical.isPresent()) {
            double ahead = critical.getAsDouble() - warning.getAsDouble();
            if (side == Side.ABOVE ? ahead < 0 : ahead > 0)
                throw new IllegalArgumentException(
                        "critical (%s) is reached before warning (%s)"
                                .formatted(critical.getAsDouble(), warning.getAsDouble()));
        }
    }

    /** Whether a value is on the bad side of that level. */
    public boolean broken(Severity severity, double value) {
        var at = at(severity);
        return at.isPresent()
                && (side == Side.ABOVE ? value >= at.getAsDouble() : value <= at.getAsDouble());
    }

    public OptionalDouble at(Severity severity) {
        return severity == Severity.CRITICAL ? critical : warning;
    }

    /** The same limit with other levels; what is not given stays. */
    public Limit with(OptionalDouble newWarning, OptionalDouble newCritical) {
        return new Limit(
                name,
                unit,
                side,
                newWarning.isPresent() ? newWarning : warning,
                newCritical.isPresent() ? newCritical : critical);
    }

    /** The configuration's key of one level; empty if there is nothing to set. */
    public Optional<String> key(Severity severity) {
        if (unit == Unit.FLAG || at(severity).isEmpty()) return Optional.empty();
        var word = severity == Severity.CRITICAL ? "crit" : "warn";
        return Optional.of(name.isEmpty() ? word : word + "_" + name);
    }
}
