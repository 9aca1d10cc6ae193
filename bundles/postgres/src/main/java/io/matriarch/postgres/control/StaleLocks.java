package io.matriarch.postgres.control;

import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.core.SocketLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lock files whose pid another process, or a thread of one, has by now: common where a container is
 * started again, since its pids begin anew. PostgreSQL asks {@code kill(pid, 0)} only, takes that
 * process for a running server and does not start. It removes the files itself if nobody has the
 * pid.
 */
final class StaleLocks {
    private static final Logger log = LoggerFactory.getLogger(StaleLocks.class);
    private static final long NOBODY = -1;

    private final Path dataDir;
    private final Processes processes;

    StaleLocks(Path dataDir, Processes processes) {
        this.dataDir = dataDir;
        this.processes = processes;
    }

    /** Removes {@code postmaster.pid} if it is stale. */
    void removePidFile() throws PostgresException {
        if (serverRuns()) return;
        var stale = processes.pidFile();
        if (stale.isEmpty() || Processes.stat(stale.get().pid()).isEmpty()) return;
        Path file = dataDir.resolve("postmaster.pid");
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw DataDir.unwritable(file, e);
        }
    }

    /**
     * Removes the socket locks a failed start complained of, if a server of our directory took them
     * and none runs: then nobody holds them. One of another directory is left to whom it belongs.
     *
     * @param logTail what the server said
     * @return whether one was removed, so that another start may succeed
     */
    boolean removeSocketLocks(String logTail) throws PostgresException {
        if (serverRuns()) return false;
        boolean removed = false;
        for (Path lock : SocketLock.namedIn(logTail)) {
            if (!isOurs(lock)) continue;
            try {
                Files.delete(lock);
            } catch (IOException e) {
                throw DataDir.unwritable(lock, e);
            }
            log.info("{} was left by a server that is gone, and is removed", lock);
            removed = true;
        }
        return removed;
    }

    /** One that is not there, or not ours to read, is what the server complained of itself. */
    private boolean isOurs(Path lock) {
        try {
            return SocketLock.isOf(Files.readString(lock), dataDir);
        } catch (IOException _) {
            return false;
        }
    }

    private boolean serverRuns() {
        return processes.postmaster().isPresent() || !processes.family(NOBODY).isEmpty();
    }
}
