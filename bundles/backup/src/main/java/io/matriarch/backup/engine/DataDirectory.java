package io.matriarch.backup.engine;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.PageChecksum;
import io.matriarch.backup.engine.core.ControlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The control file, read whole though the server writes it now and then. */
final class DataDirectory {
    private static final int TRIES = 20;
    private static final int WAIT_MILLIS = 50;

    private DataDirectory() {}

    /**
     * @param bytes of the whole file
     */
    record Control(ControlFile facts, byte[] bytes) {}

    /** Whether the server we have a session with is the one whose files we read. */
    static void check(Path dataDirectory, BackupServer.Facts server) throws MatriarchException {
        try {
            if (Files.isSameFile(dataDirectory, Path.of(server.dataDirectory()))) return;
        } catch (IOException e) {
            throw Failures.io("cannot compare data directories", e);
        }
        throw Failures.refused(
                "the server's data directory is %s, and not %s"
                        .formatted(server.dataDirectory(), dataDirectory),
                "another server answers at the address of this one: correct the address, or the"
                        + " data directory");
    }

    static Control control(Path dataDirectory) throws MatriarchException, InterruptedException {
        var file = dataDirectory.resolve(ControlFile.NAME);
        for (int tries = 0; tries < TRIES; tries++) {
            if (tries > 0) TimeUnit.MILLISECONDS.sleep(WAIT_MILLIS);
            try {
                var bytes = Files.readAllBytes(file);
                var facts = ControlFile.parse(bytes);
                if (facts.isPresent()) return new Control(checked(file, facts.get()), bytes);
            } catch (IOException e) {
                throw Failures.io("cannot read " + file, e);
            }
        }
        throw Failures.refused(
                file + " does not match its own checksum, and stays so",
                "is it of PostgreSQL 12 to 18 on a 64-bit machine? If so, it is damaged");
    }

    private static ControlFile checked(Path file, ControlFile facts) throws MatriarchException {
        if (facts.pageSize() == PageChecksum.PAGE
                && facts.segmentPages() == PageChecksum.PAGES_PER_SEGMENT) return facts;
        throw Failures.refused(
                "%s tells of pages of %d bytes and %d of them in a file"
                        .formatted(file, facts.pageSize(), facts.segmentPages()),
                "only builds of PostgreSQL with pages of 8192 bytes and files of 1 GiB are backed"
                        + " up");
    }
}
