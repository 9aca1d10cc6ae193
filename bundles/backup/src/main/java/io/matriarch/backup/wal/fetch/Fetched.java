package io.matriarch.backup.wal.fetch;

import io.matriarch.api.MatriarchException;
import java.nio.file.Path;

/** What came of looking for a file. */
sealed interface Fetched {
    /**
     * It lies in the spool, whole.
     *
     * @param segmentSize of a segment by its header, else 0
     */
    record Ready(Path path, long bytes, int segmentSize) implements Fetched {}

    /** Every repository was asked, and none has it. */
    record Absent(String where) implements Fetched {}

    /** One could not be asked, and no other one has it. */
    record Away(MatriarchException why) implements Fetched {}

    /** One has it, and it cannot be used. */
    record Unusable(MatriarchException why) implements Fetched {}
}
