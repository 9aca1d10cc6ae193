package io.matriarch.alerting.api;

import java.util.List;

/**
 * Why something is wrong, as far as figures tell.
 *
 * @param text one sentence; for {@link Certainty#UNKNOWN} what was looked at in vain
 * @param evidence the figures it rests on, a line each
 */
public record Cause(Certainty certainty, String text, List<String> evidence) {
    public Cause {
        evidence = List.copyOf(evidence);
    }

    /** How much is claimed. */
    public enum Certainty {
        /** A figure or a message says just this. */
        SEEN,
        /** It fits all figures; something else might too. */
        PROBABLE,
        /** No figure points anywhere. */
        UNKNOWN
    }
}
