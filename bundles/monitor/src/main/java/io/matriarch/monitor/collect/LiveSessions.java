package io.matriarch.monitor.collect;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.monitor.api.Sessions;
import io.matriarch.monitor.core.SessionRows;
import io.matriarch.monitor.core.Tier;
import io.matriarch.monitor.sql.Login;
import io.matriarch.monitor.sql.Session;
import io.matriarch.postgres.api.HostPort;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Asks over a connection of its own, made for each question: people look seldom. Whoever asks
 * within a second of another gets the same answer, so many watchers cost as much as one.
 */
public final class LiveSessions implements Sessions {
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final Supplier<Optional<HostPort>> address;
    private final Login login;
    private final LongSupplier nanoTime;
    private Optional<List<ClientSession>> last = Optional.empty();
    private long lastAt;

    public LiveSessions(Supplier<Optional<HostPort>> address, Login login, LongSupplier nanoTime) {
        this.address = address;
        this.login = login;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized List<ClientSession> now() throws MatriarchException {
        if (last.isPresent() && nanoTime.getAsLong() - lastAt < FRESH.toNanos()) return last.get();
        var sessions = ask();
        last = Optional.of(sessions);
        lastAt = nanoTime.getAsLong();
        return sessions;
    }

    private List<ClientSession> ask() throws MatriarchException {
        var where = address.get();
        if (where.isEmpty())
            throw new MatriarchException(
                    Code.POSTGRES_CONTROL,
                    "it is not known where PostgreSQL listens",
                    "is bundle matriarch-postgres active? See the bundles");
        try (var session =
                Session.open(where.get(), login, login.database(), Tier.FAST.timeout())) {
            return SessionRows.read(session.ask(SessionRows.SQL));
        } catch (SQLException e) {
            throw new MatriarchException(
                    Code.POSTGRES_DENIED,
                    "PostgreSQL does not tell its sessions to %s: %s"
                            .formatted(login.username(), e.getMessage()),
                    "does it run, and may that user log in? See the health of this node",
                    e);
        }
    }
}
