package io.matriarch.failover.agent;

import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.Decision;
import io.matriarch.failover.core.Failover;
import io.matriarch.failover.core.Failsafe;
import io.matriarch.failover.core.FailsafeView;
import io.matriarch.failover.core.GuardDuty;
import io.matriarch.failover.core.LocalView;
import io.matriarch.failover.core.LocalView.RunningAction;
import io.matriarch.failover.core.StoreState;
import io.matriarch.postgres.api.LocalPostgres;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.ServerView;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gather, decide, act; again when something happened, and at the latest after {@code loop_wait}.
 * One thread; nothing in here may block for longer than a fraction of the lease.
 */
final class ControlLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);
    private static final Duration OBSERVE = Duration.ofMillis(500);
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(5);
    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration PAUSE_AFTER_DEFECT = Duration.ofSeconds(1);

    /** Peers, histories. */
    private static final int KINDS_OF_FACTS = 2;

    /** A standby's mirror is fed by its watch; a full read now and then is only a precaution. */
    private static final int STANDBY_READS_EVERY_LOOPS = 10;

    private final AgentState state;
    private final Settings settings;
    private final LocalPostgres postgres;
    private final StoreMirror mirror;
    private final LeaseKeeper lease;
    private final Fence fence;
    private final Allegiance allegiance;
    private final FailsafeKeeper agreement;
    private final Peers peers;
    private final LongAction action;
    private final Actor actor;
    private final DecisionLog log;
    private final Figures figures;
    private final WriteProbe writing;
    private final Semaphore woken = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;
    private boolean tookUp;

    ControlLoop(
            AgentState state,
            Settings settings,
            LocalPostgres postgres,
            StoreMirror mirror,
            LeaseKeeper lease,
            Fence fence,
            Allegiance allegiance,
            FailsafeKeeper agreement,
            Peers peers,
            LongAction action,
            Actor actor,
            DecisionLog log,
            Figures figures,
            WriteProbe writing) {
        this.state = state;
        this.settings = settings;
        this.postgres = postgres;
        this.mirror = mirror;
        this.lease = lease;
        this.fence = fence;
        this.allegiance = allegiance;
        this.agreement = agreement;
        this.peers = peers;
        this.action = action;
        this.actor = actor;
        this.log = log;
        this.figures = figures;
        this.writing = writing;
        this.thread = Thread.ofPlatform().name("failover").daemon(true).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Something happened: decide now. */
    void wake() {
        woken.release();
    }

    private void run() {
        while (!closed) {
            Duration wait;
            long began = System.nanoTime();
            try {
                wait = cycle();
                figures.looped(Duration.ofNanos(System.nanoTime() - began));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return; // only close() interrupts
            } catch (RuntimeException e) {
                // A defect must not end the loop of a node that may be a primary: the lease and the
                // guard still hold
                // the line, and the next cycle starts from what is really there.
                LOG.error("a cycle failed: a defect of ours, please report it", e);
                wait = PAUSE_AFTER_DEFECT;
            }
            state.nextRun(Instant.now().plus(wait));
            try {
                if (woken.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) woken.drainPermits();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** One round. Returns how long nothing needs to be done unless something happens. */
    private Duration cycle() throws InterruptedException {
        var policy = state.policy();
        boolean leading = lease.left().isPositive();
        var maxAge =
                leading
                        ? policy.loopWait()
                        : policy.loopWait().multipliedBy(STANDBY_READS_EVERY_LOOPS);
        var store = mirror.state(maxAge, storeDeadline());
        if (store instanceof StoreState.Seen(var view)) takeIn(view);
        var server = observe();
        var local = localView(server);
        if (store instanceof StoreState.Seen(var view))
            store = new StoreState.Seen(Failsafe.heard(view, local.failsafe().promise()));
        var decision = decide(store, local);
        log.note(
                decision.getClass().getSimpleName(),
                decision.reason(),
                facts(store, local),
                Instant.now());
        boolean again = actor.act(decision, store, local);
        if (again)
            return SHORTEST_WAIT; // first what follows from it; what we publish can wait for that
        actor.publish(store);
        return untilNext(store);
    }

    /** While the lease runs down, one call must not eat what is left of it. */
    private Duration storeDeadline() {
        var retry = state.policy().retryTimeout();
        var half = lease.left().dividedBy(2);
        return half.isPositive() && half.compareTo(retry) < 0 ? half : retry;
    }

    private void takeIn(ClusterView view) {
        state.remember(memory -> memory.after(view, Instant.now()));
        view.config()
                .ifPresent(config -> {
                    if (!config.data().equals(state.config())) actor.configChanged(config.data());
                });
        state.failsafe(state.failsafe().after(view, settings.name()));
        var key = view.leader().filter(leader -> leader.name().equals(settings.name()));
        if (view.leader().isEmpty()) lease.keyLost();
        else if (key.isEmpty()) lease.leadsNoMore();
        // The answer to our taking the key may have been lost: on our live lease it is ours all the
        // same.
        boolean ours = key.map(leader -> leader.leaseId() == lease.leaseId()).orElse(false);
        boolean givenAway =
                action.now().map(now -> now.kind() == RunningAction.Kind.DEMOTE).orElse(false);
        if (ours && !lease.isLeading() && !givenAway) lease.leads(key.get().leaseId());
    }

    private ServerView observe() {
        var server = postgres.observe(OBSERVE);
        state.server(server);
        if (!action.passing()) server.postmaster().ifPresent(fence::watch);
        if (!tookUp) takeUp(server);
        settleGuard(server);
        if (server.live().isPresent() && !state.memory().everStarted())
            actor.firstSeenRunning(server);
        if (server.live().map(live -> !live.inRecovery()).orElse(false)) allegiance.leads();
        else if (!server.running() && action.now().isEmpty()) allegiance.leadsNoMore();
        return server;
    }

    /**
     * A deadline that is kept for a standby is one of an earlier life of this agent, which told it
     * to end recovery and did not see whether it did.
     */
    private void takeUp(ServerView server) {
        tookUp = true;
        boolean reads = server.live().map(ServerView.Live::inRecovery).orElse(true);
        if (reads && fence.ready() && fence.armed()) state.promotionOf(server.postmaster());
    }

    private void settleGuard(ServerView server) {
        var duty =
                GuardDuty.of(
                        server,
                        state.policy(),
                        action.now().isPresent(),
                        state.promotionOf(),
                        lease.left().isPositive(),
                        lease.isReadsOnly());
        switch (duty) {
            case LEAVE -> {}
            case STAND_DOWN -> fence.standDown();
            case READS_ONLY -> lease.readsOnly();
            case REARM -> lease.rearm();
            case SHUT_IF_ARMED -> fence.shutIfArmed();
        }
    }

    private LocalView localView(ServerView server) {
        return new LocalView(
                settings.name(),
                settings.tags(),
                settings.canBootstrap(),
                state.role(),
                server,
                lease.left(),
                fence.ready(),
                GuardDuty.mayBePromoted(server, state.promotionOf()),
                action.now(),
                state.memory(),
                Optional.empty(),
                Optional.empty(),
                new FailsafeView(
                        state.failsafe().mayLead(),
                        lease.byPromise(),
                        agreement.missing(),
                        allegiance.promise()),
                writing.now(server),
                Instant.now());
    }

    /** Fetches the facts a decision asks for, each kind at most once. */
    private Decision decide(StoreState store, LocalView first) throws InterruptedException {
        var policy = state.policy();
        var local = first;
        var decision = Failover.decide(store, local, policy);
        for (int asked = 0; asked < KINDS_OF_FACTS; asked++) {
            switch (decision) {
                case Decision.AskPeers(var members, _) ->
                        local =
                                local.withPeers(
                                        peers.ask(members, policy.retryTimeout()),
                                        lease.left(),
                                        Instant.now());
                case Decision.CompareHistory compare -> {
                    var facts = lineage(compare.upstream());
                    if (facts == null) return Failover.unasked(compare, store, local, policy);
                    local = local.withLineage(facts, lease.left(), Instant.now());
                }
                default -> {
                    return decision;
                }
            }
            decision = Failover.decide(store, local, policy);
        }
        return decision;
    }

    private io.matriarch.postgres.api.@Nullable Lineage lineage(
            io.matriarch.postgres.api.Upstream upstream) {
        try {
            return postgres.lineage(upstream, state.policy().retryTimeout());
        } catch (PostgresException e) {
            LOG.info("history not compared with {}: {}", upstream.name(), e.getMessage());
            return null;
        }
    }

    private static String facts(StoreState store, LocalView local) {
        String seen =
                switch (store) {
                    case StoreState.Away(var why) -> "store away: " + why;
                    case StoreState.Seen(var view) ->
                            "leader "
                                    + view.leader().map(key -> key.name().value()).orElse("none")
                                    + ", revision "
                                    + view.revision();
                };
        String server =
                local.server()
                        .live()
                        .map(live ->
                                (live.inRecovery() ? "standby" : "primary")
                                        + " at "
                                        + live.position()
                                        + " on timeline "
                                        + live.timeline())
                        .orElse(local.server().state().text());
        return seen + "; " + server + "; lease " + local.leaseLeft().toMillis() + " ms";
    }

    /** {@code loop_wait}, or less if a lease runs down or something is scheduled. */
    private Duration untilNext(StoreState store) {
        var policy = state.policy();
        var wait = policy.loopWait();
        if (store instanceof StoreState.Away) {
            var toStepDown = lease.left().minus(policy.stepDownReserve());
            var soon = toStepDown.isPositive() ? toStepDown.plusMillis(1) : policy.retryTimeout();
            wait = min(wait, min(soon, policy.retryTimeout()));
        }
        var server = state.server();
        boolean settling =
                action.now().isPresent()
                        || server.map(s -> s.running() && s.live().isEmpty()).orElse(false);
        if (settling) wait = min(wait, Duration.ofMillis(250));
        if (actor.soon()) wait = min(wait, SOON);
        for (var at : actor.appointments(store)) {
            var until = Duration.between(Instant.now(), at);
            wait = min(wait, until.isNegative() ? SHORTEST_WAIT : until.plusMillis(1));
        }
        return wait;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Lets a cycle under way come to its end; one that hangs is interrupted. */
    @Override
    public void close() {
        closed = true;
        wake();
        Threads.end(thread, PATIENCE);
    }
}
