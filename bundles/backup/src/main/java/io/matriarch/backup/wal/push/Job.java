package io.matriarch.backup.wal.push;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A file to be stored: one that was asked for, or one ahead. */
final class Job {
    final Path file;
    final Identity identity;

    /** Empty once it is durable in every required repository, else why not. Never fails. */
    final CompletableFuture<Optional<MatriarchException>> outcome = new CompletableFuture<>();

    /** Guarded by the archiver's lock. */
    boolean asked;

    boolean started;

    Job(Path file, Identity identity) {
        this.file = file;
        this.identity = identity;
    }

    String name() {
        return file.getFileName().toString();
    }

    /** Tells a file from a later one of its name: after a rewind or a restore names come again. */
    record Identity(Object key, long size, FileTime modified) {
        static Identity of(Path file) throws MatriarchException {
            try {
                var found = Files.readAttributes(file, BasicFileAttributes.class);
                Object key = found.fileKey();
                return new Identity(
                        key == null ? file : key, found.size(), found.lastModifiedTime());
            } catch (IOException e) {
                throw new MatriarchException(
                        Code.ARCHIVE,
                        file + " cannot be read: " + e,
                        "does the agent run as the user of PostgreSQL, on the same node?",
                        e);
            }
        }
    }
}
