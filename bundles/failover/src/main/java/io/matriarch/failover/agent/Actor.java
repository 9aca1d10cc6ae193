package io.matriarch.failover.agent;

import io.matriarch.api.MemberName;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.Decision;
import io.matriarch.failover.core.Failsafe;
import io.matriarch.failover.core.LocalView;
import io.matriarch.failover.core.LocalView.Memory;
import io.matriarch.failover.core.LocalView.RunningAction.Kind;
import io.matriarch.failover.core.Role;
import io.matriarch.failover.core.StoreLayout;
import io.matriarch.failover.core.StoreState;
import io.matriarch.failover.core.Synchronous;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.ServerView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries a decision out: short things at once, long ones as the node's one long action. */
final class Actor {
    private static final Logger LOG = LoggerFactory.getLogger(Actor.class);

    /** How long a node that gave leadership away lets others go first. */
    private static final Duration YIELD = Duration.ofSeconds(2);

    private static final Duration RETRY_AFTER_FAILURE = Duration.ofSeconds(5);

    private final AgentState state;
    private final Settings settings;
    private final StoreMirror mirror;
    private final Store store;
    private final LeaseKeeper lease;
    private final LongAction action;
    private final Transitions transitions;
    private final Publisher publisher;
    private final SyncKeeper sync;
    private final RoleNotice roles;
    private final Restarts restarts;
    private final Runnable keepLeaseTerm;
    private final Consumer<Decision.Exit> exit;
    private final Runnable wake;
    private boolean streamed;

    Actor(
            AgentState state,
            Settings settings,
            StoreMirror mirror,
            Store store,
            LeaseKeeper lease,
            LongAction action,
            Transitions transitions,
            Publisher publisher,
            SyncKeeper sync,
            RoleNotice roles,
            Restarts restarts,
            Runnable keepLeaseTerm,
            Consumer<Decision.Exit> exit,
            Runnable wake) {
        this.state = state;
        this.settings = settings;
        this.mirror = mirror;
        this.store = store;
        this.lease = lease;
        this.action = action;
        this.transitions = transitions;
        this.publisher = publisher;
        this.sync = sync;
        this.roles = roles;
        this.restarts = restarts;
        this.keepLeaseTerm = keepLeaseTerm;
        this.exit = exit;
        this.wake = wake;
    }

    /**
     * Carries out.
     *
     * @return whether the next decision should follow at once
     */
    boolean act(Decision decision, StoreState seen, LocalView local) {
        try {
            return switch (seen) {
                case StoreState.Away _ -> withoutStore(decision, local);
                case StoreState.Seen(var view) -> act(decision, view, local);
            };
        } catch (DcsException e) {
            LOG.warn(
                    "{} not carried out: {} ({})",
                    decision.getClass().getSimpleName(),
                    e.getMessage(),
                    e.fate());
            return false;
        }
    }

    private boolean withoutStore(Decision decision, LocalView local) {
        switch (decision) {
            case Decision.ServeOn(var reason) -> serveOn(local, reason);
            case Decision.Demote(_, var reason) ->
                    start(Kind.DEMOTE, reason, transitions::demoteOffline);
            case Decision.StartStandby(var upstream, var reason) ->
                    start(
                            Kind.START,
                            reason,
                            () -> transitions.startStandby(upstream, Role.REPLICA));
            case Decision.Wait _ when local.failsafe().promise().isPresent() ->
                    mirror.lastKnown()
                            .map(view -> Failsafe.heard(view, local.failsafe().promise()))
                            .ifPresent(view -> slotsOfStandby(view, local));
            default -> {}
        }
        return false;
    }

    private void slotsOfStandby(ClusterView view, LocalView local) {
        boolean standby = local.server().live().map(live -> live.inRecovery()).orElse(false);
        if (!standby || local.action().isPresent()) return;
        publisher.slots(view, local);
        if (!view.ledBy(settings.name())) sync.follow(local);
    }

    private void serveOn(LocalView local, String reason) {
        if (local.action().isPresent()) return;
        if (local.isPrimary()) roles.become(Role.PRIMARY, reason);
        mirror.lastKnown().ifPresent(view -> publisher.servingOn(view, local));
    }

