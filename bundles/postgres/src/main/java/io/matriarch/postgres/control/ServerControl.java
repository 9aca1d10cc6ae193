package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.api.Lsn;
import io.matriarch.postgres.api.ControlData;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.Gate;
import io.matriarch.postgres.api.LocalPostgres.Followed;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.ServerView.Postmaster;
import io.matriarch.postgres.api.StopMode;
import io.matriarch.postgres.api.Upstream;
import io.matriarch.postgres.core.Archiving;
import io.matriarch.postgres.core.ConfText;
import io.matriarch.postgres.core.ConnInfo;
import io.matriarch.postgres.core.Gucs;
import io.matriarch.postgres.core.Merged;
import io.matriarch.postgres.core.NodeSettings;
import io.matriarch.postgres.core.RemoteCluster;
import io.matriarch.postgres.core.ServerConfig;
import io.matriarch.postgres.core.ServerConfig.Source;
import io.matriarch.postgres.core.WalCommands;
import io.matriarch.postgres.sql.Session;
import io.matriarch.postgres.sql.SettingsQuery;
import io.matriarch.postgres.sql.SqlErrors;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the server into a role and its files into line with the settings. */
final class ServerControl {
    private static final Logger log = LoggerFactory.getLogger(ServerControl.class);
    private static final Duration ASK = Duration.ofSeconds(5);
    private static final Duration RELOAD = Duration.ofSeconds(3);

    private final NodeSettings node;
    private final DataDir dir;
    private final Processes processes;
    private final StaleLocks locks;
    private final ServerProcess process;
    private final ConfigFiles files;
    private final Binaries binaries;
    private final Programs programs;
    private final LocalSessions sessions;
    private final WalArchive archive;
    private final States states;
    private final Turn turn;
    private final Promotion promotion;

    private volatile Map<String, Object> cluster = Map.of();
    private volatile RemoteCluster remote = RemoteCluster.NONE;
    private volatile Optional<Source> following = Optional.empty();

    /** Empty while nobody has said since we were started: then the file found has it. */
    private volatile Optional<StandbyNames> standbyNames = Optional.empty();

    private volatile List<String> archiveNotes = List.of();
    private volatile Observer.Wanted wanted = Observer.Wanted.NOTHING;

    /**
     * Who decides about {@code synchronous_standby_names}.
     *
     * @param ours empty: the settings do
     */
    private record StandbyNames(Optional<String> ours) {}

    ServerControl(Parts parts) {
        node = parts.node();
        dir = parts.dir();
        processes = parts.processes();
        locks = parts.locks();
        process = parts.process();
        files = parts.files();
        binaries = parts.binaries();
        programs = parts.programs();
        sessions = parts.sessions();
        archive = parts.archive();
        states = parts.states();
        turn = parts.turn();
        promotion = new Promotion(parts);
    }

    Observer.Wanted wanted() {
        return wanted;
    }

    Merged merged(boolean primary) throws PostgresException {
        return merged(primary, false);
    }

    private Merged merged(boolean primary, boolean followsRemote) throws PostgresException {
        try {
            return Merged.of(cluster, node.local(), primary)
                    .withRecovery(remote.recovery(followsRemote));
        } catch (IllegalArgumentException e) {
            throw new PostgresException(
                    Code.CONFIG,
                    "the settings under postgresql cannot be used: " + e.getMessage(),
                    "Correct it in matriarch.yml or in the cluster's dynamic configuration.",
                    e);
        }
    }

    /** With what a configured WAL archive adds. */
    Merged inForce(boolean primary) throws PostgresException {
        return inForce(primary, false);
    }

    private Merged inForce(boolean primary, boolean followsRemote) throws PostgresException {
        Merged merged = merged(primary, followsRemote);
        if (node.walCommands().equals(WalCommands.NONE)) return merged;
        var base = files.withoutOurs(merged.customConf(), Archiving.NAMES);
        var archiving = Archiving.of(merged, node.walCommands(), base);
        if (!archiving.notes().equals(archiveNotes))
            archiving.notes().forEach(note -> log.warn("{}", note));
        archiveNotes = archiving.notes();
        return archiving.merged();
    }

    private ServerConfig render(Optional<Source> source) throws PostgresException {
        Merged merged = inForce(source.isEmpty(), source.map(remote::isFollowedBy).orElse(false));
        if (!merged.ignored().isEmpty())
            log.warn(
                    "only the cluster's dynamic configuration may set {}: ignored in matriarch.yml",
                    String.join(", ", merged.ignored()));
        Optional<ControlData> control =
                processes.postmaster().isPresent() ? Optional.empty() : dir.control();
        return ServerConfig.of(node, withStandbyNames(merged), binaries.version(), source, control);
    }

