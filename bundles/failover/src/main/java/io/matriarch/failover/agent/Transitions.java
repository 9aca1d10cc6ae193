package io.matriarch.failover.agent;

import io.matriarch.api.Lsn;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.Handover;
import io.matriarch.failover.core.LocalView.Memory;
import io.matriarch.failover.core.Member;
import io.matriarch.failover.core.Role;
import io.matriarch.postgres.api.LocalPostgres;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.Progress;
import io.matriarch.postgres.api.ServerView;
import io.matriarch.postgres.api.StopMode;
import io.matriarch.postgres.api.Upstream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private static final Duration ARM_POLL = Duration.ofMillis(10);
    private static final Duration RECEIVE_POLL = Duration.ofMillis(20);
    private static final Duration YIELD = Duration.ofSeconds(2);

    private final AgentState state;
    private final Settings settings;
    private final LocalPostgres postgres;
    private final Store store;
    private final StoreMirror mirror;
    private final LeaseKeeper lease;
    private final Fence fence;
    private final Peers peers;
    private final RoleNotice roles;
    private final Callbacks callbacks;
    private final Consumer<Progress> progress = new ProgressLog();

    Transitions(
            AgentState state,
            Settings settings,
            LocalPostgres postgres,
            Store store,
            StoreMirror mirror,
            LeaseKeeper lease,
            Fence fence,
            Peers peers,
            RoleNotice roles,
            Callbacks callbacks) {
        this.state = state;
        this.settings = settings;
        this.postgres = postgres;
        this.store = store;
        this.mirror = mirror;
        this.lease = lease;
        this.fence = fence;
        this.peers = peers;
        this.roles = roles;
        this.callbacks = callbacks;
    }

    void bootstrap() throws PostgresException {
        try {
            postgres.configure(cluster(state.config()));
            postgres.bootstrap(progress);
            state.remember(memory -> memory.withBootstrap(Memory.Bootstrap.DONE));
            callbacks.tell("on_start", Role.PRIMARY);
        } catch (PostgresException | RuntimeException e) {
            state.remember(memory -> memory.withBootstrap(Memory.Bootstrap.FAILED));
            throw e;
        }
    }

    void setAsideFailedBootstrap() {
        try {
            postgres.setAsideFailedBootstrap();
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
        lease.rearm(); // the guard is armed for the server that is about to become writable
        if (settings.prePromote().isPresent()
                && !Callbacks.prePromote(settings.prePromote().get(), settings.scope())) {
            state.remember(
                    m -> m.withYieldUntil(Optional.of(Instant.now().plus(state.policy().ttl()))));
            releaseQuietly(ClusterView.Status.NONE, Optional.empty());
            throw refused("pre_promote ended with an error");
        }
        if (lease.left().compareTo(state.policy().safetyMargin()) <= 0)
            throw refused("too little of the lease is left to promote");
        state.checkpointPending(true);
        roles.become(Role.PROMOTED, why);
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

    /**
     * A crashed primary is started where it lies; the guard is armed as soon as there is a process
     * to guard.
     */
    void startPrimary(String why) throws PostgresException {
        confirmKey();
        if (lease.left().compareTo(state.policy().safetyMargin()) <= 0)
            throw refused("too little of the lease is left to start a primary");
        guarded(() -> postgres.startPrimary(startTimeout()));
        callbacks.tell("on_start", Role.PRIMARY);
        roles.become(Role.PRIMARY, why);
    }

    private Duration startTimeout() {
        var timeout = state.policy().primaryStartTimeout();
        return timeout.isZero() ? STOP : timeout;
    }

    private interface Step {
        void run() throws PostgresException;
    }

    private void guarded(Step step) throws PostgresException {
        var over = new AtomicBoolean();
        var before = state.server().flatMap(ServerView::postmaster);
        var arming =
                Thread.ofVirtual().name("arm-guard").start(() -> armNewPostmaster(before, over));
        try {
            step.run();
        } finally {
            over.set(true);
            arming.interrupt();
        }
        postgres.observe(Duration.ofMillis(500)).postmaster().ifPresent(fence::watch);
        lease.rearm();
    }

    private void armNewPostmaster(Optional<ServerView.Postmaster> before, AtomicBoolean over) {
        while (!over.get()) {
            var now = postgres.observe(Duration.ofMillis(50)).postmaster();
            if (now.isPresent() && !now.equals(before)) {
                fence.watch(now.get());
                lease.rearm();
                // We may have stood still since the lease was looked at: it is not armed then.
                if (!lease.left().isPositive() && !state.policy().paused()) postgres.kill();
                return;
            }
            try {
                Thread.sleep(ARM_POLL);
            } catch (InterruptedException e) {
                return; // the step is over; guarded() arms once more
            }
        }
    }

    void startStandby(Optional<Upstream> upstream, Role role) throws PostgresException {
        fence.standDown();
        roles.become(role, "starting as a standby");
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
        stop(StopMode.FAST, STOP, _ -> {});
    }

    void recoverAlone() throws PostgresException {
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
        postgres.cloneFrom(upstream, progress);
        state.remember(memory -> memory.withRewind(Memory.Rewind.DONE));
    }

    void reinitialize(Upstream upstream) throws PostgresException {
        stop(StopMode.IMMEDIATE, STOP_IMMEDIATE, _ -> {});
        clone(upstream);
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
            postgres.configure(cluster(config));
        } catch (PostgresException e) {
            LOG.error(
                    "the cluster's PostgreSQL settings were not applied: {} HINT: {}",
                    e.getMessage(),
                    e.hint());
        }
    }

    @SuppressWarnings("unchecked") // JSON objects have text keys
    private static Map<String, Object> cluster(Map<String, Object> config) {
        return config.get("postgresql") instanceof Map<?, ?> map
                ? (Map<String, Object>) map
                : Map.of();
    }

    void restart(Duration timeout) throws PostgresException {
        boolean leads = lease.left().isPositive();
        if (leads) guarded(() -> postgres.restart(timeout));
        else postgres.restart(timeout);
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
                        .filter(member -> wanted(view, member))
                        .toList();
        var checkpoint = new java.util.concurrent.atomic.AtomicReference<@Nullable Lsn>();
        stop(
                StopMode.FAST,
                STOP,
                lsn -> {
                    checkpoint.set(lsn);
                    if (awaitReceived(candidates, lsn) && released.compareAndSet(false, true))
                        releaseQuietly(view.status(), Optional.of(lsn));
                });
        fence.standDown();
        if (released.compareAndSet(false, true))
            releaseQuietly(view.status(), Optional.ofNullable(checkpoint.get()));
        callbacks.tell("on_stop", Role.REPLICA);
    }

    private static boolean wanted(ClusterView view, Member member) {
        return view.failover()
                .flatMap(ClusterView.HandoverRequest::candidate)
                .map(member.name()::equals)
                .orElse(true);
    }

    /**
     * The postmaster sends its last WAL before it ends; usually the first question is answered with
     * yes.
     */
    private boolean awaitReceived(List<Member> candidates, Lsn checkpoint) {
        var patience = Instant.now().plus(state.policy().retryTimeout());
        while (Instant.now().isBefore(patience)) {
            if (Handover.received(checkpoint, peers.ask(candidates, state.policy().retryTimeout())))
                return true;
            try {
                Thread.sleep(RECEIVE_POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    void demoteNow(ClusterView view, boolean release, String why) throws PostgresException {
        roles.become(Role.DEMOTED, why);
        stopAtOnce();
        fence.standDown();
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
            stopAtOnce();
        }
        lease.leadsNoMore();
        fence.standDown();
        callbacks.tell("on_stop", Role.REPLICA);
        postgres.startStandby(Optional.empty(), START_STANDBY);
        roles.become(Role.REPLICA, "read-only while the store is away");
    }

    private void stopAtOnce() throws PostgresException {
        try {
            postgres.stop(StopMode.IMMEDIATE, STOP_IMMEDIATE, _ -> {});
        } catch (PostgresException e) {
            LOG.error("an immediate stop did not do, killing it: {}", e.getMessage());
            postgres.kill();
        }
    }

    private void stop(StopMode mode, Duration timeout, Consumer<Lsn> onShutdownCheckpoint)
            throws PostgresException {
        try {
            postgres.stop(mode, timeout, onShutdownCheckpoint);
        } catch (PostgresException e) {
            LOG.warn("{} stop did not end in time, stopping at once: {}", mode, e.getMessage());
            stopAtOnce();
        }
    }

    /**
     * The agent ends in order: leadership first to somebody who has everything, then PostgreSQL
     * stops.
     */
    void shutDown(Optional<ClusterView> view) throws PostgresException {
        if (lease.left().isPositive() && view.isPresent()) {
            handOver(view.get(), "the agent is stopped");
        } else {
            stop(StopMode.FAST, STOP, _ -> {});
            fence.standDown();
            callbacks.tell("on_stop", state.role());
        }
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

    private static PostgresException refused(String why) {
        return new PostgresException(
                io.matriarch.api.Code.REFUSED, why, "Another member takes over.");
    }
}
