package io.matriarch.failover.simulation;

import static io.matriarch.failover.simulation.SimStore.LAYOUT;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.api.SystemId;
import io.matriarch.dcs.api.Compare;
import io.matriarch.dcs.api.Op;
import io.matriarch.dcs.api.Txn;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.ClusterView.HandoverRequest;
import io.matriarch.failover.core.ClusterView.Initialize;
import io.matriarch.failover.core.ClusterView.Status;
import io.matriarch.failover.core.Decision;
import io.matriarch.failover.core.FailsafeKey;
import io.matriarch.failover.core.History;
import io.matriarch.failover.core.LocalView;
import io.matriarch.failover.core.LocalView.Memory;
import io.matriarch.failover.core.LocalView.RunningAction.Kind;
import io.matriarch.failover.core.MemberJson;
import io.matriarch.failover.core.NodeReport;
import io.matriarch.failover.core.Role;
import io.matriarch.failover.core.StoreLayout;
import io.matriarch.failover.core.StoreState;
import io.matriarch.failover.core.Synchronous;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries decisions out; as the real one, in events. */
final class SimActor {
    private static final Duration YIELD = Duration.ofSeconds(2);

    private final SimAgent agent;
    private final SimNode node;
    private final World world;
    private String memberWritten = "";
    private long memberLease;
    private boolean streamed;

    SimActor(SimAgent agent) {
        this.agent = agent;
        node = agent.node;
        world = node.world;
    }

    void act(Decision decision, StoreState seen, LocalView local, Consumer<Boolean> done) {
        switch (seen) {
            case StoreState.Away _ -> {
                withoutStore(decision, local);
                done.accept(false);
            }
            case StoreState.Seen(var view) -> act(decision, view, local, done);
        }
    }

    private void withoutStore(Decision decision, LocalView local) {
        var actions = agent.actions;
        switch (decision) {
            case Decision.ServeOn _ -> {
                if (local.isPrimary() && local.action().isEmpty()) agent.role = Role.PRIMARY;
            }
            case Decision.Demote _ -> actions.start(Kind.DEMOTE, actions::demoteOffline);
            case Decision.StartStandby(var upstream, _) ->
                    actions.start(
                            Kind.START, end -> actions.startStandby(upstream, Role.REPLICA, end));
            default -> {}
        }
    }

    private void act(Decision decision, ClusterView view, LocalView local, Consumer<Boolean> done) {
        switch (decision) {
            case Decision.AskPeers _, Decision.CompareHistory _, Decision.ServeOn _ ->
                    done.accept(false);
            case Decision.Wait _ -> {
                settle(view, local);
                done.accept(false);
            }
            case Decision.KeepLeading _ -> keepLeading(view, local, done);
            case Decision.Acquire _ -> acquire(local, done);
            case Decision.ReleaseLeader _ -> release(local, done);
            case Decision.WriteInitialize(var id, _) -> writeInitialize(view, id, done);
            case Decision.CutHistory _ -> cutHistory(view, done);
            case Decision.ClearHandover _ -> clear(view, done);
            case Decision.RequestHandover(var candidate, _) -> requestHandover(candidate, done);
            case Decision.Bootstrap _ -> bootstrap(done);
            case Decision.FinishBootstrap(var id, _) -> finishBootstrap(id, done);
            case Decision.AbandonBootstrap _, Decision.Exit _ ->
                    throw new Violation(node.name + ": " + decision);
            default -> {
                agent.actions.longAction(decision, view, local);
                done.accept(false);
            }
        }
    }

    private void settle(ClusterView view, LocalView local) {
        if (!local.server().running() || local.isPrimary()) return;
        if (local.action().isEmpty() && !view.ledBy(node.name)) {
            agent.role = Role.REPLICA;
            agent.sync.follow(local);
        }
        noteStreaming(local);
    }

    private void noteStreaming(LocalView local) {
        boolean streaming =
                local.server()
                        .live()
                        .map(live -> live.replicationState().equals("streaming"))
                        .orElse(false);
        if (streaming && !streamed) agent.remember(m -> m.withRewind(Memory.Rewind.UNTRIED));
        streamed = streaming;
    }

