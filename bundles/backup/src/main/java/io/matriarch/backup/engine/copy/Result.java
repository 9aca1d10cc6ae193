package io.matriarch.backup.engine.copy;

import io.matriarch.backup.format.PageCheck;
import io.matriarch.backup.format.Sha1;
import io.matriarch.backup.format.StoredCopy;
import org.jspecify.annotations.Nullable;

/** What became of a file. */
public sealed interface Result {
    /** It was not looked at yet. */
    record Pending() implements Result {}

    /**
     * This backup holds it.
     *
     * @param size bytes of content
     * @param checksum null if it is empty
     * @param pages null if they were not checked
     */
    record Stored(long size, @Nullable Sha1 checksum, StoredCopy copy, @Nullable PageCheck pages)
            implements Result {}

    /** Its content is that of the prior backup. */
    record Same() implements Result {}

    /** It was removed after the scan; whoever removed it wrote WAL. */
    record Gone() implements Result {}
}
