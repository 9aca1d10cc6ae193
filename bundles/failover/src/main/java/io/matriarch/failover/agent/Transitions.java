package io.matriarch.failover.agent;

import io.matriarch.api.Lsn;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.Handover;
import io.matriarch.failover.core.LocalView.Memory;
import io.matriarch.failover.core.Role;
import io.matriarch.postgres.api.Gate;
import io.matriarch.postgres.api.LocalPostgres;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.Progress;
import io.matriarch.postgres.api.ServerView;
import io.matriarch.postgres.api.StopMode;
import io.matriarch.postgres.api.Upstream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The long actions: what is done to PostgreSQL, and in which order with the store and the guard.
 */
final class Transitions {
    private static final Logger LOG = LoggerFactory.getLogger(Transitions.class);
    private static final Duration STOP = Duration.ofMinutes(5);
    private static final Duration STOP_IMMEDIATE = Duration.ofSeconds(3);
    private static final Duration START_STANDBY = Duration.ofMinutes(5);
    private static final Duration PROMOTE = Duration.ofMinutes(1);
    private static final Duration CHECKPOINT = Duration.ofMinutes(5);
    private static final Duration YIELD = Duration.ofSeconds(2);

    private final AgentState state;
    private final Settings settings;
    private final LocalPostgres postgres;
    private final Store store;
    private final StoreMirror mirror;
    private final LeaseKeeper lease;
    private final Fence fence;
    private final Allegiance allegiance;
    private final RoleNotice roles;
    private final Callbacks callbacks;
    private final SyncKeeper sync;
    private final Stopping stopping;
    private final Receipts receipts;
    private final Replacements replacements;
    private final Consumer<Progress> progress = new ProgressLog();

    Transitions(
            AgentState state,
            Settings settings,
            LocalPostgres postgres,
            Store store,
            StoreMirror mirror,
            LeaseKeeper lease,
            Fence fence,
            Allegiance allegiance,
            Peers peers,
            RoleNotice roles,
            Callbacks callbacks,
            SyncKeeper sync) {
        this.state = state;
        this.settings = settings;
        this.postgres = postgres;
        this.store = store;
        this.mirror = mirror;
        this.lease = lease;
        this.fence = fence;
        this.allegiance = allegiance;
        this.roles = roles;
        this.callbacks = callbacks;
        this.sync = sync;
        this.stopping = new Stopping(postgres, fence);
        this.receipts = new Receipts(state, peers);
        this.replacements =
                new Replacements(state, settings, postgres, store, mirror, lease, stopping, this);
    }

    void bootstrap() throws PostgresException {
        try {
            applySettings(state.config());
            postgres.bootstrap(gate(), progress);
            state.remember(memory -> memory.withBootstrap(Memory.Bootstrap.DONE));
            callbacks.tell("on_start", Role.PRIMARY);
        } catch (PostgresException | RuntimeException e) {
            state.remember(memory -> memory.withBootstrap(Memory.Bootstrap.FAILED));
            throw e;
        }
    }

    /** A standby cluster begins as a copy of the primary it follows, users and all. */
    void bootstrapStandby(Upstream remote) throws PostgresException {
        try {
            applySettings(state.config());
            clone(remote);
            postgres.startStandby(Optional.of(remote), START_STANDBY);
            state.remember(memory -> memory.withBootstrap(Memory.Bootstrap.DONE));
            callbacks.tell("on_start", Role.STANDBY_LEADER);
        } catch (PostgresException | RuntimeException e) {
            state.remember(memory -> memory.withBootstrap(Memory.Bootstrap.FAILED));
            throw e;
        }
    }

    void setAsideFailedBootstrap() {
        try {
            postgres.setAsideFailedBootstrap();
            lease.claimsNoMore();
            fence.standDown();
        } catch (PostgresException e) {
            LOG.error(
                    "the data directory of the failed bootstrap stays where it is: {} HINT: {}",
                    e.getMessage(),
                    e.hint());
        }
    }