    /** A rewritten file must not let commits go that wait for a standby. */
    private Merged withStandbyNames(Merged merged) throws PostgresException {
        Optional<String> names =
                standbyNames.isPresent()
                        ? standbyNames.get().ours()
                        : files.generated(Gucs.STANDBY_NAMES);
        return names.map(value -> merged.with(Gucs.STANDBY_NAMES, value)).orElse(merged);
    }

    void standbyNames(Optional<String> names) throws PostgresException {
        boolean before = standbyNames.equals(Optional.of(new StandbyNames(names)));
        standbyNames = Optional.of(new StandbyNames(names));
        if (names.isPresent() && !before) files.cleanAutoConf(Set.of(Gucs.STANDBY_NAMES));
        apply();
    }

    private void remember(ServerConfig config) {
        wanted = new Observer.Wanted(config.wanted(), ConfText.parse(config.postgresqlConf()));
    }

    // --- settings

    /** Takes the cluster's settings for the next start or change. */
    void accept(Map<String, Object> settings, Map<String, Object> standbyCluster)
            throws PostgresException {
        var before = given();
        cluster = withoutNulls(settings);
        remote = new RemoteCluster(withoutNulls(standbyCluster));
        try {
            merged(true);
        } catch (PostgresException e) {
            take(before);
            throw e;
        }
    }

    /** True if anything had to be written. */
    boolean configure(Map<String, Object> settings, Map<String, Object> standbyCluster)
            throws PostgresException {
        var before = given();
        accept(settings, standbyCluster);
        try {
            return apply();
        } catch (PostgresException e) {
            if (e.code() == Code.CONFIG) take(before); // else it counts from the next start on
            throw e;
        }
    }

    /** What the cluster's configuration says. */
    private record Given(Map<String, Object> cluster, RemoteCluster remote) {}

    private Given given() {
        return new Given(cluster, remote);
    }

    private void take(Given before) {
        cluster = before.cluster();
        remote = before.remote();
    }

    private static Map<String, Object> withoutNulls(Map<String, Object> settings) {
        var copy = new java.util.LinkedHashMap<String, Object>(settings);
        copy.values().removeIf(java.util.Objects::isNull); // JSON may say null for "not set"
        return copy;
    }

    /** Brings the files of a running server into line, and reloads it if that changed any. */
    boolean apply() throws PostgresException {
        if (processes.postmaster().isEmpty()) return false;
        return change(dir.standbySignal() ? Optional.of(source()) : Optional.empty());
    }

    private boolean change(Optional<Source> source) throws PostgresException {
        if (!files.taken()) refuseOtherFile();
        ServerConfig config = render(source);
        ConfigFiles.Change change = files.write(config);
        remember(config);
        if (!change.any()) return false;
        if (change.touched("pg_hba.conf")) checkHba(change);
        reload();
        return true;
    }

    /**
     * Debian keeps it under /etc: writing beside the data would change nothing, and lose it later.
     */
    private void refuseOtherFile() throws PostgresException {
        String read = sessions.call("asking for its file", ASK, SettingsQuery::configFile);
        if (read.isEmpty() || ConfigFiles.same(read, files.conf())) return;
        throw new PostgresException(
                Code.CONFIG,
                "the running server reads " + read + ", and we would write " + files.conf(),
                "Set postgresql.config_dir to the directory of the former.");
    }

    private void checkHba(ConfigFiles.Change change) throws PostgresException {
        List<String> errors;
        try {
            errors = sessions.call("checking pg_hba.conf", ASK, SettingsQuery::hbaErrors);
        } catch (PostgresException e) {
            log.info("pg_hba.conf could not be checked before the reload: {}", e.getMessage());
            return;
        }
        if (errors.isEmpty()) return;
        files.undo(change);
        throw new PostgresException(
                Code.CONFIG,
                "PostgreSQL refuses pg_hba.conf: " + String.join("; ", errors),
                "Correct postgresql.pg_hba; the files are as they were.");
    }

