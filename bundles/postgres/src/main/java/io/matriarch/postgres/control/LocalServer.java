package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.api.Lsn;
import io.matriarch.api.SystemId;
import io.matriarch.postgres.api.ControlData;
import io.matriarch.postgres.api.DivergedWal;
import io.matriarch.postgres.api.Gate;
import io.matriarch.postgres.api.HistoryLine;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.api.Lineage;
import io.matriarch.postgres.api.LocalPostgres;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.Progress;
import io.matriarch.postgres.api.ReplicaSource;
import io.matriarch.postgres.api.ServerView;
import io.matriarch.postgres.api.Slot;
import io.matriarch.postgres.api.StopMode;
import io.matriarch.postgres.api.Upstream;
import io.matriarch.postgres.core.NodeSettings;
import io.matriarch.postgres.sql.Slots;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server beside us. Starts that run out of time leave a server that is still recovering alone,
 * in state {@code starting}; a stop or {@link #kill} cuts a start or promotion under way short.
 */
public final class LocalServer implements LocalPostgres, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LocalServer.class);
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final Duration SQL = Duration.ofSeconds(10);

    private final Parts parts;
    private final NodeSettings node;
    private final ServerControl control;
    private final Observer observer;
    private final Bootstrap bootstrap;
    private final Cloning cloning;
    private final DivergedKeeper diverged;
    private final Rewinding rewinding;
    private final Exchange exchange;
    private final Ancestry ancestry;
    private final AtomicBoolean settingsWait = new AtomicBoolean();

    public LocalServer(NodeSettings node, RunAs runAs) {
        this(node, runAs, Optional::empty);
    }

    /**
     * @param replicas where a replica can come from beside a member, at the moment it is asked
     */
    public LocalServer(NodeSettings node, RunAs runAs, Supplier<Optional<ReplicaSource>> replicas) {
        this.node = node;
        parts = Parts.of(node, runAs);
        control = new ServerControl(parts);
        observer = new Observer(parts, control::wanted);
        bootstrap = new Bootstrap(parts, control);
        diverged = new DivergedKeeper(parts);
        cloning = new Cloning(parts, control, new BackupReplica(parts, replicas), diverged);
        rewinding = new Rewinding(parts, control, diverged);
        ancestry = new Ancestry(parts);
        exchange = new Exchange(parts);
        cloning.repair();
        bootstrap.clearRests();
        diverged.clearRests();
    }

    @Override
    public ServerView observe(Duration deadline) {
        return observer.observe(deadline);
    }

    /** While a long operation is under way the settings wait for its end. */
    @Override
    public void configure(Map<String, Object> clusterSettings, Map<String, Object> standbyCluster)
            throws PostgresException {
        if (!parts.turn()
                .tryNow("configure", () -> control.configure(clusterSettings, standbyCluster))) {
            control.accept(clusterSettings, standbyCluster);
            settingsWait.set(true);
        }
        observer.settingsChanged();
    }

    @Override
    public void reload() throws PostgresException {
        parts.turn()
                .take(
                        "reload",
                        () -> {
                            if (!control.apply()) control.reload();
                        });
        observer.settingsChanged();
    }

    private void exclusive(String name, Turn.Action action) throws PostgresException {
        parts.turn()
                .take(
                        name,
                        () -> {
                            try {
                                logged(name, action);
                            } finally {
                                if (settingsWait.getAndSet(false)) applyLate();
                            }
                        });
        observer.settingsChanged();
    }

    private void logged(String name, Turn.Action action) throws PostgresException {
        log.info("{}: begins", name);
        long start = System.nanoTime();
        try {
            action.run();
            log.info("{}: done in {} ms", name, (System.nanoTime() - start) / NANOS_PER_MILLI);
        } catch (PostgresException e) {
            log.warn("{}: failed: {} {}", name, e.getMessage(), e.hint());
            throw e;
        }
    }

    private void applyLate() {
        try {
            control.apply();
        } catch (PostgresException e) {
            log.warn("settings that came meanwhile are not in force: {}", e.getMessage());
        }
    }

    @Override
    public void bootstrap(Gate gate, Consumer<Progress> progress) throws PostgresException {
        exclusive("bootstrap", () -> bootstrap.run(gate, progress));
    }

    @Override
    public void setAsideFailedBootstrap() throws PostgresException {
        exclusive("setting a failed bootstrap aside", bootstrap::setAside);
    }

    @Override
    public void startPrimary(Gate gate, Duration timeout) throws PostgresException {
        exclusive("start", () -> control.startPrimary(gate, timeout));
    }

    @Override
    public void becomeStandby() throws PostgresException {
        parts.turn().take("writing standby.signal", control::becomeStandby);
    }

    @Override
    public void startStandby(Optional<Upstream> upstream, Duration timeout)
            throws PostgresException {
        exclusive("start", () -> control.startStandby(upstream, timeout));
    }

    @Override
    public void stop(StopMode mode, Duration timeout, Consumer<Lsn> onShutdownCheckpoint)
            throws PostgresException {
        parts.turn()
                .interruptAndCall(
                        "stop",
                        timeout,
                        () -> {
                            logged(
                                    "stop " + mode,
                                    () -> control.stop(mode, timeout, onShutdownCheckpoint));
                            return mode;
                        });
    }

    @Override
    public void kill() {
        parts.turn().killed();
        control.kill();
    }

    @Override
    public void promote(Duration timeout) throws PostgresException {
        exclusive("promote", () -> control.promote(timeout));
    }

    @Override
    public Followed follow(Optional<Upstream> upstream, Duration timeout) throws PostgresException {
        Followed done =
                parts.turn().call("follow", timeout, () -> control.follow(upstream, timeout));
        if (done != Followed.UNCHANGED) observer.settingsChanged();
        return done;
    }

    @Override
    public void restart(Gate gate, Duration timeout) throws PostgresException {
        exclusive("restart", () -> control.restart(gate, timeout));
    }

    @Override
    public void checkpoint(Duration timeout) throws PostgresException {
        parts.sessions()
                .call(
                        "CHECKPOINT",
                        timeout,
                        session -> {
                            session.execute("CHECKPOINT");
                            return timeout;
                        });
    }

    @Override
    public void recoverInSingleUserMode(Duration timeout) throws PostgresException {
        exclusive("crash recovery", () -> control.recoverInSingleUserMode(timeout));
    }

    @Override
    public Lineage lineage(Upstream upstream, Duration deadline) throws PostgresException {
        ServerView view = observe(deadline);
        return ancestry.compare(view, upstream, deadline);
    }

    @Override
    public boolean canRewind() {
        return rewinding.possible();
    }

    @Override
    public void rewind(Upstream upstream, Consumer<Progress> progress) throws PostgresException {
        exclusive("pg_rewind", () -> rewinding.run(upstream, progress));
    }

    @Override
    public void cloneFrom(Upstream upstream, Consumer<Progress> progress) throws PostgresException {
        exclusive("clone", () -> cloning.run(upstream, progress));
    }

    @Override
    public void discardKeptDirectory() throws PostgresException {
        cloning.discardKept();
    }

    @Override
    public ControlData prepared(Path directory, SystemId id) throws PostgresException {
        return exchange.check(directory, id);
    }

    @Override
    public void exchangeData(Path prepared, Path kept, SystemId id, int timeline)
            throws PostgresException {
        exclusive(
                "exchange of the data directory", () -> exchange.run(prepared, kept, id, timeline));
    }

    @Override
    public void undoExchange(Path kept) throws PostgresException {
        exclusive("putting the data directory back", () -> exchange.undo(kept));
    }

    @Override
    public List<DivergedWal> divergedWal() throws PostgresException {
        return diverged.list();
    }

    @Override
    public void removeDivergedWal(String id) throws PostgresException {
        diverged.remove(id);
    }

    @Override
    public void synchronousStandbys(String names) throws PostgresException {
        standbyNames(Optional.of(names));
    }

    @Override
    public void leaveSynchronousStandbys() throws PostgresException {
        standbyNames(Optional.empty());
    }

    private void standbyNames(Optional<String> names) throws PostgresException {
        parts.turn()
                .call(
                        "synchronous_standby_names",
                        SQL,
                        () -> {
                            control.standbyNames(names);
                            return names;
                        });
        observer.settingsChanged();
    }

    @Override
    public List<Slot> slots() throws PostgresException {
        var version = parts.binaries().version();
        return parts.sessions()
                .call("listing replication slots", SQL, session -> Slots.list(session, version));
    }

    @Override
    public void createPhysicalSlot(String name) throws PostgresException {
        slot("creating", name, node.database(), s -> Slots.createPhysical(s, name));
    }

    @Override
    public void createLogicalSlot(String name, String database, String plugin)
            throws PostgresException {
        var version = parts.binaries().version();
        slot("creating", name, database, s -> Slots.createLogical(s, name, plugin, version));
    }

    @Override
    public void dropSlot(String name) throws PostgresException {
        slot("dropping", name, node.database(), s -> Slots.drop(s, name));
    }

    @Override
    public void advanceSlot(Slot slot, Lsn to) throws PostgresException {
        Optional<Lsn> position = slot.logical() ? slot.confirmedFlushLsn() : slot.restartLsn();
        if (slot.active() || position.filter(p -> !to.isAfter(p)).isPresent()) return;
        slot(
                "advancing",
                slot.name(),
                slot.logical() ? slot.database() : node.database(),
                s -> Slots.advance(s, slot.name(), to));
    }

    private interface SlotWork {
        void with(io.matriarch.postgres.sql.Session session) throws java.sql.SQLException;
    }

    private void slot(String doing, String name, String database, SlotWork work)
            throws PostgresException {
        parts.sessions()
                .call(
                        doing + " replication slot " + name,
                        database,
                        SQL,
                        session -> {
                            work.with(session);
                            return name;
                        });
    }

    @Override
    public List<HistoryLine> timelineHistory(int timeline) throws PostgresException {
        if (timeline < 1)
            throw new PostgresException(
                    Code.INTERNAL, "timeline " + timeline + " does not exist", "");
        return ancestry.history(timeline);
    }

    @Override
    public HostPort address() {
        return node.connectAddress();
    }

    @Override
    public HostPort localAddress() {
        return parts.sessions().address();
    }

    @Override
    public Optional<Path> programs() {
        try {
            return Optional.ofNullable(parts.binaries().program("postgres").getParent());
        } catch (PostgresException e) {
            return Optional.empty(); // whoever starts the server hears why
        }
    }

    @Override
    public String database() {
        return node.database();
    }

    @Override
    public Path dataDirectory() {
        return DataDir.withoutLinks(node.dataDir());
    }

    /** Ends our connection; the server runs on. */
    @Override
    public void close() {
        observer.shutDown();
    }
}
