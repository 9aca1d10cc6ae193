package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Limit;
import io.matriarch.alerting.api.Severity;
import java.time.Duration;

/** When an alert that fires may end: later than its limit alone would say, so that it is steady. */
public sealed interface Clear {
    /** Whether this value counts as good again; how long it must, {@link #hold} says. */
    default boolean good(Limit limit, Severity severity, double value) {
        return !limit.broken(severity, value);
    }

    /** How long the value must be good. */
    default Duration hold() {
        return Duration.ZERO;
    }

    /** For the documentation. */
    String words();

    /** At the first good value. */
    record AtOnce() implements Clear {
        @Override
        public String words() {
            return "as soon as the limit is kept";
        }
    }

    record After(Duration hold) implements Clear {
        @Override
        public String words() {
            return "once the limit has been kept for " + Words.time(hold);
        }
    }

    /** At half of the limit, or for a lower limit at twice it. */
    record Half() implements Clear {
        @Override
        public boolean good(Limit limit, Severity severity, double value) {
            double at = limit.at(severity).orElseThrow();
            return limit.side() == Limit.Side.ABOVE ? value < at / 2 : value > at * 2;
        }

        @Override
        public String words() {
            return "at half of the limit";
        }
    }

    /** This far on the good side of the limit, in its unit. */
    record Margin(double by) implements Clear {
        @Override
        public boolean good(Limit limit, Severity severity, double value) {
            double at = limit.at(severity).orElseThrow();
            return limit.side() == Limit.Side.ABOVE ? value < at - by : value > at + by;
        }

        @Override
        public String words() {
            return "%s points on the good side of the limit".formatted(Words.number(by));
        }
    }

    /** A person says so; the condition must be gone as well. */
    record ByHand() implements Clear {
        @Override
        public boolean good(Limit limit, Severity severity, double value) {
            return false;
        }

        @Override
        public String words() {
            return "by hand: `matriarchctl alerts resolve ID`";
        }
    }
}
