package io.matriarch.alerting.engine;

import io.matriarch.alerting.core.Judge;
import io.matriarch.alerting.core.Ledger;
import io.matriarch.alerting.json.Records;
import io.matriarch.alerting.spool.Spool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a restart must not forget: timers, growths, and the ledger as last known.
 *
 * @param at when it was written; {@link Instant#EPOCH} if never
 * @param own whether the ledger says something the store does not know yet
 */
record LocalState(Instant at, Judge.State judge, Ledger ledger, boolean own) {
    private static final Logger LOG = LoggerFactory.getLogger(LocalState.class);
    private static final String FILE = "state.json";

    static final LocalState EMPTY =
            new LocalState(Instant.EPOCH, Judge.State.EMPTY, Ledger.EMPTY, false);

    /** Longer ago, what was on its way to fire may have been well meanwhile. */
    private static final Duration RECENT = Duration.ofMinutes(2);

    /** Of the last run; a damaged file costs timers, not the start. */
    static LocalState read(Path directory) {
        var file = directory.resolve(FILE);
        if (!Files.exists(file)) return EMPTY;
        try {
            return Records.read(LocalState.class, Files.readString(file));
        } catch (IOException e) {
            LOG.warn("{} is not used: {}", file, e.getMessage());
            return EMPTY;
        }
    }

    /** As it counts now: timers of what does not fire yet are of use only if nothing was missed. */
    LocalState resumed(Instant now) {
        boolean recent = Duration.between(at, now).compareTo(RECENT) < 0;
        return recent ? this : new LocalState(at, judge.withoutPending(), ledger, own);
    }

    LocalState with(Judge.State other) {
        return new LocalState(at, other, ledger, own);
    }

    LocalState with(Ledger other, boolean isOwn) {
        return new LocalState(at, judge, other, isOwn);
    }

    LocalState at(Instant now) {
        return new LocalState(now, judge, ledger, own);
    }

    void write(Path directory) throws IOException {
        Spool.write(directory.resolve(FILE), Records.write(this));
    }
}
