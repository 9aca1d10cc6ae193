package io.matriarch.postgres.control;

import io.matriarch.api.Lsn;
import io.matriarch.postgres.api.ControlData;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.core.WalDump;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads records of the local WAL by {@code pg_waldump}, where that is installed. */
final class WalInspector {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long FIRST_RECORD_OFFSET = 40; // after the long header of a segment
    private static final long SMALLEST_SEGMENT = 1 << 20;

    private final Path dataDir;
    private final Programs programs;
    private final Binaries binaries;

    WalInspector(Path dataDir, Programs programs, Binaries binaries) {
        this.dataDir = dataDir;
        this.programs = programs;
        this.binaries = binaries;
    }

    /** Where the record at {@code lsn} ends; empty if it cannot be read. */
    Optional<Lsn> end(int timeline, Lsn lsn) {
        return dump(timeline, lsn, 2).flatMap(r -> WalDump.end(lsn, r.output(), r.errors()));
    }

    /**
     * The shutdown checkpoint, or the switch record archiving forced in front of it: a standby that
     * has that one misses nothing.
     */
    Lsn inFrontOfSwitch(ControlData control) {
        Lsn checkpoint = control.checkpoint();
        if (checkpoint.value() % SMALLEST_SEGMENT != FIRST_RECORD_OFFSET) return checkpoint;
        int timeline = control.checkpointTimeline();
        return dump(timeline, checkpoint, 1)
                .map(r -> WalDump.records(r.output()))
                .filter(records -> !records.isEmpty())
                .map(records -> records.getFirst().previous())
                .filter(previous -> isSwitch(timeline, previous))
                .orElse(checkpoint);
    }

    private boolean isSwitch(int timeline, Lsn lsn) {
        return dump(timeline, lsn, 1)
                .map(r -> WalDump.records(r.output()))
                .filter(records -> !records.isEmpty())
                .filter(records -> records.getFirst().description().startsWith("SWITCH"))
                .isPresent();
    }

    private Optional<Programs.Result> dump(int timeline, Lsn lsn, int count) {
        try {
            Optional<Path> program = binaries.optional("pg_waldump");
            if (program.isEmpty()) return Optional.empty();
            return Optional.of(
                    programs.run(
                            List.of(
                                    program.get().toString(),
                                    "--path=" + dataDir.resolve("pg_wal"),
                                    "--timeline=" + timeline,
                                    "--start=" + lsn,
                                    "--limit=" + count),
                            Map.of(),
                            PATIENCE));
        } catch (PostgresException _) {
            return Optional.empty(); // then nothing is known about it, which callers allow for
        }
    }
}
