package io.matriarch.failover.simulation;

import io.matriarch.api.MemberName;
import io.matriarch.failover.core.Attention;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.ClusterView.LeaderKey;
import io.matriarch.failover.core.Decision;
import io.matriarch.failover.core.Failover;
import io.matriarch.failover.core.Failsafe;
import io.matriarch.failover.core.FailsafeList;
import io.matriarch.failover.core.FailsafeView;
import io.matriarch.failover.core.GuardDuty;
import io.matriarch.failover.core.LocalView;
import io.matriarch.failover.core.LocalView.Memory;
import io.matriarch.failover.core.LocalView.RunningAction;
import io.matriarch.failover.core.Member;
import io.matriarch.failover.core.PeerAnswer;
import io.matriarch.failover.core.Policy;
import io.matriarch.failover.core.Role;
import io.matriarch.failover.core.StoreState;
import io.matriarch.postgres.api.Lineage;
import io.matriarch.postgres.api.ServerView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One life of an agent: gather, decide, act, in the order of the real loop. */
final class SimAgent {
    private static final int STANDBY_READS_EVERY_LOOPS = 10;
    private static final int KINDS_OF_FACTS = 2;
    private static final long SHORTEST_WAIT = 5 * World.MS;

    final SimNode node;
    final SimMirror mirror;
    final SimLease lease;
    final SimActions actions;
    final SimSync sync;
    final SimFailsafe agreement;
    private final World world;
    private final SimActor actor;
    Map<String, Object> config;
    Policy policy;
    Memory memory;
    Role role = Role.UNINITIALIZED;
    final SimAllegiance allegiance;
    FailsafeList failsafe = FailsafeList.NONE;
    boolean checkpointPending;

    /** Whether a deletion of our leader key may still be on its way. */
    boolean releasePending = true;

    @Nullable ServerView server;
    private boolean alive = true;
    private long frozenUntil;
    private final List<Runnable> frozen = new ArrayList<>();
    private boolean deciding;
    private boolean woken;
    private boolean tookUp;
    private boolean started;
    private long timer;
    private String lastSaid = "";

    SimAgent(SimNode node) {
        this.node = node;
        world = node.world;
        config = world.config;
        policy = world.policy;
        memory = Memory.FRESH.withBornAt(node.wallClock());
        allegiance = new SimAllegiance(node);
        mirror = new SimMirror(this);
        lease = new SimLease(this);
        actions = new SimActions(this);
        sync = new SimSync(this);
        agreement = new SimFailsafe(this);
        actor = new SimActor(this);
    }

    // --- the process

    void kill() {
        alive = false;
        mirror.close();
    }

    boolean answersPeers() {
        return alive && started && world.now >= frozenUntil;
    }

    /** Stopped, or collecting garbage: nothing of it moves, and nothing is forgotten. */
    void freeze(long nanos) {
        world.note(node.name.value(), "agent stands still for " + nanos / World.MS + " ms");
        frozenUntil = Math.max(frozenUntil, world.now + nanos);
    }

    void thaw() {
        if (world.now < frozenUntil) {
            frozenUntil = world.now;
            moveAgain();
        }
    }

    private void moveAgain() {
        var waiting = List.copyOf(frozen);
        frozen.clear();
        waiting.forEach(what -> world.after(world.millis(0, 5), () -> resume(what)));
    }

    /** Runs {@code what} now, or when the process moves again; in any order then. */
    void resume(Runnable what) {
        if (!alive) return;
        if (world.now >= frozenUntil) {
            what.run();
            return;
        }
        if (frozen.isEmpty()) waitForThaw();
        frozen.add(what);
    }

    private void waitForThaw() {
        world.after(
                frozenUntil - world.now,
                () -> {
                    if (world.now < frozenUntil) waitForThaw();
                    else moveAgain();
                });
    }

    void later(long nanos, Runnable what) {
        world.after(nanos, () -> resume(what));
    }

    void note(String what) {
        world.note(node.name.value(), what);
    }

    // --- the first minutes

    void start() {
        mirror.state(
                Duration.ZERO,
                policy.retryTimeout(),
                store -> {
                    if (store instanceof StoreState.Seen(var view)) takeUp(view);
                    else later(500 * World.MS, this::start);
                });
    }

    private void takeUp(ClusterView view) {
        if (!world.rules.keep(Rule.SYNC_NAMES_KEPT) && node.postgres.running())
            node.postgres.replication.set("", () -> {});
        view.config().ifPresent(some -> configChanged(some.data()));
        boolean everPromised = view.failsafe().map(list -> !list.members().isEmpty()).orElse(false);
        allegiance.takeUp(everPromised ? policy.ttl() : Duration.ZERO);
        var key = view.leader().filter(leader -> leader.name().equals(node.name));
        var former =
                key.map(LeaderKey::leaseId)
                        .or(() -> view.member(node.name).map(Member::leaseId))
                        .filter(id -> id != 0);
        Runnable go =
                () -> {
                    started = true;
                    lease.start();
                    agreement.start();
                    cycle();
                };
        if (former.isPresent()) lease.adopt(former.get(), key.isPresent(), go);
        else go.run();
    }

