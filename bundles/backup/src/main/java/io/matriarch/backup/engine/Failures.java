package io.matriarch.backup.engine;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.IOException;

/** What a backup's failures are told as. */
final class Failures {
    private Failures() {}

    static MatriarchException refused(String message, String hint) {
        return new MatriarchException(Code.BACKUP, message, hint);
    }

    /** Of a file of ours, or one of the data directory. */
    static MatriarchException io(String what, IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause())
            if (cause instanceof MatriarchException known) return known;
        return new MatriarchException(
                Code.BACKUP,
                what + ": " + e,
                "is the disk full, or may the agent's user not read there?",
                e);
    }

    static MatriarchException cancelled() {
        return new MatriarchException(
                Code.BACKUP, "the backup was cancelled", "nothing of it was listed");
    }
}
