package io.matriarch.storage.disk;

import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Locale;

/** What a failure of the file system means. */
final class DiskFaults {
    /** Below this a failed write is taken for one of missing room, whatever its text. */
    private static final long NO_ROOM_BYTES = 1 << 20;

    private DiskFaults() {}

    static StorageException of(Path root, String what, IOException failure) {
        Fault fault = fault(root, failure);
        String text = what + ": " + reason(failure);
        return new StorageException(fault, text, hint(fault, root), failure);
    }

    static StorageException rootMissing(Path root) {
        return new StorageException(
                Fault.UNREACHABLE,
                "the repository's directory " + root + " does not exist",
                "is its file system mounted? A new one is made by: install -d -m 0750 " + root,
                null);
    }

    static Fault fault(Path root, IOException failure) {
        return switch (failure) {
            case NoSuchFileException _ ->
                    Files.isDirectory(root) ? Fault.NOT_FOUND : Fault.UNREACHABLE;
            case AccessDeniedException _ -> Fault.DENIED;
            case NotDirectoryException _, FileSystemLoopException _ -> Fault.BROKEN;
            case ClosedByInterruptException _ -> Fault.UNREACHABLE;
            default -> byText(root, reason(failure).toLowerCase(Locale.ROOT));
        };
    }

    /** Java tells the system's error by its text only. */
    private static Fault byText(Path root, String text) {
        if (text.contains("no space left") || text.contains("quota")) return Fault.FULL;
        if (text.contains("read-only file system") || text.contains("not permitted"))
            return Fault.DENIED;
        if (text.contains("stale") || text.contains("not connected") || text.contains("timed out"))
            return Fault.UNREACHABLE;
        return usable(root) < NO_ROOM_BYTES ? Fault.FULL : Fault.BROKEN; // text in another language
    }

    private static long usable(Path root) {
        try {
            FileStore store = Files.getFileStore(root);
            return store.getUsableSpace();
        } catch (IOException | ReadOnlyFileSystemException unknown) {
            return Long.MAX_VALUE;
        }
    }

    private static String reason(IOException failure) {
        if (failure instanceof AccessDeniedException) return "permission denied";
        if (failure instanceof NoSuchFileException) return "no such file";
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    private static String hint(Fault fault, Path root) {
        return switch (fault) {
            case NOT_FOUND ->
                    "another process may have removed it: expire runs on one node at a time";
            case UNREACHABLE -> "is the file system of " + root + " mounted, and does it answer?";
            case DENIED ->
                    "the agent's user must own "
                            + root
                            + " and all below it: chown -R it, and look at the mount's options";
            case FULL -> "free room, or let retention keep less: df -h " + root;
            case BROKEN -> "look at the kernel's log for errors of this disk: dmesg | tail";
        };
    }
}
