package io.matriarch.schedule.api;

import java.time.Instant;
import java.util.Optional;

/**
 * Where a long job stands, at one instant.
 *
 * @param phase what it is at, in lower case: {@code copying}, {@code waiting_for_wal}; never blank
 * @param repository whose it is; empty if of none
 * @param bytesDone of {@code bytes}; never more, if those are known
 * @param bytes of all that is to be done in this phase; 0 while they are not known or not counted
 * @param filesDone of {@code files}; never more, if those are known
 * @param files of all; 0 while they are not known or not counted
 * @param bytesPerSecond lately; 0 while nothing moves, or nothing was measured yet
 * @param started when the work in this repository began
 * @param end about when this phase ends, at that rate; empty while that cannot be told
 */
public record JobProgress(
        String phase,
        String repository,
        long bytesDone,
        long bytes,
        long filesDone,
        long files,
        long bytesPerSecond,
        Instant started,
        Optional<Instant> end) {
    /**
     * @throws IllegalArgumentException the phase is blank or a figure below 0
     */
    public JobProgress {
        if (phase.isBlank()) throw new IllegalArgumentException("a phase has a name");
        if (Math.min(Math.min(bytesDone, bytes), Math.min(filesDone, files)) < 0
                || bytesPerSecond < 0)
            throw new IllegalArgumentException(
                    "nothing is below 0: %d of %d bytes, %d of %d files, %d bytes/s"
                            .formatted(bytesDone, bytes, filesDone, files, bytesPerSecond));
        if (bytes > 0) bytesDone = Math.min(bytesDone, bytes);
        if (files > 0) filesDone = Math.min(filesDone, files);
    }
}
