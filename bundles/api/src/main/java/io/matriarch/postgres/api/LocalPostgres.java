package io.matriarch.postgres.api;

import io.matriarch.api.Lsn;
import io.matriarch.api.SystemId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The one PostgreSQL server beside us, 12 to 18. It is started by us and outlives us: closing or
 * swapping this service leaves it running, and the next instance finds it by its {@code
 * postmaster.pid}.
 *
 * <p>Operations block until done or out of time, one at a time; {@link #observe} may run beside any
 * of them. A failed operation leaves the server as it was or stopped, and never removes the only
 * copy of a data directory.
 */
@ProviderType
public interface LocalPostgres {
    /** Added to the data directory's name: where a restore lies that is to take its place. */
    String REPLACEMENT = ".replacement";

    /**
     * Looks at processes, files and, where it runs, asks the server. Takes at most about {@code
     * deadline}.
     */
    ServerView observe(Duration deadline);

    /**
     * Takes the cluster-wide settings: the object under {@code postgresql} of the dynamic
     * configuration. Local settings win over them, except those only the cluster may set. On a
     * running server the files are rewritten and reloaded if anything changed; what needs a restart
     * shows up in {@link ServerView#pendingRestart()}.
     *
     * @param standbyCluster the object under {@code standby_cluster}; empty: the cluster follows no
     *     other. Its {@code restore_command} and {@code archive_cleanup_command} win over all
     *     others on every standby, its {@code recovery_min_apply_delay} on one that follows the
     *     remote primary
     * @throws PostgresException the server refused a value; the files are as they were
     */
    void configure(Map<String, Object> clusterSettings, Map<String, Object> standbyCluster)
            throws PostgresException;

    /** As above, of a cluster that follows no other. */
    default void configure(Map<String, Object> clusterSettings) throws PostgresException {
        configure(clusterSettings, Map.of());
    }

    /** Writes the settings in force to the server's files and reloads it. */
    void reload() throws PostgresException;

    /**
     * initdb, start as primary, create the superuser, replication and rewind roles, run {@code
     * post_bootstrap}.
     */
    void bootstrap(Gate gate, Consumer<Progress> progress) throws PostgresException;

    /**
     * After a failed bootstrap: stops the server and renames the directory to {@code DIR.failed}.
     */
    void setAsideFailedBootstrap() throws PostgresException;

    /** Starts as primary: no signal file. */
    void startPrimary(Gate gate, Duration timeout) throws PostgresException;

    /**
     * From now on whoever starts the stopped server here gets a standby: writes the signal file.
     */
    void becomeStandby() throws PostgresException;

    /**
     * Starts as a standby of {@code upstream}, or of nobody: read-only until told whom to follow.
     */
    void startStandby(Optional<Upstream> upstream, Duration timeout) throws PostgresException;

    /**
     * Stops the server; done at once if it does not run.
     *
     * @param onShutdownCheckpoint called, at most once and from another thread, as soon as {@code
     *     pg_controldata} says the shutdown checkpoint is written, with its position (in front of a
     *     switch record archiving may have forced); the process may still be sending and archiving
     *     WAL
     * @throws PostgresException still running after {@code timeout}
     */
    void stop(StopMode mode, Duration timeout, Consumer<Lsn> onShutdownCheckpoint)
            throws PostgresException;

    /**
     * Kills every process of the server, the postmaster first. For when {@link StopMode#IMMEDIATE}
     * did not do.
     */
    void kill();

    /** Ends recovery; returns when the server accepts writes. */
    void promote(Duration timeout) throws PostgresException;

    /** What {@link #follow} had to do. */
    enum Followed {
        UNCHANGED,
        RELOADED,
        RESTARTED
    }

    /**
     * Points a running standby at {@code upstream} (or at nobody), by reload where the version can
     * (13 and newer).
     */
    Followed follow(Optional<Upstream> upstream, Duration timeout) throws PostgresException;

    /**
     * Stops fast and starts again in the same role, with the settings now in force.
     *
     * @param gate for a primary; a standby passes none
     */
    void restart(Gate gate, Duration timeout) throws PostgresException;

    /** {@code CHECKPOINT}. */
    void checkpoint(Duration timeout) throws PostgresException;

    /**
     * Recovers a crashed directory in single-user mode and shuts it down clean, as pg_rewind wants
     * it.
     */
    void recoverInSingleUserMode(Duration timeout) throws PostgresException;

    /** Compares our history with {@code upstream}'s. The server may run or not. */
    Lineage lineage(Upstream upstream, Duration deadline) throws PostgresException;

    /**
     * Whether pg_rewind may be used: allowed by the settings, binary there, checksums or {@code
     * wal_log_hints} on.
     */
    boolean canRewind();

    /**
     * Runs pg_rewind against {@code upstream}; the server must be stopped, and stays so. WAL that
     * only this server has is kept first ({@link #divergedWal}); that this fails is told, and no
     * reason not to rewind.
     */
    void rewind(Upstream upstream, Consumer<Progress> progress) throws PostgresException;

    /**
     * Copies {@code upstream}, by pg_basebackup or, where that is cheaper, out of a backup of its
     * cluster ({@link ReplicaSource}). A present data directory is kept beside as {@code
     * DIR.before-reclone} until {@link #discardKeptDirectory}, and put back if the copy fails. WAL
     * that only this server has is kept as by {@link #rewind}.
     */
    void cloneFrom(Upstream upstream, Consumer<Progress> progress) throws PostgresException;

    /**
     * The copy streams: the directory {@link #cloneFrom} kept may go. Does nothing if there is
     * none.
     */
    void discardKeptDirectory() throws PostgresException;

    /**
     * Whether a directory beside the data directory could take its place: a cluster of this system
     * identifier, recovered, shut down in order and without tablespaces. Touches nothing.
     *
     * @return what its control file says
     * @throws PostgresException {@code REFUSED}: it could not, and why
     */
    ControlData prepared(Path directory, SystemId id) throws PostgresException;

    /**
     * Renames the data directory to {@code kept} and {@code prepared} into its place, with the
     * configuration of the present one; the server must be stopped. Goes on where an earlier call
     * was cut off, and does nothing if what is in place is on {@code timeline} or a later one.
     *
     * @param kept beside the data directory, and not there yet
     * @param timeline of {@code prepared}
     * @throws PostgresException the data directory is in its place as before, unless the renaming
     *     back failed, too
     */
    void exchangeData(Path prepared, Path kept, SystemId id, int timeline) throws PostgresException;

    /** Puts back what an exchange that was cut off in its middle left aside; else does nothing. */
    void undoExchange(Path kept) throws PostgresException;

    /** What was kept of WAL that only this server had; the latest first. */
    List<DivergedWal> divergedWal() throws PostgresException;

    /**
     * Removes what was kept.
     *
     * @param id of {@link #divergedWal}
     * @throws PostgresException there is no such, or it cannot be removed
     */
    void removeDivergedWal(String id) throws PostgresException;

    /**
     * Has {@code synchronous_standby_names} in force instead of what the settings say, from now on
     * and through every restart of the server, and of this service. Returns when a session reads
     * it.
     *
     * <p>Commits that wait for a standby no longer named may be let go by this.
     */
    void synchronousStandbys(String names) throws PostgresException;

    /** Leaves {@code synchronous_standby_names} to the settings. */
    void leaveSynchronousStandbys() throws PostgresException;

    List<Slot> slots() throws PostgresException;

    /** Creates a physical slot that reserves WAL at once. One that exists is no error. */
    void createPhysicalSlot(String name) throws PostgresException;

    /** From PostgreSQL 17 on one that standbys may copy ({@code sync_replication_slots}). */
    void createLogicalSlot(String name, String database, String plugin) throws PostgresException;

    /** Drops an inactive slot. One that does not exist is no error. */
    void dropSlot(String name) throws PostgresException;

    /** Moves an inactive slot forward; never back. */
    void advanceSlot(Slot slot, Lsn to) throws PostgresException;

    /** The history file of {@code timeline}, oldest line first; empty on timeline 1. */
    List<HistoryLine> timelineHistory(int timeline) throws PostgresException;

    /**
     * Where clients and members reach this server ({@code postgresql.connect_address}) and the
     * default database.
     */
    HostPort address();

    /**
     * Where this node itself reaches it: an adopted server may listen elsewhere than configured.
     */
    default HostPort localAddress() {
        return address();
    }

    String database();

    /** Directory of PostgreSQL's programs, of this server's version; empty if there is none. */
    default Optional<Path> programs() {
        return Optional.empty();
    }

    /**
     * The data directory as the server's processes show it: absolute, and without links as far as
     * it exists by now.
     */
    Path dataDirectory();
}
