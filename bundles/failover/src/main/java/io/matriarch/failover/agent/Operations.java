package io.matriarch.failover.agent;

import io.matriarch.dcs.api.DcsException;
import io.matriarch.failover.api.Answer;
import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.failover.api.DecisionRecord;
import io.matriarch.failover.api.DemoteRequest;
import io.matriarch.failover.api.Failover;
import io.matriarch.failover.api.NodeStatus;
import io.matriarch.failover.api.PeerSight;
import io.matriarch.failover.api.RestartRequest;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.ConfigChange;
import io.matriarch.failover.core.Joining;
import io.matriarch.failover.core.LocalView.RunningAction.Kind;
import io.matriarch.failover.core.StatusTables;
import io.matriarch.failover.core.StoreLayout;
import io.matriarch.failover.core.StoreState;
import io.matriarch.failover.rest.core.Requests;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** What can be asked of the agent; the REST paths, JMX and {@code /api/v1} all end here. */
final class Operations implements Failover {
    private final Agent agent;
    private final AgentState state;
    private final Settings settings;
    private final StoreMirror mirror;
    private final Store store;
    private final Peers peers;
    private final Handovers handovers;
    private final ClusterRoles clusterRoles;
    private final LongAction action;
    private final Transitions transitions;
    private final Restarts restarts;
    private final Callbacks callbacks;
    private final Supplier<String> reloadConfiguration;

    Operations(
            Agent agent,
            AgentState state,
            Settings settings,
            StoreMirror mirror,
            Store store,
            Peers peers,
            LongAction action,
            Transitions transitions,
            Restarts restarts,
            Callbacks callbacks,
            Supplier<String> reloadConfiguration) {
        this.agent = agent;
        this.state = state;
        this.settings = settings;
        this.mirror = mirror;
        this.store = store;
        this.peers = peers;
        this.handovers = new Handovers(state, mirror, store, peers, agent::wake);
        this.clusterRoles = new ClusterRoles(state, mirror, store, agent::wake);
        this.action = action;
        this.transitions = transitions;
        this.restarts = restarts;
        this.callbacks = callbacks;
        this.reloadConfiguration = reloadConfiguration;
    }

    @Override
    public NodeStatus node() {
        var report = agent.report();
        var last = agent.decisions().last();
        return new NodeStatus(
                settings.name().value(),
                report.role().text(),
                report.server().state().text(),
                report.server().live().map(live -> live.timeline()).orElse(0),
                report.server().live().map(live -> live.position().value()).orElse(0L),
                report.leader(),
                Math.max(0, agent.leaseLeft().toMillis()),
                agent.guard(),
                action.now().map(running -> running.kind().text()).orElse(""),
                last.map(DecisionRecord::decision).orElse(""),
                last.map(DecisionRecord::reason).orElse(""));
    }

    @Override
    public ClusterStatus cluster() {
        var age = Duration.between(mirror.lastSeen(), Instant.now());
        return StatusTables.cluster(settings.scope(), mirror.lastKnown(), state.policy(), age);
    }

    @Override
    public List<PeerSight> peers(Duration deadline) {
        var others =
                mirror.lastKnown().stream()
                        .flatMap(view -> view.members().values().stream())
                        .filter(member -> !member.name().equals(settings.name()))
                        .toList();
        return peers.look(others, deadline);
    }

    @Override
    public List<DecisionRecord> decisions(Instant since) {
        return agent.decisions().since(since);
    }

    @Override
    public Answer switchover(
            String leader, Optional<String> candidate, Optional<Instant> at, boolean dryRun) {
        return handovers.request(
                Optional.of(leader).filter(name -> !name.isEmpty()), candidate, at, true, dryRun);
    }

    @Override
    public Answer failover(String candidate, boolean dryRun) {
        return handovers.request(
                Optional.empty(),
                Optional.of(candidate).filter(name -> !name.isEmpty()),
                Optional.empty(),
                false,
                dryRun);
    }

    @Override
    public Answer cancelSwitchover() {
        return handovers.cancel();
    }

    @Override
    public Answer promoteCluster(boolean dryRun) {
        return clusterRoles.promote(dryRun);
    }

    @Override
    public Answer demoteCluster(DemoteRequest request, boolean dryRun) {
        return clusterRoles.demote(request, dryRun);
    }

    @Override
    public Answer restart(RestartRequest request) {
        var refusal = Requests.refuseRestart(state.policy(), request, Instant.now());
        if (refusal.isPresent()) return refusal.get();
        if (request.at().isPresent()) {
            if (state.scheduledRestart().isPresent())
                return new Answer(409, "Another restart is already scheduled");
            restarts.schedule(request);
            agent.wake();
            return new Answer(202, "Restart scheduled");
        }
        if (restarts.hindrance(request).isPresent())
            return new Answer(503, "restart conditions are not satisfied");
        var done = restarts.now(request.timeout());
        if (done.isEmpty()) return busy();
        return awaited(done.get(), "restarted successfully", "restart failed");
    }

    private Answer busy() {
        return new Answer(
                503,
                action.now().map(running -> running.kind().text()).orElse("another action")
                        + " already in progress");
    }

