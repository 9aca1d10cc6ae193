package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Cause;
import io.matriarch.alerting.api.Cause.Certainty;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One walk down a decision tree: questions in the order they are asked; the first yes is the
 * answer. Without one, the answer says what was ruled out and what is not measured, and claims
 * nothing.
 */
final class Inquiry {
    private @Nullable Cause answer;
    private final List<String> ruledOut = new ArrayList<>();
    private final List<String> notMeasured = new ArrayList<>();

    /** A figure or message that says just this. */
    Inquiry seen(String question, Evidence evidence, String cause) {
        return ask(question, evidence, Certainty.SEEN, cause);
    }

    /** Something that fits, and leaves room for another cause. */
    Inquiry probable(String question, Evidence evidence, String cause) {
        return ask(question, evidence, Certainty.PROBABLE, cause);
    }

    private Inquiry ask(String question, Evidence evidence, Certainty certainty, String cause) {
        if (answer != null) return this;
        switch (evidence) {
            case Evidence.Yes(var lines) -> answer = new Cause(certainty, cause, lines);
            case Evidence.No _ -> ruledOut.add(question);
            case Evidence.NotMeasured _ -> notMeasured.add(question);
        }
        return this;
    }

    Cause answer() {
        if (answer != null) return answer;
        var text = new StringBuilder("unknown");
        if (!ruledOut.isEmpty())
            text.append("; looked at in vain: ").append(String.join(", ", ruledOut));
        if (!notMeasured.isEmpty())
            text.append("; not measured here: ").append(String.join(", ", notMeasured));
        return new Cause(Certainty.UNKNOWN, text.toString(), List.of());
    }
}
