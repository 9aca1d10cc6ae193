package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.ServerView.Postmaster;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a standby that runs a primary: by the signal file, which needs no connection. */
final class Promotion {
    private static final Logger log = LoggerFactory.getLogger(Promotion.class);
    private static final String SIGNAL = "promote";

    private final DataDir dir;
    private final Processes processes;
    private final Turn turn;

    Promotion(Parts parts) {
        dir = parts.dir();
        processes = parts.processes();
        turn = parts.turn();
    }

    /**
     * Returns when the control file says that the server writes; at once if it does already.
     *
     * @throws PostgresException it does not run, ended meanwhile, or is not done in time; then it
     *     will not be promoted later either
     */
    void complete(Waiting waiting, Duration timeout) throws PostgresException {
        Postmaster postmaster =
                processes
                        .postmaster()
                        .orElseThrow(() ->
                                new PostgresException(
                                        Code.REFUSED,
                                        "PostgreSQL does not run, so it cannot be promoted",
                                        "Start it as a standby first."));
        if (inProduction()) return;
        signal(postmaster);
        boolean done =
                waiting.until(
                        () -> inProduction() || !Processes.alive(postmaster) || turn.isCutShort());
        if (!done || !inProduction()) throw failed(postmaster, timeout);
    }

    private boolean inProduction() {
        return dir.control().filter(c -> c.state().equals("in production")).isPresent();
    }

    private void signal(Postmaster postmaster) throws PostgresException {
        try {
            dir.write(dir.file(SIGNAL), "");
        } catch (IOException e) {
            throw DataDir.unwritable(dir.file(SIGNAL), e);
        }
        Signals.USR1.send(postmaster.pid());
    }

    private PostgresException failed(Postmaster postmaster, Duration timeout) {
        try {
            Files.deleteIfExists(dir.file(SIGNAL)); // must not promote it later, unasked
        } catch (IOException e) {
            log.warn("{} could not be removed: {}", dir.file(SIGNAL), e.getMessage());
        }
        String why =
                !Processes.alive(postmaster)
                        ? "PostgreSQL ended while being promoted"
                        : turn.isCutShort()
                                ? "the promotion was cut short by a stop"
                                : "PostgreSQL was not promoted within "
                                        + timeout.toSeconds()
                                        + " s";
        return new PostgresException(
                Code.POSTGRES_CONTROL, why, "Its log says how far recovery got.");
    }
}