    /** Signals a reload and waits until a session has seen it, if one can be had. */
    void reload() throws PostgresException {
        Optional<Postmaster> postmaster = processes.postmaster();
        if (postmaster.isEmpty()) return;
        try (Session session = sessions.open(node.database(), ASK)) {
            String before = SettingsQuery.loadedAt(session);
            Signals.HUP.send(postmaster.get().pid());
            new Waiting(RELOAD).until(() -> !loadedAt(session).equals(before));
        } catch (SQLException e) {
            log.debug("reloading unseen, no connection: {}", e.getMessage());
            Signals.HUP.send(postmaster.get().pid());
        }
    }

    private static String loadedAt(Session session) {
        try {
            return SettingsQuery.loadedAt(session);
        } catch (SQLException e) {
            return "unknown: " + e.getMessage(); // differs from any time: nothing to wait for
        }
    }

    // --- whom to follow

    Source sourceOf(Optional<Upstream> upstream) throws PostgresException {
        if (upstream.isEmpty()) return Source.NOBODY;
        Upstream from = upstream.get();
        String slot =
                from.remote()
                        .map(there -> there.slot().orElse(""))
                        .orElseGet(() -> node.name().slotName());
        return new Source(
                ConnInfo.primary(
                        from.addresses(),
                        from.database(),
                        node.replication(),
                        files.passFile(),
                        node.name().value(),
                        binaries.version()),
                merged(false).useSlots() ? slot : "");
    }

    /** The files of a stopped server as they will be once it follows. */
    void writeAsStandbyOf(Upstream upstream) throws PostgresException {
        files.write(render(Optional.of(sourceOf(Optional.of(upstream)))));
    }

    /** What a standby follows now: as we told it, or as the files or the server itself say. */
    private Source source() throws PostgresException {
        Optional<Source> known = following.isPresent() ? following : files.source();
        if (known.isPresent()) return known.get();
        var row = sessions.call("asking whom it follows", ASK, SettingsQuery::source);
        return new Source(
                row.getOrDefault("primary_conninfo", ""),
                row.getOrDefault("primary_slot_name", ""));
    }

    Followed follow(Optional<Upstream> upstream, Duration timeout) throws PostgresException {
        if (processes.postmaster().isEmpty() || !dir.standbySignal())
            throw new PostgresException(
                    Code.REFUSED,
                    "only a running standby can be told to follow",
                    "Start it first.");
        Source target = sourceOf(upstream);
        if (source().equals(target)) {
            following = Optional.of(target);
            return change(Optional.of(target)) ? Followed.RELOADED : Followed.UNCHANGED;
        }
        following = Optional.of(target);
        files.cleanAutoConf();
        change(Optional.of(target));
        if (binaries.version().followsByReload()) return Followed.RELOADED;
        restart(Gate.OPEN, timeout);
        return Followed.RESTARTED;
    }

    // --- roles

    void startPrimary(Gate gate, Duration timeout) throws PostgresException {
        if (alreadyRunning(false)) return;
        dir.setStandby(false);
        following = Optional.empty();
        start(Optional.empty(), gate, timeout, PostgresState.START_FAILED);
    }

    void becomeStandby() throws PostgresException {
        if (processes.postmaster().isPresent())
            throw new PostgresException(
                    Code.REFUSED,
                    "PostgreSQL runs: a signal file changes nothing",
                    "Stop it first.");
        dir.setStandby(true);
    }

    void startStandby(Optional<Upstream> upstream, Duration timeout) throws PostgresException {
        if (alreadyRunning(true)) {
            follow(upstream, timeout);
            return;
        }
        Source target = sourceOf(upstream);
        dir.setStandby(true);
        files.cleanAutoConf();
        following = Optional.of(target);
        start(following, Gate.OPEN, timeout, PostgresState.START_FAILED);
    }

    private boolean alreadyRunning(boolean standby) throws PostgresException {
        if (dir.look().kind() != DataDirectory.PRESENT)
            throw new PostgresException(
                    Code.DATA_DIRECTORY,
                    "there is no cluster in "
                            + node.dataDir()
                            + " to start. "
                            + dir.look().trouble(),
                    "Bootstrap one, or clone a member.");
        if (processes.postmaster().isEmpty()) return false;
        if (dir.standbySignal() == standby) return true;
        throw new PostgresException(
                Code.REFUSED,
                "PostgreSQL runs already, as a " + (standby ? "primary" : "standby"),
                "Stop it first.");
    }

