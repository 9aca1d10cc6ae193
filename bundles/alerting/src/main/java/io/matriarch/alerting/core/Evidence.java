package io.matriarch.alerting.core;

import java.util.ArrayList;
import java.util.List;

/** What figures say to one question. */
sealed interface Evidence {
    /** Yes, and these lines show it. */
    record Yes(List<String> lines) implements Evidence {
        public Yes {
            lines = List.copyOf(lines);
        }
    }

    record No() implements Evidence {}

    /** Nobody measures that here. */
    record NotMeasured() implements Evidence {}

    static Evidence yes(String line) {
        return new Yes(List.of(line));
    }

    static Evidence no() {
        return new No();
    }

    static Evidence notMeasured() {
        return new NotMeasured();
    }

    /** Yes only if both are; what is not measured proves nothing. */
    default Evidence and(Evidence other) {
        if (this instanceof Yes(var mine) && other instanceof Yes(var theirs)) {
            var all = new ArrayList<>(mine);
            all.addAll(theirs);
            return new Yes(all);
        }
        return this instanceof No || other instanceof No ? no() : notMeasured();
    }

    default Evidence or(Evidence other) {
        if (this instanceof Yes) return this;
        if (other instanceof Yes) return other;
        return this instanceof No ? this : other;
    }
}
