package io.matriarch.monitor.collect;

import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.MetricSource;
import io.matriarch.monitor.core.Collector;
import io.matriarch.monitor.core.Compatible;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.core.Latest;
import io.matriarch.monitor.core.LsnClock;
import io.matriarch.monitor.core.Memory;
import io.matriarch.monitor.core.Statements;
import io.matriarch.monitor.core.Tier;
import io.matriarch.monitor.sql.Login;
import io.matriarch.postgres.api.HostPort;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that is collected on this node, put together. */
public final class Collection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Collection.class);

    /**
     * @param login empty: PostgreSQL is not asked
     * @param tables whether each database is asked for its tables
     * @param excluded databases that are not
     */
    public record Settings(
            Identity identity,
            Optional<Login> login,
            Intervals intervals,
            boolean tables,
            Set<String> excluded,
            Compatible compatible,
            Facts facts) {}

    private final Settings settings;
    private final Latest latest = new Latest();
    private final LsnClock lsnClock = new LsnClock();
    private final Book book;
    private final @Nullable Server server;
    private final CollectorLoop loop;
    private final Supplier<List<MetricSource>> sources;

    /**
     * @param address where PostgreSQL is reached at this moment
     * @param further what is asked beside PostgreSQL
     * @param sources those who tell their figures themselves
     */
    public Collection(
            Settings settings,
            Supplier<Optional<HostPort>> address,
            List<Task> further,
            Supplier<List<MetricSource>> sources,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.settings = settings;
        this.sources = sources;
        book = new Book(settings.identity(), upstreamNames());
        var tasks = new ArrayList<>(further);
        server =
                settings.login()
                        .map(login ->
                                new Server(
                                        address,
                                        login,
                                        settings.identity(),
                                        new Memory(lsnClock),
                                        nanoTime))
                        .orElse(null);
        if (server == null)
            LOG.warn(
                    "PostgreSQL is not asked for figures: postgresql.authentication.monitor names no"
                            + " role");
        else statements(server, address, tasks);
        loop = new CollectorLoop(tasks, latest, book, clock, nanoTime);
    }

    private static Map<String, String> upstreamNames() {
        var names = new HashMap<String, String>();
        for (var collector : Statements.all())
            if (!collector.upstream().isEmpty()) names.put(collector.id(), collector.upstream());
        return names;
    }

    private void statements(Server from, Supplier<Optional<HostPort>> address, List<Task> tasks) {
        var hourly = new ArrayList<Collector>();
        for (var collector : Statements.all()) {
            var interval = settings.intervals().of(collector.tier());
            if (collector.tier() != Tier.HOURLY)
                tasks.add(new StatementTask(collector, from, interval));
            else if (settings.tables() || !collector.perDatabase()) hourly.add(collector);
        }
        tasks.add(
                new HourlyTask(
                        address,
                        settings.login().orElseThrow(),
                        settings.identity(),
                        new Memory(new LsnClock()),
                        hourly,
                        settings.intervals().hourly(),
                        settings.excluded()));
    }

    public void start() {
        loop.start();
    }

    /** The page {@code /metrics} is being read. */
    public void scraped() {
        book.scraped();
    }

    /** Everything known at this moment, whatever names are wanted on the page. */
    public List<Family> figures() {
        var families = new ArrayList<>(latest.families(loop.elapsed()));
        if (server != null) families.addAll(server.families());
        families.addAll(book.families());
        families.addAll(settings.facts().families(settings.identity()));
        for (var source : sources.get()) {
            try {
                families.addAll(source.families());
            } catch (RuntimeException e) {
                // Somebody else's defect, or it is being swapped: the page goes on without it.
                LOG.warn("{} told no figures", source.getClass().getName(), e);
            }
        }
        return families;
    }

    /** The same as the page shows it. */
    public List<Family> page() {
        return settings.compatible().page(figures());
    }

    /** When which WAL was written. */
    public LsnClock lsnClock() {
        return lsnClock;
    }

    /** Why a task failed last time, by its id; empty if none did. */
    public Map<String, String> failures() {
        return book.failures();
    }

    /** Why PostgreSQL does not answer us; empty if it does, or is not asked. */
    public String trouble() {
        return server == null ? "" : server.trouble();
    }

    @Override
    public void close() {
        if (server != null) server.close(); // what runs is broken off
        loop.close();
        if (server != null) server.close(); // in case the loop opened it once more
    }
}
