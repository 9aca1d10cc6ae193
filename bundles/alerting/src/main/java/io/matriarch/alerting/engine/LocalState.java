package io.matriarch.alerting.engine;

import io.matriarch.alerting.core.Judge;
import io.matriarch.alerting.core.Ledger;
import io.matriarch.alerting.json.Records;
import io.matriarch.alerting.spool.Spool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a restart must not forget: timers, growths, and the ledger as last known.
 *
 * @param own whether the ledger says something the store does not know yet
 */
record LocalState(Judge.State judge, Ledger ledger, boolean own) {
    private static final Logger LOG = LoggerFactory.getLogger(LocalState.class);
    private static final String FILE = "state.json";

    static final LocalState EMPTY = new LocalState(Judge.State.EMPTY, Ledger.EMPTY, false);

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

    void write(Path directory) throws IOException {
        Spool.write(directory.resolve(FILE), Records.write(this));
    }
}
