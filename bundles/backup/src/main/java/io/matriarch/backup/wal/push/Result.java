package io.matriarch.backup.wal.push;

import io.matriarch.api.MatriarchException;

/** What became of one file in one repository. */
sealed interface Result {
    /** Written and durable. */
    record Stored(long storedBytes) implements Result {}

    /** It was there already, with the same content. */
    record Already() implements Result {}

    /** An optional repository that does not answer just now is left out; a check mends it later. */
    record LeftOut() implements Result {}

    record Failed(MatriarchException why) implements Result {}

    /** Whether it is durable there. */
    default boolean there() {
        return this instanceof Stored || this instanceof Already;
    }
}