    // --- the loop

    void wake() {
        woken = true;
        if (started && !deciding)
            later(
                    0,
                    () -> {
                        if (woken && !deciding) cycle();
                    });
    }

    void storeChanged(String key) {
        if (Attention.calls(key, mirror.lastKnown(), node.name, lease.isLeading(), policy)) wake();
    }

    private void cycle() {
        deciding = true;
        woken = false;
        timer++;
        var loop = policy.loopWait();
        var maxAge =
                lease.left().isPositive() ? loop : loop.multipliedBy(STANDBY_READS_EVERY_LOOPS);
        mirror.state(
                maxAge,
                storeDeadline(),
                store -> {
                    if (store instanceof StoreState.Seen(var view)) takeIn(view);
                    later(
                            node.postgres.mute ? world.millis(100, 500) : world.millis(0, 5),
                            () -> observed(store));
                });
    }

    private Duration storeDeadline() {
        var retry = policy.retryTimeout();
        var half = lease.left().dividedBy(2);
        return half.isPositive() && half.compareTo(retry) < 0 ? half : retry;
    }

    private void takeIn(ClusterView view) {
        remember(m -> m.after(view, node.wallClock()));
        view.config()
                .ifPresent(some -> {
                    if (!some.data().equals(config)) configChanged(some.data());
                });
        failsafe = failsafe.after(view, node.name);
        var key = view.leader().filter(leader -> leader.name().equals(node.name));
        if (view.leader().isEmpty()) lease.keyLost();
        else if (key.isEmpty()) lease.leadsNoMore();
        boolean ours = key.map(leader -> leader.leaseId() == lease.id()).orElse(false);
        boolean givenAway = doing() == RunningAction.Kind.DEMOTE;
        if (ours && !lease.isLeading() && !givenAway) lease.leads(key.get().leaseId());
    }

    private void configChanged(Map<String, Object> next) {
        config = next;
        policy = Policy.of(next);
    }

    private void observed(StoreState store) {
        var seen = node.postgres.observe();
        server = seen;
        if (!tookUp) takeUp(seen);
        node.guard.settle(this, seen);
        if (seen.live().isPresent() && !memory.everStarted()) {
            remember(Memory::withStarted);
            if (role == Role.UNINITIALIZED)
                role = seen.live().get().inRecovery() ? Role.REPLICA : Role.PRIMARY;
        }
        if (seen.live().map(live -> !live.inRecovery()).orElse(false)) allegiance.leads();
        else if (!seen.running() && actions.now().isEmpty()) allegiance.leadsNoMore();
        var local = local(Optional.empty(), Optional.empty());
        decide(heard(store, local), local, 0);
    }

    private void takeUp(ServerView seen) {
        tookUp = true;
        boolean reads = seen.live().map(ServerView.Live::inRecovery).orElse(true);
        if (reads && node.guard.isArmed()) actions.promotionOf(seen.postmaster());
    }

    private static StoreState heard(StoreState store, LocalView local) {
        return store instanceof StoreState.Seen(var view)
                ? new StoreState.Seen(Failsafe.heard(view, local.failsafe().promise()))
                : store;
    }

    private LocalView local(
            Optional<Map<MemberName, PeerAnswer>> peers, Optional<Lineage> lineage) {
        return new LocalView(
                node.name,
                node.tags,
                true,
                role,
                java.util.Objects.requireNonNull(server),
                lease.left(),
                true,
                GuardDuty.mayBePromoted(server, actions.promotionOf()),
                actions.now(),
                memory,
                peers,
                lineage,
                agreement.view(),
                node.disk.writePath(),
                node.wallClock());
    }

    private void decide(StoreState store, LocalView local, int rounds) {
        var decision =
                Failover.decide(
                        world.mutations.seen(store, node),
                        local,
                        world.mutations.policy(policy, local));
        if (rounds >= KINDS_OF_FACTS) {
            later(world.millis(0, 2), () -> act(decision, store, local));
            return;
        }
        switch (decision) {
            case Decision.AskPeers(var members, _) ->
                    ask(
                            members,
                            answers ->
                                    decide(
                                            store,
                                            local.withPeers(answers, lease.left(), wallClock()),
                                            rounds + 1));
            case Decision.CompareHistory(var from, var why)
                    when !world.rules.keep(Rule.REJOIN_COMPARED) ->
                    act(new Decision.StartStandby(Optional.of(from), why), store, local);
            case Decision.CompareHistory asked ->
                    compare(
                            node.other(asked.upstream().name()),
                            lineage -> {
                                if (lineage.isPresent())
                                    decide(
                                            store,
                                            local.withLineage(
                                                    lineage.get(), lease.left(), wallClock()),
                                            rounds + 1);
                                else
                                    act(
                                            Failover.unasked(asked, store, local, policy),
                                            store,
                                            local);
                            });
            default -> later(world.millis(0, 2), () -> act(decision, store, local));
        }
    }