    private boolean act(Decision decision, ClusterView view, LocalView local) throws DcsException {
        boolean quiet =
                decision instanceof Decision.Wait || decision instanceof Decision.KeepLeading;
        if (quiet && local.action().isEmpty() && local.server().live().isPresent())
            restarts.ifDue(local.server());
        return switch (decision) {
            case Decision.AskPeers _, Decision.CompareHistory _ -> false;
            case Decision.ServeOn _ -> false; // decided without the store only
            case Decision.Wait(var reason) -> {
                settle(view, local, reason);
                yield false;
            }
            case Decision.KeepLeading(var reason) -> keepLeading(view, local, reason);
            case Decision.Acquire(var reason) -> acquire(view, local, reason);
            case Decision.ReleaseLeader _ -> {
                release(view, local);
                yield true;
            }
            case Decision.WriteInitialize(var id, _) -> {
                boolean written = store.writeInitialize(view, id);
                mirror.markStale();
                yield written;
            }
            case Decision.CutHistory(var reason) -> {
                LOG.warn("the cluster's history is cut: {}", reason);
                boolean cut = publisher.cutHistory(view, local);
                mirror.markStale();
                yield cut;
            }
            case Decision.ClearHandover _ -> {
                view.failover().ifPresent(request -> LOG.info("handover request cleared"));
                yield view.failover().isPresent() && store.clearHandover(view.failover().get());
            }
            case Decision.RequestHandover(var candidate, var reason) -> {
                LOG.warn("leadership is handed to {}: {}", candidate, reason);
                yield requestHandover(candidate);
            }
            case Decision.Bootstrap(var reason) -> bootstrap(reason, transitions::bootstrap);
            case Decision.BootstrapStandby(var remote, var reason) ->
                    bootstrap(reason, () -> transitions.bootstrapStandby(remote));
            case Decision.FinishBootstrap(var id, _) -> finishBootstrap(id);
            case Decision.AbandonBootstrap(var reason) -> abandonBootstrap(reason);
            case Decision.Exit stop -> {
                exit.accept(stop);
                yield false;
            }
            default -> {
                longAction(decision, view, local);
                yield false;
            }
        };
    }

    private void longAction(Decision decision, ClusterView view, LocalView local) {
        String why = decision.reason();
        switch (decision) {
            case Decision.Promote _ -> start(Kind.PROMOTE, why, () -> transitions.promote(why));
            case Decision.Demote(var mode, _) -> demote(mode, view, local, why);
            case Decision.StartPrimary _ ->
                    start(Kind.START, why, () -> transitions.startPrimary(why));
            case Decision.StartStandby(var upstream, _) ->
                    start(
                            Kind.START,
                            why,
                            () -> transitions.startStandby(upstream, standbyRole(view)));
            case Decision.Follow(var upstream, _) ->
                    start(Kind.FOLLOW, why, () -> transitions.follow(upstream));
            case Decision.StopStandby _ -> {
                state.remember(m ->
                        m.withRewind(
                                m.rewind() == Memory.Rewind.DONE
                                        ? Memory.Rewind.FAILED
                                        : m.rewind()));
                start(Kind.FOLLOW, why, transitions::stopStandby);
            }
            case Decision.ReplaceData(var replacement, _) ->
                    start(
                            Kind.REPLACE,
                            why,
                            () -> transitions.replacements().carryOut(view, replacement, why));
            case Decision.RecoverAlone _ -> start(Kind.RECOVERY, why, transitions::recoverAlone);
            case Decision.Rewind(var upstream, _) ->
                    start(Kind.REWIND, why, () -> transitions.rewind(upstream));
            case Decision.Clone(var upstream, _) ->
                    start(Kind.CLONE, why, () -> transitions.clone(upstream));
            default -> throw new IllegalStateException("no long action: " + decision);
        }
    }

    private void demote(Decision.Demote.Mode mode, ClusterView view, LocalView local, String why) {
        local.action()
                .filter(running -> running.kind() != Kind.DEMOTE)
                .ifPresent(_ -> action.interrupt());
        switch (mode) {
            case GRACEFUL -> start(Kind.DEMOTE, why, () -> transitions.handOver(view, why));
            case IMMEDIATE -> start(Kind.DEMOTE, why, () -> transitions.demoteNow(view, true, why));
            case IMMEDIATE_NOLOCK -> {
                lease.leadsNoMore();
                start(Kind.DEMOTE, why, () -> transitions.demoteNow(view, false, why));
            }
            case CLUSTER -> start(Kind.DEMOTE, why, () -> transitions.demoteCluster(view, why));
            case OFFLINE -> start(Kind.DEMOTE, why, transitions::demoteOffline);
        }
    }

