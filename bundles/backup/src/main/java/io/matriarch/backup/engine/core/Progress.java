package io.matriarch.backup.engine.core;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a backup is, at one instant.
 *
 * @param label empty until it is chosen
 * @param files to be copied; 0 until they were counted
 * @param bytes of them
 * @param filesDone of them
 * @param bytesDone of them
 * @param bytesStored in the repository, compressed
 * @param bytesPerSecond read lately
 * @param elapsed since it began
 * @param remaining of copying, at that rate; empty if it cannot be told
 */
public record Progress(
        Phase phase,
        Optional<String> label,
        long files,
        long bytes,
        long filesDone,
        long bytesDone,
        long bytesStored,
        long bytesPerSecond,
        Duration elapsed,
        Optional<Duration> remaining) {

    /** What it is at. */
    public enum Phase {
        PREPARING,
        /** PostgreSQL's checkpoint. */
        STARTING,
        SCANNING,
        COPYING,
        STOPPING,
        WAITING_FOR_WAL,
        SAVING,
        DONE
    }
}
