package io.matriarch.failover.agent;

import io.matriarch.failover.guard.GuardClient;
import io.matriarch.failover.guard.GuardException;
import io.matriarch.failover.guard.GuardStatus;
import io.matriarch.failover.guard.Watchdog;
import io.matriarch.postgres.api.Gate;
import io.matriarch.postgres.api.ServerView.Postmaster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guard process, as the agent needs it: always about the one data directory, never throwing.
 */
public final class GuardFence implements Fence {
    private static final Logger LOG = LoggerFactory.getLogger(GuardFence.class);
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final Path command;
    private final Path socket;
    private final Path logFile;
    private final Supplier<Path> dataDirectory;
    private final Optional<Watchdog> watchdog;
    private volatile LongConsumer gone = pid -> {};
    private @Nullable GuardClient client;
    private @Nullable Postmaster postmaster;

    /** Looked up when a server is started, not with every renewal: a disk that hangs costs time. */
    private @Nullable Path guarded;

    private GuardStatus.State state = GuardStatus.State.DISARMED;

    /** Whether the guard is known to have no deadline and to keep nothing closed. */
    private volatile boolean standsDown;

    private String trouble = "not started yet";
    private boolean closed;

    /**
     * @param dataDirectory its real path at the time
     * @param watchdog the machine's own; empty: the configuration says nothing of it
     */
    public GuardFence(
            Path command,
            Path stateDirectory,
            Supplier<Path> dataDirectory,
            Optional<Watchdog> watchdog) {
        this.command = command;
        this.watchdog = watchdog;
        this.dataDirectory = dataDirectory;
        this.socket = stateDirectory.resolve("guard.sock").toAbsolutePath();
        this.logFile = stateDirectory.resolve("guard.log").toAbsolutePath();
    }

    /**
     * @param listener hears the pid of a postmaster that ended, on a thread of the guard's client
     */
    public void onGone(LongConsumer listener) {
        gone = listener;
    }

    private interface Call {
        void on(GuardClient guard) throws GuardException;
    }

    private synchronized boolean attempt(Call call) {
        if (closed)
            return false; // the guard is the next agent's, a latecomer of ours must not call
        try {
            var guard = client;
            if (guard == null) {
                guard =
                        GuardClient.connect(
                                command, socket, logFile, new Events(), PATIENCE, watchdog);
                client = guard;
            }
            call.on(guard);
            if (!trouble.isEmpty()) LOG.info("the guard answers");
            trouble = "";
            return true;
        } catch (GuardException e) {
            if (e.meansGone())
                return false; // ended between our look and the guard's: its end is told
            if (trouble.isEmpty() || trouble.equals("not started yet"))
                LOG.error("the guard does not do its work: {} HINT: {}", e.getMessage(), e.hint());
            trouble = String.valueOf(e.getMessage());
            return false;
        }
    }

    @Override
    public boolean ready() {
        return attempt(guard -> state = guard.status().state());
    }

    @Override
    public synchronized boolean armed() {
        return state == GuardStatus.State.ARMED;
    }

    @Override
    public synchronized String describe() {
        if (!trouble.isEmpty()) return "absent: " + trouble;
        return switch (state) {
            case DISARMED -> "standing down";
            case ARMED -> "armed";
            case FENCING -> "stopping PostgreSQL";
            case CLOSED -> "closed";
        };
    }

    @Override
    public synchronized boolean arm(Supplier<OptionalLong> deadline) {
        Path where = directory();
        var until = deadline.get();
        if (until.isEmpty()) return false;
        standsDown = false;
        if (!attempt(guard -> guard.arm(where, until.getAsLong()))) return false;
        state = GuardStatus.State.ARMED;
        return true;
    }

    @Override
    public synchronized boolean shut() {
        standsDown = false;
        Path where = directory();
        var closed = new AtomicBoolean(true);
        if (attempt(guard -> closed.set(guard.shut(where))))
            state = closed.get() ? GuardStatus.State.CLOSED : GuardStatus.State.FENCING;
        return closed.get();
    }

    @Override
    public synchronized void shutIfArmed() {
        if (state == GuardStatus.State.ARMED) shut();
    }

    private Path directory() {
        var known = guarded;
        return known == null ? lookUp() : known;
    }

    @Override
    public synchronized Gate gate() {
        lookUp();
        return new Gate(List.of(command.toString(), "--admit", socket.toString()));
    }

    private Path lookUp() {
        Path now = dataDirectory.get();
        guarded = now;
        return now;
    }

    @Override
    public synchronized void standDown() {
        if (standsDown) return;
        standsDown = attempt(GuardClient::disarm);
        if (standsDown) state = GuardStatus.State.DISARMED;
    }

    @Override
    public synchronized void watch(Postmaster seen) {
        if (seen.equals(postmaster)) return;
        if (attempt(guard -> guard.watch(seen))) postmaster = seen;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (client != null) client.close();
        client = null;
    }

    private final class Events implements GuardClient.Listener {
        @Override
        public void gone(long pid) {
            gone.accept(pid);
        }

        @Override
        public void fenced(long pid) {
            standsDown = false;
            if (pid == 0) {
                LOG.info("the guard lets no server start: this node does not lead");
                return;
            }
            LOG.error(
                    "the guard stopped PostgreSQL (postmaster {}): the lease was not renewed in time",
                    pid);
            gone.accept(pid);
        }

        @Override
        public void lost(String why) {
            LOG.error("the guard is lost: {}", why);
        }
    }
}