    private Answer awaited(CompletableFuture<Void> done, String good, String bad) {
        try {
            done.get();
            agent.wake();
            return new Answer(200, good);
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            return new Answer(503, bad + ": " + cause.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(503, bad + ": the agent is stopping");
        }
    }

    @Override
    public Answer cancelRestart() {
        if (state.scheduledRestart().isEmpty()) return new Answer(404, "no restarts are scheduled");
        state.scheduledRestart(Optional.empty());
        agent.wake();
        return new Answer(200, "scheduled restart deleted");
    }

    @Override
    public Answer reinitialize(boolean force, boolean fromLeader) {
        var view = mirror.lastKnown();
        if (view.map(v -> v.ledBy(settings.name())).orElse(false))
            return new Answer(503, "I am the leader, can not reinitialize");
        var source = view.flatMap(v -> Joining.source(v, settings.name(), fromLeader));
        if (source.isEmpty()) return new Answer(503, "Cluster has no leader, can not reinitialize");
        if (action.now().isPresent()) {
            if (!force) return busy();
            action.interrupt();
        }
        return action.start(Kind.REINITIALIZE, () -> transitions.reinitialize(source.get()))
                        .isPresent()
                ? new Answer(200, "reinitialize started")
                : busy();
    }

    @Override
    public Answer replaceData(String directory, boolean dryRun) {
        return transitions.replacements().begin(directory, dryRun);
    }

    @Override
    public Answer cancelReplacement(boolean force) {
        var said = new CompletableFuture<Answer>(); // as an action, so never beside the exchange
        var done =
                action.start(
                        Kind.REPLACE,
                        () -> said.complete(transitions.replacements().cancel(force)));
        if (done.isEmpty()) return busy();
        var ended = awaited(done.get(), "cancelled", "cancelling failed");
        return ended.ok() ? said.join() : ended;
    }

    @Override
    public Answer reload() {
        String problem = reloadConfiguration.get();
        if (!problem.isEmpty()) return new Answer(503, problem);
        callbacks.tell("on_reload", state.role());
        agent.wake();
        return new Answer(202, "reload scheduled");
    }

    @Override
    public Answer pause() {
        return patchConfig("{\"pause\":true}");
    }

    @Override
    public Answer resume() {
        return patchConfig("{\"pause\":null}");
    }

    @Override
    public Optional<String> config() {
        return mirror.lastKnown()
                .flatMap(ClusterView::config)
                .map(config -> StoreLayout.json(config.data()));
    }

    @Override
    public Answer patchConfig(String json) {
        var patch = ConfigChange.parse(json);
        if (patch.isEmpty()) return new Answer(400, "a JSON object is needed, got: " + json);
        mirror.markStale();
        if (!(mirror.state(Duration.ZERO, state.policy().retryTimeout())
                instanceof StoreState.Seen(var view))) return new Answer(503, "the store is away");
        if (view.config().isEmpty()) return new Answer(503, "the cluster has no configuration yet");
        var merged = ConfigChange.merge(view.config().get().data(), patch.get());
        var refusal = ConfigChange.refuse(view.config().get().data(), merged);
        if (refusal.isPresent()) return refusal.get();
        if (merged.equals(view.config().get().data()))
            return new Answer(200, StoreLayout.json(merged));
        return written(
                () -> store.updateConfig(view.config(), StoreLayout.json(merged)),
                StoreLayout.json(merged));
    }

    @Override
    public Answer replaceConfig(String json) {
        var whole = ConfigChange.parse(json);
        if (whole.isEmpty()) return new Answer(400, "a JSON object is needed, got: " + json);
        var refusal = ConfigChange.refuse(current(), whole.get());
        if (refusal.isPresent()) return refusal.get();
        String value = StoreLayout.json(whole.get());
        return written(
                () -> {
                    store.replaceConfig(value);
                    return true;
                },
                value);
    }

    private Map<String, Object> current() {
        return mirror.lastKnown()
                .flatMap(ClusterView::config)
                .map(ClusterView.Config::data)
                .orElse(Map.of());
    }

    private interface Write {
        boolean run() throws DcsException;
    }

    private Answer written(Write write, String good) {
        try {
            boolean applied = write.run();
            mirror.markStale();
            agent.wake();
            return applied
                    ? new Answer(200, good)
                    : new Answer(409, "somebody changed it at the same time: read it again");
        } catch (DcsException e) {
            return new Answer(503, e.getMessage() + " (" + e.fate() + ")");
        }
    }

    @Override
    public String history() {
        return StoreLayout.json(mirror.lastKnown().map(ClusterView::history).orElse(List.of()));
    }

    @Override
    public Answer prepareRestart(int seconds) {
        long within = seconds == 0 ? settings.restartGrace().toSeconds() : seconds;
        if (within < 5 || within > 600)
            return new Answer(400, "seconds must be 5 to 600, not " + within);
        try {
            return agent.prepareRestart(Duration.ofSeconds(within))
                    ? new Answer(
                            200,
                            "the lease lasts "
                                    + within
                                    + " s: stop the agent and start it again within them")
                    : new Answer(409, "the leader key is not ours any more");
        } catch (DcsException e) {
            return new Answer(503, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Answer shutDown() {
        agent.shutDown();
        return new Answer(200, "stopped");
    }
}
