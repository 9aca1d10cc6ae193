package io.matriarch.monitor.collect;

import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.core.Collector;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.core.Memory;
import io.matriarch.monitor.core.Moment;
import io.matriarch.monitor.core.Rows;
import io.matriarch.monitor.core.Samples;
import io.matriarch.monitor.core.Statements;
import io.matriarch.monitor.core.TableShare;
import io.matriarch.monitor.core.Tier;
import io.matriarch.monitor.sql.Login;
import io.matriarch.monitor.sql.Session;
import io.matriarch.postgres.api.HostPort;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Sizes, and what each database has to be asked for: one connection after another, each as short as
 * its statements. A database that refuses us is named and does not keep us from the others.
 */
public final class HourlyTask implements Task {
    /** Those most read first, for {@link TableShare}. */
    private static final String DATABASES =
            "SELECT d.datname FROM pg_database d LEFT JOIN pg_stat_database s ON s.datid=d.oid WHERE"
                    + " d.datallowconn AND NOT d.datistemplate AND"
                    + " has_database_privilege(d.oid,'CONNECT') ORDER BY"
                    + " coalesce(s.blks_hit+s.blks_read,0) DESC, d.datname";

    private static final String EXTENSION =
            "SELECT n.nspname AS schema FROM pg_extension e JOIN pg_namespace n ON"
                    + " n.oid=e.extnamespace WHERE e.extname='pg_stat_statements'";

    private final Supplier<Optional<HostPort>> address;
    private final Login login;
    private final Identity identity;
    private final Memory memory;
    private final List<Collector> collectors;
    private final Duration interval;
    private final Set<String> excluded;

    /**
     * @param memory of its own, as it runs beside the other statements
     */
    public HourlyTask(
            Supplier<Optional<HostPort>> address,
            Login login,
            Identity identity,
            Memory memory,
            List<Collector> collectors,
            Duration interval,
            Set<String> excluded) {
        this.address = address;
        this.login = login;
        this.identity = identity;
        this.memory = memory;
        this.collectors = List.copyOf(collectors);
        this.interval = interval;
        this.excluded = Set.copyOf(excluded);
    }

    @Override
    public String id() {
        return "databases";
    }

    @Override
    public Duration interval() {
        return interval;
    }

    @Override
    public boolean apart() {
        return true;
    }

    @Override
    public Outcome ask(Instant now) {
        var out = new Samples(identity);
        var failures = new LinkedHashMap<String, String>();
        var databases = new ArrayList<String>();
        try (var session = open(login.database())) {
            for (var row : session.ask(DATABASES).rows()) databases.add(row.text("datname"));
            databases.removeAll(excluded);
            ask(session, login.database(), false, now, 0, out, failures);
        } catch (SQLException e) {
            return new Outcome.NotAsked(); // the lasting connection tells that nobody answers
        }
        boolean statementsRead = false;
        var share = new TableShare();
        int after = databases.size();
        for (String database : databases) {
            if (Thread.currentThread().isInterrupted()) break;
            int tables = share.next(--after);
            try (var session = open(database)) {
                statementsRead |= statements(session, statementsRead, now, out, failures);
                share.used(ask(session, database, true, now, tables, out, failures));
            } catch (SQLException e) {
                failures.put(database, String.valueOf(e.getMessage()));
            }
        }
        return outcome(out.families(), failures);
    }

    private static Outcome outcome(List<Family> families, Map<String, String> failures) {
        if (failures.isEmpty()) return new Outcome.Answered(families);
        return new Outcome.Partly(families, failures.toString());
    }

    private Session open(String database) throws SQLException {
        var where = address.get();
        if (where.isEmpty()) throw new SQLException("nobody knows where PostgreSQL is", "08001");
        return Session.open(where.get(), login, database, Tier.HOURLY.timeout());
    }

    /** How many of the tables it may tell one by one it has. */
    private int ask(
            Session session,
            String database,
            boolean perDatabase,
            Instant now,
            int tables,
            Samples out,
            Map<String, String> failures) {
        int told = 0;
        for (var collector : collectors)
            if (collector.perDatabase() == perDatabase && !Statements.needsStatements(collector)) {
                int rows = ask(session, database, collector, now, tables, out, failures);
                if (Statements.tellsTables(collector))
                    told = Math.max(told, Math.min(tables, rows));
            }
        return told;
    }

    /** In the first database that has the extension, for all of them. */
    private boolean statements(
            Session session, boolean done, Instant now, Samples out, Map<String, String> failures)
            throws SQLException {
        if (done) return false;
        Rows found = session.ask(EXTENSION);
        if (found.rows().isEmpty()) return false;
        session.searchAlso(found.first().text("schema"));
        for (var collector : collectors)
            if (Statements.needsStatements(collector))
                ask(session, login.database(), collector, now, 0, out, failures);
        return true;
    }

    /** How many rows there were. */
    private int ask(
            Session session,
            String database,
            Collector collector,
            Instant now,
            int tables,
            Samples out,
            Map<String, String> failures) {
        var sql = collector.sql(session.majorVersion(), false);
        if (sql.isEmpty()) return 0;
        try {
            var rows = session.ask(sql.get());
            var moment = new Moment(now, session.majorVersion(), database, memory, tables);
            collector.read(rows, moment, out);
            return rows.rows().size();
        } catch (SQLException e) {
            failures.put(collector.id() + " in " + database, String.valueOf(e.getMessage()));
            return 0;
        }
    }
}