    /** The guard first, then {@code pre_promote}, then the promotion: no instant is unguarded. */
    void promote(String why) throws PostgresException, IOException, InterruptedException {
        if (!lease.left().isPositive()) throw refused("the lease ran out before the promotion");
        confirmKey();
        if (!lease.rearm()) throw unguarded();
        if (settings.prePromote().isPresent()
                && !Callbacks.prePromote(settings.prePromote().get(), settings.scope())) {
            state.remember(
                    m -> m.withYieldUntil(Optional.of(Instant.now().plus(state.policy().ttl()))));
            releaseQuietly(ClusterView.Status.NONE, Optional.empty());
            throw refused("pre_promote ended with an error");
        }
        String unprepared = sync.beforePromotion();
        if (!unprepared.isEmpty()) throw refused(unprepared);
        if (lease.left().compareTo(state.policy().safetyMargin()) <= 0)
            throw refused("too little of the lease is left to promote");
        lead();
        state.checkpointPending(true);
        roles.become(Role.PROMOTED, why);
        state.promotionOf(postgres.observe(Duration.ofMillis(500)).postmaster());
        try {
            postgres.promote(PROMOTE);
            roles.become(Role.PRIMARY, why);
        } finally {
            // Also after a failure: the server may be a primary all the same, and while we publish
            // that a checkpoint is to come, no member dares to rewind.
            Thread.ofVirtual().name("checkpoint-after-promote").start(this::checkpointAfterPromote);
        }
    }

    /**
     * A deletion of our key may still be on its way; the key is written anew, so that it comes to
     * nothing.
     */
    private void confirmKey() throws PostgresException {
        try {
            if (store.confirmLeader(lease.leaseId())) return;
        } catch (DcsException e) {
            throw refused("the store did not confirm the leader key: " + e.getMessage());
        }
        throw refused("the leader key is not ours any more");
    }

    /** From here on no leader without the store gets our consent any more. */
    private void lead() throws PostgresException {
        if (state.policy().standbyCluster().isPresent())
            throw refused("the cluster follows another: nobody in it accepts writes");
        if (!allegiance.lead())
            throw refused("we promised another leader, which serves on without the store");
    }

    /** Members wait for it before they rewind against us. */
    private void checkpointAfterPromote() {
        try {
            postgres.checkpoint(CHECKPOINT);
        } catch (PostgresException e) {
            LOG.warn("the checkpoint after promotion failed: {}", e.getMessage());
        } finally {
            state.checkpointPending(false);
        }
    }

    /** A crashed primary is started where it lies; it asks the guard before it runs. */
    void startPrimary(String why) throws PostgresException {
        confirmKey();
        if (lease.left().compareTo(state.policy().safetyMargin()) <= 0)
            throw refused("too little of the lease is left to start a primary");
        lead();
        postgres.startPrimary(gate(), startTimeout());
        watch();
        callbacks.tell("on_start", Role.PRIMARY);
        roles.become(Role.PRIMARY, why);
    }

    private Duration startTimeout() {
        var timeout = state.policy().primaryStartTimeout();
        return timeout.isZero() ? STOP : timeout;
    }

    /** For a server of ours that may write: the guard is armed before it is asked. */
    private Gate gate() throws PostgresException {
        if (state.policy().paused()) return Gate.OPEN;
        var gate = fence.gate();
        if (!lease.rearm()) throw unguarded();
        return gate;
    }

    private static PostgresException unguarded() {
        return refused("the guard did not take the deadline of our lease");
    }

    private void watch() {
        postgres.observe(Duration.ofMillis(500)).postmaster().ifPresent(fence::watch);
    }

    void startStandby(Optional<Upstream> upstream, Role role) throws PostgresException {
        roles.become(role, "starting as a standby");
        openAsStandby();
        postgres.startStandby(upstream, START_STANDBY);
        callbacks.tell("on_start", role);
    }

    void follow(Optional<Upstream> upstream) throws PostgresException {
        var done = postgres.follow(upstream, START_STANDBY);
        LOG.info(
                "now following {} ({})",
                upstream.map(u -> u.name().value()).orElse("nobody"),
                done);
    }

    void stopStandby() throws PostgresException {
        stopping.stop(StopMode.FAST, STOP, _ -> {});
    }

    void recoverAlone() throws PostgresException {
        fence.standDown();
        postgres.recoverInSingleUserMode(STOP);
    }