    private Instant wallClock() {
        return node.wallClock();
    }

    private void act(Decision decision, StoreState store, LocalView local) {
        String said = decision.getClass().getSimpleName() + ": " + decision.reason();
        if (world.traced() && !said.equals(lastSaid)) note(said);
        lastSaid = said;
        actor.act(
                decision,
                store,
                local,
                again -> {
                    if (!again) actor.publish(store);
                    ended(again ? SHORTEST_WAIT : untilNext(store));
                });
    }

    private void ended(long wait) {
        deciding = false;
        long mine = ++timer;
        if (woken) later(0, this::cycleIfIdle);
        else
            later(
                    wait,
                    () -> {
                        if (mine == timer) cycleIfIdle();
                    });
    }

    private void cycleIfIdle() {
        if (!deciding) cycle();
    }

    private long untilNext(StoreState store) {
        var wait = policy.loopWait();
        if (store instanceof StoreState.Away) {
            var toStepDown = lease.left().minus(policy.stepDownReserve());
            wait =
                    min(
                            wait,
                            toStepDown.isPositive()
                                    ? toStepDown.plusMillis(1)
                                    : policy.retryTimeout());
            wait = min(wait, policy.retryTimeout());
        }
        boolean settling =
                actions.now().isPresent()
                        || server != null && server.running() && server.live().isEmpty();
        if (settling) wait = min(wait, Duration.ofMillis(250));
        if (sync.soon()) wait = min(wait, Duration.ofMillis(50));
        var now = node.wallClock();
        for (Optional<Instant> at : List.of(memory.yieldUntil(), memory.retryAt()))
            if (at.isPresent() && at.get().isAfter(now))
                wait = min(wait, Duration.between(now, at.get()).plusMillis(1));
        return wait.toNanos();
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    void remember(UnaryOperator<Memory> change) {
        memory = change.apply(memory);
    }

    // --- others

    void ask(List<Member> members, Consumer<Map<MemberName, PeerAnswer>> then) {
        var answers = new HashMap<MemberName, PeerAnswer>();
        members.forEach(member -> answers.put(member.name(), PeerAnswer.UNREACHABLE));
        boolean allAnswer = true;
        long slowest = world.millis(1, 10);
        for (var member : members) {
            var peer = node.other(member.name());
            var there = peer.agent;
            if (there == null || !there.answersPeers() || !world.network.linked(node, peer)) {
                allAnswer = false;
                continue;
            }
            peer.postgres
                    .observe()
                    .live()
                    .ifPresent(live ->
                            answers.put(
                                    member.name(),
                                    world.mutations.heard(
                                            new PeerAnswer(
                                                    true,
                                                    !live.inRecovery(),
                                                    live.position(),
                                                    live.timeline(),
                                                    peer.tags,
                                                    false,
                                                    peer.disk.room()))));
        }
        long patience = allAnswer ? 0 : world.millis(5, policy.retryTimeout().toMillis());
        later(slowest + patience, () -> then.accept(answers));
    }

    /** Another leader cannot reach the store. */
    boolean consent(FailsafeView.Sender sender) {
        if (!policy.failsafe() || lease.left().isPositive()) return false;
        return allegiance.promise(sender);
    }

    boolean alive() {
        return alive;
    }

    private void compare(SimNode with, Consumer<Optional<Lineage>> then) {
        boolean linked = world.network.linked(node, with);
        long takes =
                linked ? world.millis(5, 50) : world.millis(10, policy.retryTimeout().toMillis());
        later(takes, () -> then.accept(linked ? node.postgres.lineage(with) : Optional.empty()));
    }

    // --- what the lease keeper tells

    void leaseRenewed() {
        boolean wasAway = mirror.isAway();
        mirror.answered();
        if (wasAway) wake();
    }

    /** A call failed after others had succeeded. */
    void storeGone() {
        agreement.signal();
    }

    void leaseFailed() {
        boolean wasAway = mirror.isAway();
        mirror.failed();
        if (!wasAway) wake();
    }

    void leaseLost() {
        mirror.markStale();
        wake();
    }

    RunningAction.@Nullable Kind doing() {
        return actions.now().map(RunningAction::kind).orElse(null);
    }
}
