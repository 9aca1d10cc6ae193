package io.matriarch.alerting.api;

import java.util.Locale;
import java.util.Optional;

/** How urgent an alert is, least first. */
public enum Severity {
    /** For the log and the digest; nobody is called. */
    INFO,
    /** For working hours. */
    WARNING,
    /** Somebody must get up. */
    CRITICAL;

    /** As Prometheus and Alertmanager write it: lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The severity of that word, in whatever case; empty if it is none of ours. */
    public static Optional<Severity> of(String word) {
        for (var severity : values())
            if (severity.word().equalsIgnoreCase(word.strip())) return Optional.of(severity);
        return Optional.empty();
    }
}