    private void keepLeading(ClusterView view, LocalView local, Consumer<Boolean> done) {
        boolean attached =
                view.leader().map(key -> key.leaseId() == agent.lease.id()).orElse(false);
        Runnable duties =
                () -> {
                    if (local.isPrimary() && local.action().isEmpty()) agent.role = Role.PRIMARY;
                    duties(view, local);
                    if (agent.policy.standbyCluster().isPresent()) leadStandbyCluster(view, local);
                    if (local.isPrimary()
                            && local.action().isEmpty()
                            && local.server().live().isPresent())
                        agent.sync.lead(view, local, done);
                    else done.accept(false);
                };
        if (attached) {
            duties.run();
            return;
        }
        agent.lease.renewNow(ok -> {
            if (!ok) {
                duties.run();
                return;
            }
            long id = agent.lease.id();
            attach(
                    agent,
                    id,
                    applied -> {
                        if (applied == null) {
                            done.accept(false);
                            return;
                        }
                        if (applied) agent.lease.leads(id);
                        duties.run();
                    });
        });
    }

    private void leadStandbyCluster(ClusterView view, LocalView local) {
        var live = local.server().live().filter(some -> some.inRecovery());
        if (live.isEmpty() || local.action().isPresent()) return;
        agent.role = Role.STANDBY_LEADER;
        noteStreaming(local);
        agent.sync.follow(local);
        if (agent.config.equals(view.config().map(ClusterView.Config::data).orElse(Map.of()))
                && live.get().replicationState().equals("streaming")
                && world.store.leader().equals(node.name.value())
                && world.store.follows()) world.invariants.follows();
        boolean over =
                Synchronous.overtaken(view, live.get())
                        || !world.rules.keep(Rule.STANDBY_SYNC_KEPT);
        if (view.sync().isPresent() && over) agent.sync.forget(view.sync().get());
    }

    /** Puts our leader key onto a lease, and so beyond the reach of late deletions. */
    static void attach(SimAgent agent, long id, Consumer<@Nullable Boolean> then) {
        var put = new Op.Put(LAYOUT.leader(), agent.node.name.value(), id);
        agent.mirror.commit(
                ifOurs(agent, put),
                applied -> {
                    if (applied != null && applied) agent.releasePending = false;
                    then.accept(applied);
                });
    }

    static Txn ifOurs(SimAgent agent, Op... then) {
        return Txn.when(new Compare.ValueIs(LAYOUT.leader(), agent.node.name.value()), then);
    }

    /** Status and history; nobody waits for them. */
    private void duties(ClusterView view, LocalView local) {
        var live = local.server().live();
        if (live.isEmpty()) return;
        var status = new Status(live.get().position(), Map.of(), List.of());
        if (!status.equals(view.status()))
            agent.mirror.commit(
                    ifOurs(agent, SimMirror.put(LAYOUT.status(), StoreLayout.write(status))),
                    ok -> {});
        boolean reads = live.get().inRecovery();
        if (reads && agent.policy.standbyCluster().isEmpty()) return;
        failsafe(view);
        if (reads) return;
        if (!History.isMissing(view.history(), live.get().timeline())) return;
        String merged = History.merge(view.history(), node.postgres.history(), node.name, 0);
        agent.mirror.commit(ifOurs(agent, SimMirror.put(LAYOUT.history(), merged)), ok -> {});
    }

    private void cutHistory(ClusterView view, Consumer<Boolean> done) {
        String cut = History.cut(view.history(), node.postgres.history(), 0);
        agent.mirror.commit(
                ifOurs(agent, SimMirror.put(LAYOUT.history(), cut)),
                applied -> {
                    agent.mirror.markStale();
                    done.accept(applied != null && applied);
                });
    }

