package io.matriarch.monitor.collect;

import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.core.Collector;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.core.Memory;
import io.matriarch.monitor.core.Moment;
import io.matriarch.monitor.core.Rows;
import io.matriarch.monitor.core.Samples;
import io.matriarch.monitor.core.Statements;
import io.matriarch.monitor.core.Tier;
import io.matriarch.monitor.sql.Login;
import io.matriarch.monitor.sql.Session;
import io.matriarch.postgres.api.HostPort;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server beside us over one lasting connection, made anew when it is lost. For one thread, but
 * for {@link #close}.
 */
public final class Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    static final Metric UP = Metric.gauge("pg_up", "1 if PostgreSQL answers the monitoring role.");

    private final Supplier<Optional<HostPort>> address;
    private final Login login;
    private final Identity identity;
    private final Memory memory;
    private final LongSupplier nanoTime;
    private volatile @Nullable Session session;
    private volatile Optional<Boolean> inRecovery = Optional.empty();
    private volatile String trouble = "not asked yet";
    private Duration pause = Duration.ZERO;
    private long nextTry;

    public Server(
            Supplier<Optional<HostPort>> address,
            Login login,
            Identity identity,
            Memory memory,
            LongSupplier nanoTime) {
        this.address = address;
        this.login = login;
        this.identity = identity;
        this.memory = memory;
        this.nanoTime = nanoTime;
        nextTry = nanoTime.getAsLong();
    }

    public static List<Metric> metrics() {
        return List.of(UP);
    }

    /** Whether it answers, for {@code pg_up}. */
    public List<Family> families() {
        return new Samples(identity).add(UP, trouble.isEmpty() ? 1 : 0).families();
    }

    /** Why it does not answer; empty if it does. */
    public String trouble() {
        return trouble;
    }

    /** Empty while nobody knows. */
    public Optional<Boolean> inRecovery() {
        return inRecovery;
    }

    Task.Outcome ask(Collector collector, Instant now) {
        Session open;
        try {
            open = session();
        } catch (SQLException e) {
            lost(e);
            return new Task.Outcome.NotAsked();
        }
        if (open == null) return new Task.Outcome.NotAsked();
        boolean tellsRole = Statements.tellsRole(collector);
        if (inRecovery.isEmpty() && !tellsRole) return new Task.Outcome.NotAsked();
        var sql = collector.sql(open.majorVersion(), inRecovery.orElse(false));
        if (sql.isEmpty()) return new Task.Outcome.NotForIt();
        try {
            var rows = open.ask(sql.get());
            if (tellsRole) inRecovery = Optional.of(rows.first().yes("recovery"));
            if (!trouble.isEmpty())
                LOG.info("PostgreSQL answers the monitoring role {}", login.username());
            trouble = "";
            return answered(collector, rows, open.majorVersion(), now);
        } catch (SQLException e) {
            return failed(e);
        }
    }

    private Task.Outcome answered(Collector collector, Rows rows, int version, Instant now) {
        var out = new Samples(identity);
        collector.read(rows, new Moment(now, version, login.database(), memory), out);
        return new Task.Outcome.Answered(out.families());
    }

    private Task.Outcome failed(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (state.equals("55000")) { // promoted or demoted since we last looked
            inRecovery = Optional.empty();
            return new Task.Outcome.NotAsked();
        }
        if (state.startsWith("08") || state.startsWith("57P")) {
            lost(e);
            return new Task.Outcome.NotAsked();
        }
        return new Task.Outcome.Failed(String.valueOf(e.getMessage()));
    }

    /** Null while it is too early to try again. */
    private @Nullable Session session() throws SQLException {
        var open = session;
        if (open != null) return open;
        if (nextTry - nanoTime.getAsLong() > 0) return null;
        var where = address.get();
        if (where.isEmpty()) return null;
        open = Session.open(where.get(), login, login.database(), Tier.FAST.timeout());
        session = open;
        pause = Duration.ZERO;
        inRecovery = Optional.empty();
        return open;
    }

    private void lost(SQLException e) {
        close();
        inRecovery = Optional.empty();
        String why = String.valueOf(e.getMessage());
        if (trouble.isEmpty() || trouble.equals("not asked yet"))
            LOG.warn("PostgreSQL does not answer the monitoring role {}: {}", login, why);
        trouble = why;
        pause =
                pause.isZero()
                        ? FIRST_PAUSE
                        : pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                                ? pause.multipliedBy(2)
                                : LONGEST_PAUSE;
        nextTry = nanoTime.getAsLong() + pause.toNanos();
    }

    @Override
    public void close() {
        var open = session;
        session = null;
        if (open != null) open.abort();
    }
}