    private void start(Kind kind, String why, LongAction.Body body) {
        action.start(kind, body)
                .ifPresent(done -> done.whenComplete((_, failure) -> ended(kind, why, failure)));
    }

    private void ended(
            Kind kind, String why, @org.jspecify.annotations.Nullable Throwable failure) {
        state.failure(failure);
        if (failure == null) {
            state.remember(memory -> memory.withRetryAt(Optional.empty()));
        } else {
            String hint =
                    failure instanceof PostgresException known ? " HINT: " + known.hint() : "";
            LOG.error(
                    "{} failed ({}): {}{}",
                    kind.text(),
                    why,
                    failure.getMessage(),
                    hint,
                    failure instanceof PostgresException ? null : failure);
            state.remember(memory ->
                    memory.withRetryAt(Optional.of(Instant.now().plus(RETRY_AFTER_FAILURE))));
        }
        wake.run();
    }

    private void settle(ClusterView view, LocalView local, String reason) {
        if (!local.server().running() || local.isPrimary()) return;
        slotsOfStandby(view, local);
        if (local.action().isEmpty() && !view.ledBy(settings.name()))
            roles.become(Role.REPLICA, reason);
        noteStreaming(local);
    }

    private Role standbyRole(ClusterView view) {
        boolean leads = state.policy().standbyCluster().isPresent() && view.ledBy(settings.name());
        return leads ? Role.STANDBY_LEADER : Role.REPLICA;
    }

    /** Once it streams it is where it belongs, and what was kept for the way there may go. */
    private void noteStreaming(LocalView local) {
        boolean streaming =
                local.server()
                        .live()
                        .map(l -> l.replicationState().equals("streaming"))
                        .orElse(false);
        if (!streaming) {
            streamed = false;
        } else if (!streamed) {
            streamed = true;
            state.remember(memory -> memory.withRewind(Memory.Rewind.UNTRIED));
            transitions.discardKeptDirectory();
        }
    }

    private boolean keepLeading(ClusterView view, LocalView local, String reason)
            throws DcsException {
        boolean attached = view.leader().map(key -> key.leaseId() == lease.leaseId()).orElse(false);
        if (!attached && lease.renewNow()) {
            long id = lease.leaseId();
            if (store.attachLeader(id)) lease.leads(id);
        }
        if (local.isPrimary() && local.action().isEmpty()) roles.become(Role.PRIMARY, reason);
        publisher.leaderDuties(view, local);
        if (standbyRole(view) == Role.STANDBY_LEADER) leadStandbyCluster(view, local, reason);
        if (!local.isPrimary() || local.action().isPresent()) return false;
        transitions.replacements().endIfOver(view, local);
        boolean again = sync.lead(view, local);
        if (again) mirror.markStale();
        return again;
    }

    private void leadStandbyCluster(ClusterView view, LocalView local, String reason)
            throws DcsException {
        var live = local.server().live().filter(some -> some.inRecovery());
        if (live.isEmpty() || local.action().isPresent()) return;
        roles.become(Role.STANDBY_LEADER, reason);
        noteStreaming(local);
        sync.follow(local);
        if (view.sync().isPresent() && Synchronous.overtaken(view, live.get()))
            store.deleteSync(view.sync().get());
    }

    /** Whether the loop should look again soon. */
    boolean soon() {
        return sync.soon();
    }

    /** Takes the key on a lease renewed a moment ago, so that all of its time is still to come. */
    private boolean acquire(ClusterView view, LocalView local, String reason) throws DcsException {
        boolean renewed = lease.renewNow();
        long id = lease.leaseId();
        if (!renewed || !store.acquire(id)) {
            mirror.markStale();
            return true;
        }
        lease.leads(id);
        state.remember(memory -> memory.withAnswered(local.peers()));
        mirror.markStale();
        if (local.isPrimary()) roles.become(Role.PRIMARY, reason);
        return true;
    }