    private void failsafe(ClusterView view) {
        var wanted = FailsafeKey.wanted(view, node.name, node.apiUrl(), agent.policy);
        if (!agent.failsafe.lacks(wanted, view)) return;
        if (!agent.lease.dropAgreement(() -> agent.failsafe = agent.failsafe.writing(wanted)))
            return;
        Compare unchanged =
                view.failsafe()
                        .<Compare>map(key ->
                                new Compare.ModRevisionIs(LAYOUT.failsafe(), key.modRevision()))
                        .orElseGet(() -> new Compare.Absent(LAYOUT.failsafe()));
        var ours = new Compare.ValueIs(LAYOUT.leader(), node.name.value());
        agent.mirror.commit(
                new Txn(
                        List.of(ours, unchanged),
                        List.of(SimMirror.put(LAYOUT.failsafe(), FailsafeKey.json(wanted)))),
                applied -> {
                    if (applied != null && applied) agent.failsafe = agent.failsafe.applied(wanted);
                });
    }

    private void acquire(LocalView local, Consumer<Boolean> done) {
        agent.lease.renewNow(renewed -> {
            if (!renewed) {
                agent.mirror.markStale();
                done.accept(true);
                return;
            }
            long id = agent.lease.id();
            var take = new Op.Put(LAYOUT.leader(), node.name.value(), id);
            agent.mirror.commit(
                    Txn.when(new Compare.Absent(LAYOUT.leader()), take),
                    applied -> {
                        agent.mirror.markStale();
                        if (applied == null) {
                            done.accept(false);
                            return;
                        }
                        if (applied) {
                            agent.lease.leads(id);
                            agent.releasePending = false;
                            agent.remember(m -> m.withAnswered(local.peers()));
                            if (local.isPrimary()) agent.role = Role.PRIMARY;
                        }
                        done.accept(true);
                    });
        });
    }

    private void release(LocalView local, Consumer<Boolean> done) {
        agent.lease.leadsNoMore();
        boolean toEnd = !local.server().running() || local.mayBePromoted();
        if (toEnd && !node.guard.shut()) {
            done.accept(true);
            return;
        }
        releaseKey(
                agent,
                Optional.empty(),
                applied -> {
                    if (applied == null) {
                        done.accept(false);
                        return;
                    }
                    agent.mirror.markStale();
                    var until = node.wallClock().plus(YIELD);
                    agent.remember(m -> m.withYieldUntil(Optional.of(until)));
                    done.accept(true);
                });
    }

    static void releaseKey(
            SimAgent agent, Optional<Lsn> position, Consumer<@Nullable Boolean> then) {
        var ops = new ArrayList<Op>();
        position.ifPresent(lsn ->
                ops.add(
                        SimMirror.put(
                                LAYOUT.status(),
                                StoreLayout.write(new Status(lsn, Map.of(), List.of())))));
        ops.add(new Op.Delete(LAYOUT.leader()));
        // Not by value: a deletion that comes late must not hit a key we have taken again since.
        var key = agent.mirror.lastKnown().flatMap(ClusterView::leader);
        if (key.isEmpty() || !key.get().name().equals(agent.node.name)) then.accept(false);
        else {
            agent.releasePending = true;
            var unchanged =
                    agent.node.world.rules.keep(Rule.RELEASE_SEEN)
                            ? new Compare.ModRevisionIs(LAYOUT.leader(), key.get().modRevision())
                            : new Compare.ValueIs(LAYOUT.leader(), agent.node.name.value());
            agent.mirror.commit(new Txn(List.of(unchanged), ops), then);
        }
    }

    private void writeInitialize(ClusterView view, SystemId id, Consumer<Boolean> done) {
        Compare unchanged =
                switch (view.initialize()) {
                    case Initialize.Broken(var value) ->
                            new Compare.ValueIs(LAYOUT.initialize(), value);
                    case Initialize.InProgress() -> new Compare.ValueIs(LAYOUT.initialize(), "");
                    case Initialize.Done(var old) ->
                            new Compare.ValueIs(LAYOUT.initialize(), old.value());
                    case Initialize.Absent() -> new Compare.Absent(LAYOUT.initialize());
                };
        agent.mirror.commit(
                Txn.when(unchanged, SimMirror.put(LAYOUT.initialize(), id.value())),
                applied -> {
                    agent.mirror.markStale();
                    done.accept(applied != null && applied);
                });
    }

