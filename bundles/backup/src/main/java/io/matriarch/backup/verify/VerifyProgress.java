package io.matriarch.backup.verify;

import java.util.concurrent.atomic.LongAdder;

/** How far a verification is; read at any time from any thread. */
public final class VerifyProgress {
    private volatile Part part = new Part(Phase.LISTING);

    /** What it is at; one comes after the other. */
    public enum Phase {
        LISTING("reads what the repository holds"),
        VERIFYING_BACKUPS("verifies backups"),
        VERIFYING_WAL("verifies WAL");

        private final String words;

        Phase(String words) {
            this.words = words;
        }

        /** For people. */
        public String words() {
            return words;
        }
    }

    /** Counts of one phase. Bytes are those stored; files 0 while it is not known how many. */
    public static final class Part {
        private final Phase phase;
        private final LongAdder bytesDone = new LongAdder();
        private final LongAdder filesDone = new LongAdder();
        private final LongAdder bytes = new LongAdder();
        private final LongAdder files = new LongAdder();

        private Part(Phase phase) {
            this.phase = phase;
        }

        public Phase phase() {
            return phase;
        }

        public long bytesDone() {
            return bytesDone.sum();
        }

        public long bytes() {
            return bytes.sum();
        }

        public long filesDone() {
            return filesDone.sum();
        }

        public long files() {
            return files.sum();
        }
    }

    /** The counts of the present phase. */
    public Part part() {
        return part;
    }

    void begin(Phase phase) {
        part = new Part(phase);
    }

    void expect(long bytes, long files) {
        part.bytes.add(bytes);
        part.files.add(files);
    }

    void done(long bytes) {
        part.bytesDone.add(bytes);
        part.filesDone.increment();
    }
}
