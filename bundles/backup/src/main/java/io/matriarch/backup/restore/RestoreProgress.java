package io.matriarch.backup.restore;

import io.matriarch.backup.progress.ProgressMeter;
import io.matriarch.schedule.api.JobProgress;
import java.util.concurrent.atomic.LongAdder;

/** How far a restore is; read at any time from any thread. */
public final class RestoreProgress {
    private final LongAdder bytes = new LongAdder();
    private final LongAdder files = new LongAdder();
    private final LongAdder kept = new LongAdder();
    private volatile long totalBytes;
    private volatile long totalFiles;

    void begin(long totalBytes, long totalFiles) {
        this.totalBytes = totalBytes;
        this.totalFiles = totalFiles;
    }

    /**
     * @param asItWas the file was there already
     */
    void done(long size, boolean asItWas) {
        bytes.add(size);
        files.increment();
        if (asItWas) kept.increment();
    }

    /** Bytes of files that are done. */
    public long bytes() {
        return bytes.sum();
    }

    public long files() {
        return files.sum();
    }

    /** Files that were right already. */
    public long kept() {
        return kept.sum();
    }

    /** 0 before it began. */
    public long totalBytes() {
        return totalBytes;
    }

    public long totalFiles() {
        return totalFiles;
    }

    /**
     * {@code planning} before it is known what there is to do, {@code finishing} after the last
     * file.
     */
    public JobProgress figures(ProgressMeter meter) {
        long all = totalBytes;
        long count = totalFiles;
        long done = bytes();
        long filesDone = files();
        String phase = count == 0 ? "planning" : filesDone < count ? "restoring" : "finishing";
        return meter.of(phase, done, all, filesDone, count);
    }
}
