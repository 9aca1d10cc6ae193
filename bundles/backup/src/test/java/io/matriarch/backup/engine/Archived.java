package io.matriarch.backup.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Waits for a server's own {@code archive_command}, whoever that runs. */
final class Archived {
    private static final long LOOK_EVERY_NANOS = 20_000_000;

    private Archived() {}

    /**
     * @param archive that of one cluster, such as {@code archive/demo/15-1}
     * @param more for the message, if the segment does not come in time
     */
    static void await(Path archive, String segment, Duration patience, Supplier<String> more) {
        var folder = archive.resolve(segment.substring(0, 16));
        long end = System.nanoTime() + patience.toNanos();
        while (!isThere(folder, segment)) {
            if (System.nanoTime() - end > 0)
                throw new AssertionError(
                        "%s is not archived in %s %s".formatted(segment, folder, more.get()));
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    private static boolean isThere(Path folder, String segment) {
        String[] names = folder.toFile().list();
        return names != null
                && Stream.of(names)
                        .anyMatch(name -> name.matches(segment + "-[0-9a-f]{40}(\\.\\w+)?"));
    }
}
