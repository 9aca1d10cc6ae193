package io.matriarch.dcs.api;

/** One condition of a {@link Txn}. */
public sealed interface Compare {
    String key();

    /** The key does not exist. */
    record Absent(String key) implements Compare {}

    record ValueIs(String key, String value) implements Compare {}

    record ModRevisionIs(String key, long modRevision) implements Compare {}
}