    /** One try; what becomes of it decides the next rung of the ladder. */
    void rewind(Upstream upstream) throws PostgresException {
        if (!postgres.canRewind()) {
            LOG.warn(
                    "pg_rewind cannot be used here (use_pg_rewind off, or neither checksums nor wal_log_hints): cloning");
            state.remember(memory -> memory.withRewind(Memory.Rewind.FAILED));
            return;
        }
        fence.standDown(); // pg_rewind may start a server in single-user mode
        try {
            postgres.rewind(upstream, progress);
            state.remember(memory -> memory.withRewind(Memory.Rewind.DONE));
        } catch (PostgresException e) {
            state.remember(memory -> memory.withRewind(Memory.Rewind.FAILED));
            throw e;
        }
    }

    /** The copy is started by the next decision, as any stopped standby is. */
    void clone(Upstream upstream) throws PostgresException {
        fence.standDown();
        postgres.cloneFrom(upstream, progress);
        state.remember(memory -> memory.withRewind(Memory.Rewind.DONE));
    }

    void reinitialize(Upstream upstream) throws PostgresException {
        stopping.stop(StopMode.IMMEDIATE, STOP_IMMEDIATE, _ -> {});
        clone(upstream);
    }

    Replacements replacements() {
        return replacements;
    }

    void discardKeptDirectory() {
        try {
            postgres.discardKeptDirectory();
        } catch (PostgresException e) {
            LOG.warn("the directory kept from before the clone stays: {}", e.getMessage());
        }
    }

    void configure(Map<String, Object> config) {
        try {
            applySettings(config);
        } catch (PostgresException e) {
            LOG.error(
                    "the cluster's PostgreSQL settings were not applied: {} HINT: {}",
                    e.getMessage(),
                    e.hint());
        }
    }

    private void applySettings(Map<String, Object> config) throws PostgresException {
        boolean follows = state.policy().standbyCluster().isPresent();
        postgres.configure(
                section(config, "postgresql"),
                follows ? section(config, "standby_cluster") : Map.of());
    }