    private void clear(ClusterView view, Consumer<Boolean> done) {
        var request = view.failover();
        if (request.isEmpty()) done.accept(false);
        else clear(request.get(), applied -> done.accept(applied != null && applied));
    }

    private void clear(HandoverRequest request, Consumer<@Nullable Boolean> then) {
        var unchanged = new Compare.ModRevisionIs(LAYOUT.failover(), request.modRevision());
        agent.mirror.commit(Txn.when(unchanged, SimMirror.put(LAYOUT.failover(), "{}")), then);
    }

    private void requestHandover(MemberName candidate, Consumer<Boolean> done) {
        world.invariants.handsOver(node.other(candidate));
        String value =
                StoreLayout.writeFailover(
                        Optional.of(node.name.value()),
                        Optional.of(candidate.value()),
                        Optional.empty());
        agent.mirror.commit(
                Txn.when(
                        new Compare.ValueIs(LAYOUT.leader(), node.name.value()),
                        SimMirror.put(LAYOUT.failover(), value)),
                applied -> {
                    agent.mirror.markStale();
                    done.accept(applied != null && applied);
                });
    }

    private void bootstrap(Consumer<Boolean> done) {
        var claim =
                Txn.when(
                        new Compare.Absent(LAYOUT.initialize()),
                        SimMirror.put(LAYOUT.initialize(), ""));
        agent.mirror.commit(
                claim,
                won -> {
                    agent.mirror.markStale();
                    if (won == null || !won) {
                        done.accept(won != null);
                        return;
                    }
                    agent.remember(m -> m.withBootstrap(Memory.Bootstrap.CLAIMED));
                    agent.actions.start(Kind.BOOTSTRAP, agent.actions::bootstrap);
                    done.accept(false);
                });
    }

    private void finishBootstrap(SystemId id, Consumer<Boolean> done) {
        agent.lease.renewNow(renewed -> {
            if (!renewed) {
                done.accept(false);
                return;
            }
            long leaseId = agent.lease.id();
            var publish =
                    Txn.when(
                            new Compare.ValueIs(LAYOUT.initialize(), ""),
                            SimMirror.put(LAYOUT.initialize(), id.value()),
                            SimMirror.put(LAYOUT.config(), StoreLayout.json(agent.config)),
                            new Op.Put(LAYOUT.leader(), node.name.value(), leaseId));
            agent.mirror.commit(
                    publish,
                    applied -> {
                        agent.mirror.markStale();
                        if (applied != null) {
                            if (applied) {
                                agent.lease.leads(leaseId);
                                agent.role = Role.PRIMARY;
                            }
                            agent.remember(m -> m.withBootstrap(Memory.Bootstrap.NONE));
                        }
                        done.accept(applied != null);
                    });
        });
    }

    void publish(StoreState seen) {
        if (!(seen instanceof StoreState.Seen(var view)) || agent.lease.id() == 0) return;
        var doing = agent.doing();
        String json =
                MemberJson.of(
                        report(view),
                        node.postgres.address(),
                        "postgres",
                        node.apiUrl(),
                        "0",
                        doing == null || doing == Kind.PROMOTE);
        long id = agent.lease.id();
        boolean there = view.member(node.name).isPresent();
        if (there && json.equals(memberWritten) && id == memberLease) return;
        agent.mirror.commit(
                Txn.always(new Op.Put(LAYOUT.member(node.name), json, id)),
                applied -> {
                    if (applied == null) return;
                    memberWritten = json;
                    memberLease = id;
                });
    }

    private NodeReport report(ClusterView view) {
        return new NodeReport(
                node.name,
                "sim",
                node.tags,
                agent.role,
                java.util.Objects.requireNonNull(agent.server),
                agent.lease.left().isPositive(),
                Optional.of(view),
                agent.config,
                agent.policy,
                Instant.EPOCH,
                Instant.EPOCH,
                agent.checkpointPending,
                List.of(),
                Optional.empty(),
                NodeReport.FailsafeStatus.NONE,
                node.disk.writePath(),
                node.wallClock());
    }
}
