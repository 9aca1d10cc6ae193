package io.matriarch.failover.agent;

import io.matriarch.api.Lsn;
import io.matriarch.postgres.api.LocalPostgres;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.StopMode;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server is stopped whatever it takes, and stays down. */
final class Stopping {
    private static final Logger LOG = LoggerFactory.getLogger(Stopping.class);
    private static final Duration IMMEDIATE = Duration.ofSeconds(3);
    private static final Duration SHUT_POLL = Duration.ofMillis(10);

    private final LocalPostgres postgres;
    private final Fence fence;

    Stopping(LocalPostgres postgres, Fence fence) {
        this.postgres = postgres;
        this.fence = fence;
    }

    /** What does not stop in time is stopped at once. */
    void stop(StopMode mode, Duration timeout, Consumer<Lsn> onShutdownCheckpoint)
            throws PostgresException {
        try {
            postgres.stop(mode, timeout, onShutdownCheckpoint);
        } catch (PostgresException e) {
            LOG.warn("{} stop did not end in time, stopping at once: {}", mode, e.getMessage());
            atOnce();
        }
    }

    void atOnce() throws PostgresException {
        try {
            postgres.stop(StopMode.IMMEDIATE, IMMEDIATE, _ -> {});
        } catch (PostgresException e) {
            LOG.error("an immediate stop did not do, killing it: {}", e.getMessage());
            postgres.kill();
        }
    }

    /**
     * Until nobody can start a server in our directory any more.
     *
     * @throws PostgresException somebody's server does not end within 3 s
     */
    void awaitShut() throws PostgresException {
        long begun = System.nanoTime();
        while (!fence.shut()) { // also in a thread that was interrupted: others may lead soon
            if (System.nanoTime() - begun > IMMEDIATE.toNanos())
                throw Transitions.refused("a server somebody started here does not end");
            LockSupport.parkNanos(SHUT_POLL.toNanos());
        }
    }
}
