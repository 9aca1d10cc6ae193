package io.matriarch.failover.agent;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.api.MemberName;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.failover.api.RoleListener;
import io.matriarch.failover.core.Attention;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.Decision;
import io.matriarch.failover.core.FailsafeAnswer;
import io.matriarch.failover.core.FailsafeKey;
import io.matriarch.failover.core.FailsafeView;
import io.matriarch.failover.core.NodeReport;
import io.matriarch.failover.core.StoreLayout;
import io.matriarch.failover.core.StoreState;
import io.matriarch.monitor.api.Family;
import io.matriarch.postgres.api.LocalPostgres;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.ServerView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The failover agent of this node, put together: mirror of the store, lease keeper, guard, loop,
 * and the service others call. Closing it leaves PostgreSQL, the lease and the guard as they are,
 * for the next instance to take up.
 */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final Duration TAKE_UP_PAUSE = Duration.ofMillis(500);

    private final Settings settings;
    private final AgentState state;
    private final LocalPostgres postgres;
    private final StoreLayout layout;
    private final StoreMirror mirror;
    private final Store store;
    private final LeaseKeeper lease;
    private final Fence fence;
    private final Allegiance allegiance;
    private final Consent consent;
    private final FailsafeKeeper agreement;
    private final Peers peers;
    private final LongAction action;
    private final Transitions transitions;
    private final ControlLoop loop;
    private final DecisionLog log;
    private final Figures figures = new Figures();
    private final WriteProbe writing;
    private final Operations operations;
    private final Consumer<Decision.Exit> exit;

    /** Until then a planned restart of the agent is under way, and the stretched lease stays. */
    private volatile Instant preparedUntil = Instant.EPOCH;

    private volatile boolean leavePostgres;
    private volatile boolean shutDown;
    private volatile @Nullable Thread starting;
    private volatile boolean closed;

    /** What the agent is put together from. */
    public record Parts(
            Settings settings,
            Dcs dcs,
            LocalPostgres postgres,
            Fence fence,
            Peers peers,
            Supplier<List<RoleListener>> listeners,
            Supplier<String> reloadConfiguration,
            Consumer<Decision.Exit> exit) {}

    public Agent(Parts parts) {
        settings = parts.settings();
        exit = parts.exit();
        postgres = parts.postgres();
        fence = parts.fence();
        peers = parts.peers();
        allegiance = new Allegiance(new PromiseFile(settings.stateDirectory()), System::nanoTime);
        state = new AgentState(settings.bootstrapConfig());
        layout = new StoreLayout(settings.namespace(), settings.scope());
        log = new DecisionLog(settings.name().value());
        mirror = new StoreMirror(parts.dcs(), layout, this::storeChanged, this::storeGone);
        store = new Store(mirror, layout, settings.name(), () -> state.policy().retryTimeout());
        lease =
                new LeaseKeeper(
                        parts.dcs(), fence, state.policy(), new LeaseEvents(), figures.margin());
        consent = new Consent(settings.name(), state, lease, allegiance, this::wake);
        writing = WriteProbe.beside(postgres, settings, this::wake);
        action = new LongAction(this::wake);
        var callbacks =
                new Callbacks(settings.callbacks(), settings.scope(), settings.stateDirectory());
        var roles = new RoleNotice(state, settings.name().value(), callbacks, parts.listeners());
        var sync = new SyncKeeper(state, settings, postgres, store, mirror, log);
        transitions =
                new Transitions(
                        state,
                        settings,
                        postgres,
                        store,
                        mirror,
                        lease,
                        fence,
                        allegiance,
                        peers,
                        roles,
                        callbacks,
                        sync);
        var publisher =
                new Publisher(state, settings, postgres, store, lease, action, this::report);
        agreement =
                new FailsafeKeeper(
                        peers,
                        lease::agreed,
                        new WhomToAsk(settings.name(), state, mirror, lease, action),
                        ttl -> FailsafeView.question(publisher.sender(ttl)),
                        state::policy,
                        this::wake);
        var restarts = new Restarts(state, settings, action, transitions);
        var actor =
                new Actor(
                        state,
                        settings,
                        mirror,
                        store,
                        lease,
                        action,
                        transitions,
                        publisher,
                        sync,
                        roles,
                        restarts,
                        this::keepLeaseTerm,
                        parts.exit(),
                        this::wake);
        loop =
                new ControlLoop(
                        state,
                        settings,
                        postgres,
                        mirror,
                        lease,
                        fence,
                        allegiance,
                        agreement,
                        peers,
                        action,
                        actor,
                        log,
                        figures,
                        writing);
        operations =
                new Operations(
                        this,
                        state,
                        settings,
                        mirror,
                        store,
                        peers,
                        action,
                        transitions,
                        restarts,
                        callbacks,
                        parts.reloadConfiguration());
    }

    /**
     * Takes up what an earlier life left, then begins to decide. Nothing is decided before the
     * store has answered once: until then only the guard knows how long a primary beside us may
     * write.
     */
    public void start() {
        state.remember(memory -> memory.withBornAt(Instant.now()));
        starting = Thread.ofVirtual().name("take-up").start(this::takeUpAndDecide);
    }

    private void takeUpAndDecide() {
        try {
            while (!takenUp()) Thread.sleep(TAKE_UP_PAUSE);
        } catch (InterruptedException e) {
            return; // closed before the store answered
        }
        // What pg_rewind and a start need to know, before the first decision asks for either.
        transitions.configure(state.config());
        if (refused() || closed) return;
        lease.start();
        agreement.start();
        writing.start();
        loop.start();
    }

    /**
     * Our member key names the lease we had; if it lives, we have it again, and the leader key with
     * it if it was ours.
     */
    private boolean takenUp() {
        switch (mirror.state(Duration.ZERO, state.policy().retryTimeout())) {
            case StoreState.Away(var why) -> {
                log.note(
                        "Wait",
                        "the store has not answered since the start: " + why,
                        "",
                        Instant.now());
                mirror.lastFailure()
                        .filter(failure -> failure.code() == Code.DCS_DENIED)
                        .ifPresent(this::exit);
                return false;
            }
            case StoreState.Seen(var view) -> {
                takeUp(view);
                return true;
            }
        }
    }

    private void takeUp(ClusterView view) {
        view.config().ifPresent(config -> state.config(config.data()));
        lease.policy(state.policy());
        boolean everPromised = view.failsafe().map(list -> !list.members().isEmpty()).orElse(false);
        allegiance.takeUp(everPromised ? state.policy().ttl() : Duration.ZERO);
        consent.knowsTheCluster();
        var leaderLease =
                view.leader()
                        .filter(key -> key.name().equals(settings.name()))
                        .map(ClusterView.LeaderKey::leaseId);
        var memberLease =
                view.member(settings.name()).map(io.matriarch.failover.core.Member::leaseId);
        var former = leaderLease.or(() -> memberLease).filter(id -> id != 0);
        if (former.isEmpty()) return;
        try {
            lease.adopt(former.get(), leaderLease.isPresent());
        } catch (DcsException e) {
            LOG.warn("the lease of an earlier life was not taken up: {}", e.getMessage());
        }
    }

    /** A server that runs and will not let us in is not ours to judge: better to say so and end. */
    private boolean refused() {
        var server = postgres.observe(Duration.ofSeconds(1));
        if (!server.running() || server.live().isPresent()) return false;
        try {
            postgres.slots();
            return false;
        } catch (PostgresException e) {
            if (e.code() != Code.POSTGRES_DENIED) return false; // not up yet: the loop waits for it
            exit(e);
            return true;
        }
    }

    private void exit(MatriarchException failure) {
        exit.accept(
                new Decision.Exit(
                        failure.code(), String.valueOf(failure.getMessage()), failure.hint()));
    }

    /** Decide now. */
    public void wake() {
        loop.wake();
    }

    /** The guard says that the postmaster is gone. */
    public void postmasterGone(long pid) {
        LOG.warn("postmaster {} is gone", pid);
        wake();
    }

    public DecisionLog decisions() {
        return log;
    }

    public io.matriarch.failover.api.Failover operations() {
        return operations;
    }

    private void storeChanged(String key) {
        var policy = state.policy();
        if (Attention.calls(key, mirror.lastKnown(), settings.name(), lease.isLeading(), policy))
            wake();
    }

    private void storeGone() {
        agreement.signal();
    }

    /** This node as last seen by the loop. */
    public NodeReport report() {
        return report(state.server().orElseGet(() -> postgres.observe(Duration.ofMillis(500))));
    }

    /** This node with PostgreSQL asked anew; for health checks. */
    public NodeReport freshReport() {
        return report(postgres.observe(Duration.ofSeconds(1)));
    }

    private NodeReport report(ServerView server) {
        var now = Instant.now();
        var seen = mirror.lastSeen();
        var view = mirror.lastKnown().filter(_ -> seen.plus(state.policy().ttl()).isAfter(now));
        return new NodeReport(
                settings.name(),
                settings.scope(),
                settings.tags(),
                state.role(),
                server,
                lease.left().isPositive(),
                view,
                state.config(),
                state.policy(),
                seen,
                state.nextRun(),
                state.checkpointPending(),
                server.pendingRestart(),
                state.scheduledRestart(),
                new NodeReport.FailsafeStatus(failsafeActive(), failsafeList()),
                writing.now(server),
                now);
    }

    /** Figures of this agent, from memory. */
    public List<Family> figures() {
        return figures.families(
                report(),
                writing.disk(),
                guard(),
                action.now().map(running -> running.kind().text()).orElse(""),
                System.nanoTime());
    }

    private boolean failsafeActive() {
        return mirror.isAway() && lease.byPromise()
                || allegiance.promise().flatMap(FailsafeView.Promise::to).isPresent();
    }

    private SortedMap<MemberName, String> failsafeList() {
        return mirror.lastKnown()
                .flatMap(ClusterView::failsafe)
                .map(FailsafeKey::members)
                .orElseGet(TreeMap::new);
    }

    /**
     * A leader that cannot reach the store asks whether it may serve on.
     *
     * @param body of {@code POST /failsafe}
     */
    public FailsafeAnswer failsafe(Map<String, Object> body) {
        return consent.ask(body);
    }

    Duration leaseLeft() {
        return lease.left();
    }

    String guard() {
        return fence.describe();
    }

    /**
     * Stretches the lease and the guard's deadline for a planned restart of the agent.
     *
     * @return false if the store did not take it
     */
    boolean prepareRestart(Duration grace) throws DcsException {
        boolean stretched = leaseFor(grace);
        if (stretched) preparedUntil = Instant.now().plus(grace);
        return stretched;
    }

    /** Whether a planned restart was announced and may still happen. */
    private boolean restartPrepared() {
        return Instant.now().isBefore(preparedUntil);
    }

    /**
     * Puts our keys onto a new lease of that time; false if the leader key is not ours any more.
     */
    private boolean leaseFor(Duration ttl) throws DcsException {
        boolean leads = lease.isLeading();
        return lease.replace(
                ttl,
                id -> {
                    if (leads && !store.attachLeader(id)) return false;
                    store.writeMember(currentMember(), id);
                    return true;
                });
    }

    /** After a change of {@code ttl}, and after a planned restart: a lease as the policy has it. */
    private void keepLeaseTerm() {
        if (!lease.ttlDiffers() || restartPrepared()) return;
        try {
            if (leaseFor(state.policy().ttl()))
                LOG.info("the lease lasts {} s now", state.policy().ttl().toSeconds());
        } catch (DcsException e) {
            LOG.warn("the lease keeps its old term for now: {}", e.getMessage());
        }
    }

    private String currentMember() {
        return io.matriarch.failover.core.MemberJson.of(
                report(),
                postgres.address(),
                postgres.database(),
                settings.apiUrl(),
                settings.version(),
                true);
    }

    /** Whatever happens next, {@link #shutDown} does not touch PostgreSQL. */
    public void leavePostgres() {
        leavePostgres = true;
    }

    /**
     * The node goes: leadership is handed over and PostgreSQL stopped. In pause, or before a
     * planned restart, PostgreSQL stays as it is. Asked again, there is nothing left to do.
     */
    public void shutDown() {
        if (shutDown) return;
        loop.close();
        if (leavePostgres || restartPrepared()) {
            LOG.info("PostgreSQL is left as it is");
            return;
        }
        if (!state.memory().everStarted()) {
            LOG.info("PostgreSQL was never seen to run by this agent: it is left as it is");
            return;
        }
        if (state.policy().paused()) {
            LOG.info("paused: PostgreSQL is left as it is, the guard stands down");
            fence.standDown();
            return;
        }
        try {
            transitions.shutDown(mirror.lastKnown());
            shutDown = true;
            lease.end();
        } catch (PostgresException e) {
            LOG.error("PostgreSQL was not stopped: {} HINT: {}", e.getMessage(), e.hint());
        } catch (DcsException e) {
            LOG.warn("the member key was not removed, it ends with its lease: {}", e.getMessage());
        }
    }

    /**
     * Everything ends, whatever becomes of its neighbours: a second lease keeper would be a danger.
     */
    @Override
    public void close() {
        closed = true;
        var first = starting;
        if (first != null) {
            first.interrupt();
            Threads.end(first, Duration.ofSeconds(5));
        }
        for (var part :
                List.<AutoCloseable>of(loop, writing, lease, agreement, mirror, peers, fence)) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.error("{} was not closed in order", part.getClass().getSimpleName(), e);
            }
        }
    }

    private final class LeaseEvents implements LeaseKeeper.Listener {
        @Override
        public void renewed() {
            boolean wasAway = mirror.isAway();
            mirror.answered();
            if (wasAway) wake();
        }

        @Override
        public void failed(DcsException why) {
            boolean wasAway = mirror.isAway();
            mirror.failed(why);
            if (!wasAway) wake();
        }

        @Override
        public void lost(long leaseId) {
            mirror.markStale();
            wake();
        }
    }
}
