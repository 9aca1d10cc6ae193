package io.matriarch.postgres.control;

import io.matriarch.api.Lsn;
import io.matriarch.postgres.api.ControlData;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.PendingRestart;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.ServerView;
import io.matriarch.postgres.api.ServerView.Live;
import io.matriarch.postgres.api.ServerView.Postmaster;
import io.matriarch.postgres.core.NodeSettings;
import io.matriarch.postgres.core.Pending;
import io.matriarch.postgres.core.StateRule;
import io.matriarch.postgres.core.StateRule.Answer;
import io.matriarch.postgres.sql.LiveQuery;
import io.matriarch.postgres.sql.ReplicationQueries;
import io.matriarch.postgres.sql.Session;
import io.matriarch.postgres.sql.SettingsQuery;
import io.matriarch.postgres.sql.SqlErrors;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the server: files and processes, and one query on a connection kept for it. No program
 * is run for that, so it is cheap enough to be done several times a second.
 */
final class Observer {
    private static final Logger log = LoggerFactory.getLogger(Observer.class);
    private static final Duration PENDING_EVERY = Duration.ofSeconds(15);

    /** What a restart would settle, by the settings in force. */
    record Wanted(Map<String, String> commandLine, Map<String, String> file) {
        static final Wanted NOTHING = new Wanted(Map.of(), Map.of());
    }

    private record Heard(Optional<Live> live, Answer answer, String trouble) {}

    private final NodeSettings node;
    private final DataDir dir;
    private final Processes processes;
    private final LocalSessions sessions;
    private final Binaries binaries;
    private final States states;
    private final Turn turn;
    private final Supplier<Wanted> wanted;

    private final ReentrantLock connection = new ReentrantLock();
    private @Nullable Session kept;
    private @Nullable Postmaster keptOf;
    private Lsn timelineAt = Lsn.ZERO;
    private int timeline;
    private long pendingAskedNanos;
    private volatile boolean pendingStale = true;
    private volatile List<PendingRestart> pending = List.of();

    Observer(Parts parts, Supplier<Wanted> wanted) {
        node = parts.node();
        dir = parts.dir();
        processes = parts.processes();
        sessions = parts.sessions();
        binaries = parts.binaries();
        states = parts.states();
        turn = parts.turn();
        this.wanted = wanted;
    }

    ServerView observe(Duration deadline) {
        States.Stamp before = states.stamp();
        boolean busy = turn.busy();
        DataDir.Look look = dir.look();
        Optional<Postmaster> postmaster = processes.postmaster();
        Heard heard =
                postmaster.isPresent()
                        ? ask(postmaster.get(), deadline)
                        : new Heard(Optional.empty(), Answer.UNKNOWN, "");
        if (postmaster.isEmpty()) forget();
        Optional<ControlData> control =
                look.kind() == DataDirectory.PRESENT ? dir.control() : Optional.empty();
        States.Stamp stamp =
                busy || turn.busy()
                        ? states.stamp()
                        : states.propose(
                                before,
                                StateRule.next(
                                        before.state(),
                                        postmaster.isPresent(),
                                        heard.answer(),
                                        control));
        return new ServerView(
                look.kind(),
                look.trouble().isEmpty() ? heard.trouble() : look.trouble(),
                stamp.state().orElse(PostgresState.STOPPED),
                States.age(stamp),
                postmaster,
                heard.live(),
                control,
                dir.standbySignal(),
                postmaster.isPresent() ? pending : List.of());
    }

    /** The next look asks what waits for a restart. */
    void settingsChanged() {
        pendingStale = true;
    }

    private Heard ask(Postmaster postmaster, Duration deadline) {
        try {
            if (!connection.tryLock(deadline.toMillis(), TimeUnit.MILLISECONDS))
                return new Heard(Optional.empty(), Answer.UNKNOWN, "another query still waits");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Heard(Optional.empty(), Answer.UNKNOWN, "interrupted");
        }
        try {
            Live live = query(postmaster, deadline);
            return new Heard(Optional.of(live), Answer.UP, "");
        } catch (SQLException e) {
            close();
            return new Heard(
                    Optional.empty(), SqlErrors.answer(e), "PostgreSQL: " + e.getMessage());
        } catch (PostgresException e) {
            return new Heard(Optional.empty(), Answer.UNKNOWN, e.getMessage() + ". " + e.hint());
        } finally {
            connection.unlock();
        }
    }

    private Live query(Postmaster postmaster, Duration deadline)
            throws SQLException, PostgresException {
        Session session = session(postmaster, deadline);
        session.limit(deadline);
        Live live =
                LiveQuery.ask(
                        session,
                        binaries.version(),
                        replayed -> recoveryTimeline(replayed, deadline));
        if (pendingStale || System.nanoTime() - pendingAskedNanos > PENDING_EVERY.toNanos())
            askPending(session);
        return live;
    }

    private Session session(Postmaster postmaster, Duration deadline) throws SQLException {
        Session open = kept;
        if (open != null && postmaster.equals(keptOf)) return open;
        close();
        Session fresh = sessions.open(node.database(), deadline);
        kept = fresh;
        keptOf = postmaster;
        pendingStale = true;
        return fresh;
    }

    /** Only a replication connection tells it; while nothing is replayed it stays the same. */
    private int recoveryTimeline(Lsn replayed, Duration deadline) {
        if (timeline != 0 && replayed.equals(timelineAt)) return timeline;
        try {
            timeline =
                    ReplicationQueries.identify(sessions.address(), node.replication(), deadline)
                            .timeline();
            timelineAt = replayed;
            return timeline;
        } catch (SQLException e) {
            log.debug("our own timeline was not told over replication: {}", e.getMessage());
            return dir.control()
                    .map(c -> Math.max(c.minRecoveryEndTimeline(), c.checkpointTimeline()))
                    .orElse(0);
        }
    }

    private void askPending(Session session) throws SQLException {
        pendingStale = false;
        pendingAskedNanos = System.nanoTime();
        Wanted now = wanted.get();
        var settings = SettingsQuery.ask(session, now.commandLine().keySet());
        pending = Pending.of(now.commandLine(), settings.owned(), settings.flagged(), now.file());
    }

    /** Drops what is known about a server that is gone. */
    private void forget() {
        if (!connection.tryLock()) return; // a query is ending with an error just now
        try {
            close();
        } finally {
            connection.unlock();
        }
    }

    private void close() {
        Session open = kept;
        kept = null;
        keptOf = null;
        timeline = 0;
        if (open == null) return;
        try {
            open.close();
        } catch (SQLException e) {
            log.debug("closing the connection kept for observing: {}", e.getMessage());
        }
    }

    void shutDown() {
        connection.lock();
        try {
            close();
        } finally {
            connection.unlock();
        }
    }
}