    @SuppressWarnings("unchecked") // JSON objects have text keys
    private static Map<String, Object> section(Map<String, Object> config, String name) {
        return config.get(name) instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    void restart(Duration timeout) throws PostgresException {
        boolean leads = lease.left().isPositive();
        boolean down = state.server().map(server -> !server.running()).orElse(false);
        if (!leads && down) fence.standDown();
        // A primary that does not lead any more is kept down by the guard; a standby passes no
        // gate.
        var gate = leads || state.policy().paused() ? gate() : fence.gate();
        postgres.restart(gate, timeout);
        watch();
        callbacks.tell("on_restart", state.role());
    }

    /**
     * Checkpoint while still serving, fast stop, and the key goes as soon as a candidate has all
     * WAL.
     */
    void handOver(ClusterView view, String why) throws PostgresException {
        try {
            postgres.checkpoint(CHECKPOINT);
        } catch (PostgresException e) {
            LOG.warn("checkpoint before the handover failed, going on: {}", e.getMessage());
        }
        yieldToOthers();
        roles.become(Role.DEMOTED, why);
        var released = new AtomicBoolean();
        var candidates =
                view.members().values().stream()
                        .filter(member -> !member.name().equals(settings.name()))
                        .filter(member -> Handover.wanted(view, state.policy(), member))
                        .toList();
        int timeline = timeline();
        var checkpoint = new AtomicReference<@Nullable Lsn>();
        stopping.stop(
                StopMode.FAST,
                STOP,
                lsn -> {
                    checkpoint.set(lsn);
                    if (receipts.await(candidates, timeline, lsn)
                            && released.compareAndSet(false, true))
                        releaseQuietly(view.status(), Optional.of(lsn));
                });
        shutFormerLeader();
        if (released.compareAndSet(false, true))
            releaseQuietly(view.status(), Optional.ofNullable(checkpoint.get()));
        callbacks.tell("on_stop", Role.REPLICA);
    }

    /**
     * The cluster is to follow another: all that was committed here is sent out before the server
     * is gone, then it is a standby of the remote primary. The key stays ours, so that nobody else
     * is promoted meanwhile.
     */
    void demoteCluster(ClusterView view, String why) throws PostgresException {
        var standby = state.policy().standbyCluster();
        if (standby.isEmpty()) throw refused("the cluster is to follow no other any more");
        roles.become(Role.DEMOTED, why);
        var others =
                view.members().values().stream()
                        .filter(member -> !member.name().equals(settings.name()))
                        .toList();
        int timeline = timeline();
        var checkpoint = new AtomicReference<@Nullable Lsn>();
        // A fast stop ends once every standby that is connected has all WAL, the remote ones too.
        stopping.stop(
                StopMode.FAST,
                STOP,
                lsn -> {
                    checkpoint.set(lsn);
                    if (!others.isEmpty() && !receipts.await(others, timeline, lsn))
                        LOG.warn("no member of ours tells that it has all WAL, up to {}", lsn);
                });
        callbacks.tell("on_stop", Role.REPLICA);
        stopping.awaitShut();
        postgres.becomeStandby();
        lease.readsOnly();
        publishEnd(view, Optional.ofNullable(checkpoint.get()));
        postgres.startStandby(standby.get().upstream(), START_STANDBY);
        roles.become(Role.STANDBY_LEADER, why);
        callbacks.tell("on_start", Role.STANDBY_LEADER);
    }

    /** Of the server as it was seen last; 0 if it did not answer then. */
    private int timeline() {
        return state.server().flatMap(ServerView::live).map(ServerView.Live::timeline).orElse(0);
    }

    private void publishEnd(ClusterView view, Optional<Lsn> end) {
        if (end.isEmpty()) return;
        var status = view.status();
        try {
            store.writeStatus(
                    new ClusterView.Status(end.get(), status.slots(), status.retainSlots()));
        } catch (DcsException e) {
            LOG.warn("where our WAL ended was not published: {}", e.getMessage());
        }
    }

    void demoteNow(ClusterView view, boolean release, String why) throws PostgresException {
        roles.become(Role.DEMOTED, why);
        stopping.atOnce();
        shutFormerLeader();
        yieldToOthers();
        if (release) releaseQuietly(view.status(), Optional.empty());
        callbacks.tell("on_stop", Role.REPLICA);
    }

    /** The lease runs out by itself; the guard stays armed until nothing can write any more. */
    void demoteOffline() throws PostgresException {
        roles.become(Role.DEMOTED, "the store is away");
        var left = lease.left();
        try {
            postgres.stop(StopMode.FAST, left.isPositive() ? left : Duration.ofMillis(1), _ -> {});
        } catch (PostgresException e) {
            LOG.warn("no orderly stop in what was left of the lease: {}", e.getMessage());
            stopping.atOnce();
        }
        openAsStandby();
        callbacks.tell("on_stop", Role.REPLICA);
        postgres.startStandby(Optional.empty(), START_STANDBY);
        roles.become(Role.REPLICA, "read-only while the store is away");
    }

    /**
     * The agent ends in order: leadership first to somebody who has everything, then PostgreSQL
     * stops.
     */
    void shutDown(Optional<ClusterView> view) throws PostgresException {
        if (lease.left().isPositive() && view.isPresent()) {
            handOver(view.get(), "the agent is stopped");
        } else {
            stopping.stop(StopMode.FAST, STOP, _ -> {});
            callbacks.tell("on_stop", state.role());
        }
        fence.standDown(); // who stops the agent may want to run the server without it
    }

    /** Only what is a standby from its first instant may start without a deadline. */
    private void openAsStandby() throws PostgresException {
        shutFormerLeader();
        postgres.becomeStandby();
        fence.standDown();
    }

    /**
     * We lead no more and our server is down: before others may know, nobody may start it again.
     *
     * @return false while somebody's server is being ended
     */
    boolean shut() {
        lease.leadsNoMore();
        return fence.shut();
    }

    private void shutFormerLeader() throws PostgresException {
        lease.leadsNoMore();
        stopping.awaitShut();
    }

    private void yieldToOthers() {
        state.remember(memory -> memory.withYieldUntil(Optional.of(Instant.now().plus(YIELD))));
    }

    private void releaseQuietly(ClusterView.Status status, Optional<Lsn> position) {
        try {
            store.release(status, position);
        } catch (DcsException e) {
            LOG.warn("the leader key was not deleted, it ends with its lease: {}", e.getMessage());
        }
        lease.leadsNoMore();
        mirror.markStale();
    }

    static PostgresException refused(String why) {
        return new PostgresException(
                io.matriarch.api.Code.REFUSED, why, "Another member takes over.");
    }
}
