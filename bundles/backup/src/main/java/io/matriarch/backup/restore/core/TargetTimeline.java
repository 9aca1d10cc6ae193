package io.matriarch.backup.restore.core;

/** Which history is followed. */
public sealed interface TargetTimeline {
    /** The newest the archive knows. */
    record Latest() implements TargetTimeline {}

    /** The one the backup was made on. */
    record Current() implements TargetTimeline {}

    /**
     * @param timeline 1 or more
     */
    record Number(int timeline) implements TargetTimeline {}
}