    private void release(ClusterView view, LocalView local) throws DcsException {
        lease.leadsNoMore();
        boolean toEnd = !local.server().running() || local.mayBePromoted();
        if (toEnd && !transitions.shut()) return; // we are asked again
        store.release(view.status(), Optional.empty());
        mirror.markStale();
        state.remember(memory -> memory.withYieldUntil(Optional.of(Instant.now().plus(YIELD))));
    }

    private boolean bootstrap(String why, LongAction.Body body) throws DcsException {
        if (!lease.renewNow()) return false;
        long leaseId = lease.leaseId();
        boolean won = store.claimInitialize(leaseId);
        mirror.markStale();
        if (!won) return true;
        lease.claims(leaseId);
        state.remember(memory -> memory.withBootstrap(Memory.Bootstrap.CLAIMED));
        start(Kind.BOOTSTRAP, why, body);
        return false;
    }

    private boolean finishBootstrap(io.matriarch.api.SystemId id) throws DcsException {
        if (!lease.renewNow()) return false;
        long leaseId = lease.leaseId();
        if (!lease.holdsClaim()) {
            state.failure(new IllegalStateException("the lease ended meanwhile"));
            state.remember(memory -> memory.withBootstrap(Memory.Bootstrap.FAILED));
            return true;
        }
        boolean published = store.publishNewCluster(id, state.config(), leaseId);
        mirror.markStale();
        if (published) {
            lease.leads(leaseId);
            boolean standby = state.policy().standbyCluster().isPresent();
            roles.become(standby ? Role.STANDBY_LEADER : Role.PRIMARY, "the cluster is created");
        }
        state.remember(memory -> memory.withBootstrap(Memory.Bootstrap.NONE));
        return true;
    }

    private boolean requestHandover(MemberName candidate) throws DcsException {
        boolean written =
                store.requestHandoverAsLeader(
                        StoreLayout.writeFailover(
                                Optional.of(settings.name().value()),
                                Optional.of(candidate.value()),
                                Optional.empty()));
        mirror.markStale();
        return written;
    }

    private boolean abandonBootstrap(String reason) throws DcsException {
        String cause = state.failure().map(Throwable::getMessage).orElse("");
        boolean ours = lease.holdsClaim();
        transitions.setAsideFailedBootstrap();
        if (ours) store.abandonInitialize();
        var code =
                state.failure()
                        .filter(io.matriarch.api.MatriarchException.class::isInstance)
                        .map(io.matriarch.api.MatriarchException.class::cast);
        exit.accept(
                new Decision.Exit(
                        code.map(io.matriarch.api.MatriarchException::code)
                                .orElse(io.matriarch.api.Code.POSTGRES_CONTROL),
                        reason + " " + cause,
                        code.map(io.matriarch.api.MatriarchException::hint)
                                .orElse(
                                        "The directory was renamed to DIR.failed; its log says more.")));
        return false;
    }

    /** The dynamic configuration in the store is another than the one in force. */
    void configChanged(Map<String, Object> config) {
        boolean wasPaused = state.policy().paused();
        state.config(config);
        lease.policy(state.policy());
        if (wasPaused != state.policy().paused()) LOG.info(wasPaused ? "resumed" : "paused");
        transitions.configure(config);
    }

    /** PostgreSQL answers for the first time in this agent's life. */
    void firstSeenRunning(ServerView server) {
        state.remember(Memory::withStarted);
        boolean standby = server.live().orElseThrow().inRecovery();
        if (standby && state.role() == Role.UNINITIALIZED) state.role(Role.REPLICA);
        if (!standby && state.role() == Role.UNINITIALIZED) state.role(Role.PRIMARY);
        transitions.configure(state.config());
    }

    void publish(StoreState seen) {
        if (!(seen instanceof StoreState.Seen(var view))) return;
        keepLeaseTerm.run();
        publisher.member(view);
    }

    /** When something is due without anybody telling. */
    List<Instant> appointments(StoreState seen) {
        var due = new ArrayList<Instant>();
        var now = Instant.now();
        state.scheduledRestart().ifPresent(restart -> due.add(restart.at()));
        if (seen instanceof StoreState.Seen(var view))
            view.failover()
                    .flatMap(ClusterView.HandoverRequest::at)
                    .filter(now::isBefore)
                    .ifPresent(due::add);
        state.memory().yieldUntil().filter(now::isBefore).ifPresent(due::add);
        state.memory().retryAt().filter(now::isBefore).ifPresent(due::add);
        return due;
    }
}