    private void start(Optional<Source> source, Gate gate, Duration timeout, PostgresState failed)
            throws PostgresException {
        PostgresState during =
                failed == PostgresState.RESTART_FAILED
                        ? PostgresState.RESTARTING
                        : PostgresState.STARTING;
        try {
            states.set(during);
            ServerConfig config = render(source);
            files.ensureDirectory(node.stateDir());
            files.passFile();
            files.write(config);
            remember(config);
            var waiting = new Waiting(timeout);
            var started = process.start(config, files.conf(), gate, timeout, turn);
            if (started == ServerProcess.Started.STILL_STARTING) {
                states.set(PostgresState.STARTING);
                throw new PostgresException(
                        Code.POSTGRES_CONTROL,
                        "PostgreSQL is still recovering after " + timeout.toSeconds() + " s",
                        "It goes on; its log in " + node.stateDir() + " says how far it is.");
            }
            greet(waiting.left());
            states.set(PostgresState.RUNNING);
        } catch (PostgresException e) {
            if (states.stamp().state().equals(Optional.of(during))) states.set(failed);
            throw e;
        }
    }

    /** A server that does not let us in cannot be looked after, so it does not stay up. */
    private void greet(Duration left) throws PostgresException {
        Duration patience = left.compareTo(ASK) > 0 ? left : ASK;
        try (var session = sessions.open(node.database(), patience)) {
            session.rows("SELECT 1 AS one");
        } catch (SQLException e) {
            if (SqlErrors.denied(e)) process.stop(StopMode.FAST, ASK, _ -> {});
            throw SqlErrors.explain("PostgreSQL started, and does not answer us", e);
        }
    }

    void stop(StopMode mode, Duration timeout, Consumer<Lsn> onShutdownCheckpoint)
            throws PostgresException {
        if (processes.postmaster().isEmpty()) return;
        states.set(PostgresState.STOPPING);
        try {
            process.stop(mode, timeout, onShutdownCheckpoint);
            states.set(PostgresState.STOPPED);
        } catch (PostgresException e) {
            states.set(PostgresState.STOP_FAILED);
            throw e;
        }
    }

    void kill() {
        boolean ran = processes.postmaster().isPresent();
        process.kill();
        if (ran) states.set(PostgresState.STOPPED);
    }

    void restart(Gate gate, Duration timeout) throws PostgresException {
        boolean standby = dir.standbySignal();
        Optional<Source> source = standby ? Optional.of(source()) : Optional.empty();
        var waiting = new Waiting(timeout);
        states.set(PostgresState.RESTARTING);
        try {
            process.stop(StopMode.FAST, timeout, _ -> {});
        } catch (PostgresException e) {
            states.set(PostgresState.STOP_FAILED);
            throw e;
        }
        start(source, standby ? Gate.OPEN : gate, waiting.left(), PostgresState.RESTART_FAILED);
    }

    void promote(Duration timeout) throws PostgresException {
        var waiting = new Waiting(timeout);
        promotion.complete(waiting, timeout);
        greet(waiting.left());
        following = Optional.empty();
        settleAsPrimary();
    }

    /** It writes already: that its file still speaks of an upstream is a blemish, no failure. */
    private void settleAsPrimary() {
        try {
            change(Optional.empty());
        } catch (PostgresException e) {
            log.warn(
                    "promoted, but the settings of a primary are not in force: {}", e.getMessage());
        }
    }

    // --- single-user recovery

    void recoverInSingleUserMode(Duration timeout) throws PostgresException {
        if (processes.postmaster().isPresent())
            throw new PostgresException(
                    Code.REFUSED, "PostgreSQL runs, so there is nothing to recover", "");
        locks.removePidFile();
        archive.drain(); // by the settings it last ran with
        boolean standby = dir.standbySignal();
        ServerConfig config = render(Optional.empty());
        files.write(config);
        dir.setStandby(false); // single-user mode refuses to start with it
        try {
            var command = new ArrayList<String>();
            command.add(binaries.program("postgres").toString());
            command.addAll(List.of("--single", "-D", node.dataDir().toString()));
            command.add("--config-file=" + files.conf());
            config.commandLine().forEach((name, value) -> command.add("--" + name + "=" + value));
            // What was not archived yet must stay to be archived.
            command.addAll(List.of("-c", "archive_mode=on", "-c", "archive_command=false"));
            command.add("template1");
            var result = programs.run(command, Map.of(), timeout);
            if (!result.good())
                throw new PostgresException(
                        Code.POSTGRES_CONTROL,
                        "crash recovery in single-user mode failed: " + result.lastWords(),
                        "The directory is as the crash left it.");
            states.set(PostgresState.STOPPED);
        } finally {
            if (standby) dir.setStandby(true);
        }
    }
}
