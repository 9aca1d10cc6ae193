package io.matriarch.monitor.osgi;

import io.matriarch.failover.api.Failover;
import io.matriarch.failover.api.MemberStatus;
import io.matriarch.monitor.api.Event;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Health;
import io.matriarch.monitor.api.Monitor;
import io.matriarch.monitor.api.Sample;
import io.matriarch.monitor.api.Series;
import io.matriarch.monitor.collect.Task;
import io.matriarch.monitor.core.Diverged;
import io.matriarch.monitor.core.EventFigures;
import io.matriarch.monitor.core.Handovers;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.core.Judge;
import io.matriarch.monitor.core.MainSeries;
import io.matriarch.monitor.file.History;
import io.matriarch.monitor.file.LedgerFile;
import io.matriarch.postgres.api.LocalPostgres;
import io.matriarch.postgres.api.PostgresException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is known now, and what is kept of the past. */
final class Remembered implements Monitor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Remembered.class);

    private final Identity identity;
    private final String member;
    private final Supplier<List<Family>> figures;
    private final Supplier<Optional<Failover>> failover;
    private final Supplier<Optional<LocalPostgres>> postgres;
    private final Supplier<String> trouble;
    private final History history;
    private final LedgerFile ledger;
    private final MainSeries series = new MainSeries();
    private final Handovers handovers; // under its own lock
    private final EventFigures eventFigures; // under its own lock

    Remembered(
            Identity identity,
            Path directory,
            Duration kept,
            Supplier<List<Family>> figures,
            Supplier<Optional<Failover>> failover,
            Supplier<Optional<LocalPostgres>> postgres,
            Supplier<String> trouble)
            throws IOException {
        this.identity = identity;
        member = identity.member();
        this.figures = figures;
        this.failover = failover;
        this.postgres = postgres;
        this.trouble = trouble;
        handovers = new Handovers(member);
        ledger = LedgerFile.open(directory);
        eventFigures = new EventFigures(ledger.since(Instant.EPOCH));
        history = History.open(directory, kept);
    }

    /** What has to be done again and again. */
    List<Task> tasks() {
        return List.of(
                task("history", History.step(), this::write),
                task("leader", Duration.ofSeconds(1), this::look),
                task("diverged", Duration.ofSeconds(15), this::diverged));
    }

    private interface Work {
        void at(Instant now) throws IOException;
    }

    private static Task task(String id, Duration interval, Work work) {
        return new Task() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public Duration interval() {
                return interval;
            }

            @Override
            public Outcome ask(Instant now) {
                try {
                    work.at(now);
                    return new Outcome.Answered(List.of());
                } catch (IOException e) {
                    return new Outcome.Failed(String.valueOf(e.getMessage()));
                }
            }
        };
    }

    private void write(Instant now) throws IOException {
        history.write(now, series.of(figures.get(), now));
    }

    private void look(Instant now) {
        var agent = failover.get();
        if (agent.isEmpty()) return;
        var cluster = agent.get().cluster();
        var lag =
                cluster.members().stream()
                        .filter(status -> status.name().equals(member))
                        .map(MemberStatus::receiveLagBytes)
                        .findFirst()
                        .orElse(OptionalLong.empty());
        synchronized (handovers) {
            handovers.seen(new Handovers.Sight(now, cluster.leader(), lag));
        }
    }

    private void diverged(Instant now) throws IOException {
        var server = postgres.get();
        if (server.isEmpty()) return;
        try {
            var kept = server.get().divergedWal();
            if (kept.isEmpty()) return;
            Diverged.untold(member, kept, ledger.since(kept.getLast().keptAt()))
                    .forEach(this::record);
        } catch (PostgresException e) {
            throw new IOException("what WAL was kept is not known: " + e.getMessage(), e);
        }
    }

    void roleChanged(Instant now, String from, String to, String reason) {
        Optional<Event> event;
        synchronized (handovers) {
            event = handovers.roleChanged(now, from, to, reason);
        }
        event.ifPresent(this::record);
    }

    @Override
    public List<Family> figures() {
        return figures.get();
    }

    @Override
    public List<Health> health() {
        var agent = failover.get();
        return Judge.judge(
                agent.map(it -> new Judge.Known(it.node(), it.cluster(), synchronousShort())),
                trouble.get());
    }

    /** By what the collectors last heard; empty on a standby. */
    private Optional<Integer> synchronousShort() {
        var all = figures.get();
        var required = value(all, "matriarch_replication_sync_required");
        var available = value(all, "matriarch_replication_sync_available");
        return required.isPresent() && available.isPresent()
                ? Optional.of((int) (required.get() - available.get()))
                : Optional.empty();
    }

    private static Optional<Double> value(List<Family> figures, String name) {
        return figures.stream()
                .filter(family -> family.metric().name().equals(name))
                .flatMap(family -> family.samples().stream())
                .filter(Sample.Value.class::isInstance)
                .map(sample -> ((Sample.Value) sample).value())
                .findFirst();
    }

    @Override
    public List<Event> events(Instant since) {
        return ledger.since(since);
    }

    /** The ledger as figures. */
    List<Family> eventFigures() {
        synchronized (eventFigures) {
            return eventFigures.families(identity);
        }
    }

    @Override
    public void record(Event event) {
        synchronized (eventFigures) {
            eventFigures.happened(event);
        }
        try {
            ledger.add(event);
            LOG.info("{} of {} ms: {}", event.kind(), event.took().toMillis(), event.reason());
        } catch (IOException e) {
            LOG.error("the ledger did not take {}", event, e);
        }
    }

    @Override
    public List<String> seriesNames() {
        return history.names();
    }

    @Override
    public List<Series> history(List<String> names, Instant from, Instant to, int points) {
        try {
            return history.read(names, from, to, Instant.now(), points);
        } catch (IOException e) {
            throw new UncheckedIOException("the history cannot be read", e);
        }
    }

    @Override
    public void close() {
        try {
            history.close();
        } catch (IOException e) {
            LOG.warn("the last minute of the history is lost", e);
        }
    }
}
