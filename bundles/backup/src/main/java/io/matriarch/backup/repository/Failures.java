package io.matriarch.backup.repository;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import java.io.IOException;

/** What went wrong when reading from a repository, and what may be concluded. */
public final class Failures {
    private Failures() {}

    /** A stream's failure: what the storage said, or that the bytes make no sense. */
    public static MatriarchException reading(String what, IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause())
            if (cause instanceof MatriarchException known) return known;
        return new MatriarchException(
                Code.REPOSITORY,
                what + " cannot be read: " + e.getMessage(),
                "it is damaged, or encrypted with another passphrase",
                e);
    }

    /** Whether a file is known not to be there, or to end too early. */
    public static boolean isMissing(MatriarchException e) {
        return e instanceof StorageException storage && storage.fault() == Fault.NOT_FOUND;
    }

    /**
     * Whether the storage could not be asked or refuses: nothing may be concluded about the file,
     * and asking for its copy helps nobody.
     */
    public static boolean isAway(MatriarchException e) {
        return e instanceof StorageException storage
                && switch (storage.fault()) {
                    case UNREACHABLE, DENIED, FULL -> true;
                    case NOT_FOUND, BROKEN -> false;
                };
    }
}
