package io.matriarch.alerting.api;

/** What the figure of a {@link Limit} counts. */
public enum Unit {
    /** It is so (1) or it is not (0); there is nothing to set but how long. */
    FLAG("yes or no"),
    COUNT("number"),
    PER_MINUTE("number per minute"),
    SECONDS("time"),
    BYTES("bytes"),
    PERCENT("percent"),
    /** PostgreSQL's transaction ids. */
    TRANSACTIONS("transactions");

    private final String words;

    Unit(String words) {
        this.words = words;
    }

    /** For messages and documentation. */
    public String words() {
        return words;
    }
}
