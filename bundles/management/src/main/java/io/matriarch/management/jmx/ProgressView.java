package io.matriarch.management.jmx;

import io.matriarch.schedule.api.JobProgress;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a long job stands.
 *
 * @param phase such as {@code copying}; empty if the job tells no figures, or is over
 * @param repository empty if it works in none
 * @param bytes 0 while they are not known
 * @param files 0 while they are not known
 * @param bytesPerSecond lately
 * @param started ISO 8601
 * @param end ISO 8601, about when the phase ends; empty while that cannot be told
 */
public record ProgressView(
        String phase,
        String repository,
        long bytesDone,
        long bytes,
        long filesDone,
        long files,
        long bytesPerSecond,
        String started,
        String end) {
    static final ProgressView NONE = new ProgressView("", "", 0, 0, 0, 0, 0, "", "");

    static ProgressView of(JobProgress now) {
        return new ProgressView(
                now.phase(),
                now.repository(),
                now.bytesDone(),
                now.bytes(),
                now.filesDone(),
                now.files(),
                now.bytesPerSecond(),
                now.started().toString(),
                now.end().map(Instant::toString).orElse(""));
    }

    static ProgressView of(Optional<JobProgress> now) {
        return now.map(ProgressView::of).orElse(NONE);
    }
}
