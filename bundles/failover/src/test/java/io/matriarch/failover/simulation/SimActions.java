package io.matriarch.failover.simulation;

import io.matriarch.api.Lsn;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.Decision;
import io.matriarch.failover.core.Handover;
import io.matriarch.failover.core.LocalView;
import io.matriarch.failover.core.LocalView.Memory;
import io.matriarch.failover.core.LocalView.RunningAction;
import io.matriarch.failover.core.LocalView.RunningAction.Kind;
import io.matriarch.failover.core.Member;
import io.matriarch.failover.core.Role;
import io.matriarch.failover.core.Synchronous;
import io.matriarch.postgres.api.ServerView;
import io.matriarch.postgres.api.Upstream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The long actions, at most one at a time; as the real ones, in events. */
final class SimActions {
    private static final Duration YIELD = Duration.ofSeconds(2);
    private static final Duration RETRY_AFTER_FAILURE = Duration.ofSeconds(5);

    /** An action under way. */
    private static final class Running {
        final Kind kind;
        final long since;
        boolean interrupted;

        Running(Kind kind, long since) {
            this.kind = kind;
            this.since = since;
        }
    }

    private final SimAgent agent;
    private final SimNode node;
    private final World world;
    private final SimPostgres postgres;
    private @Nullable Running running;

    /** The server that was last told to end recovery. */
    private Optional<ServerView.Postmaster> promotionOf = Optional.empty();

    SimActions(SimAgent agent) {
        this.agent = agent;
        node = agent.node;
        world = node.world;
        postgres = node.postgres;
    }

    Optional<RunningAction> now() {
        return Optional.ofNullable(running)
                .map(some ->
                        new RunningAction(some.kind, Duration.ofNanos(world.now - some.since)));
    }

    Optional<ServerView.Postmaster> promotionOf() {
        return world.rules.keep(Rule.LATE_PROMOTION) ? promotionOf : Optional.empty();
    }

    void promotionOf(Optional<ServerView.Postmaster> told) {
        promotionOf = told;
    }

    /** Starts an action unless one is under way; it tells once how it ended. */
    void start(Kind kind, Consumer<Consumer<Boolean>> body) {
        if (running != null) return;
        var mine = new Running(kind, world.now);
        running = mine;
        agent.later(
                world.millis(0, 2), () -> body.accept(ok -> agent.resume(() -> ended(mine, ok))));
    }

    private void ended(Running which, boolean ok) {
        if (running != which) return;
        running = null;
        if (which.kind == Kind.PROMOTE && agent.checkpointPending) checkpointAfterPromote();
        var retryAt =
                ok
                        ? Optional.<java.time.Instant>empty()
                        : Optional.of(node.wallClock().plus(RETRY_AFTER_FAILURE));
        if (!ok) agent.note(which.kind.text() + " failed");
        agent.remember(m -> m.withRetryAt(retryAt));
        agent.wake();
    }

    private void interrupt() {
        var some = running;
        if (some == null || some.interrupted) return;
        some.interrupted = true;
        agent.later(
                world.millis(0, 20),
                () -> {
                    if (postgres.isOnItsWay()) postgres.die();
                    ended(some, false);
                });
    }

    /** Steps of an action that was interrupted do not go on. */
    private void step(long nanos, Runnable what) {
        var mine = running;
        agent.later(
                nanos,
                () -> {
                    if (running == mine && mine != null && !mine.interrupted) what.run();
                });
    }

    private Consumer<Boolean> step(Consumer<Boolean> then) {
        var mine = running;
        return ok ->
                agent.later(
                        world.millis(0, 5),
                        () -> {
                            if (running == mine && mine != null && !mine.interrupted)
                                then.accept(ok);
                        });
    }

    void longAction(Decision decision, ClusterView view, LocalView local) {
        switch (decision) {
            case Decision.Promote _ -> start(Kind.PROMOTE, this::promote);
            case Decision.Demote(var mode, _) -> demote(mode, view, local);
            case Decision.StartPrimary _ -> start(Kind.START, this::startPrimary);
            case Decision.StartStandby(var from, _) ->
                    start(Kind.START, end -> startStandby(from, standbyRole(view), end));
            case Decision.Follow(var from, _) -> start(Kind.FOLLOW, end -> follow(from, end));
            case Decision.StopStandby _ -> {
                if (agent.memory.rewind() == Memory.Rewind.DONE) rewound(Memory.Rewind.FAILED);
                start(Kind.FOLLOW, end -> postgres.stopFast(step(end), lsn -> {}));
            }
            case Decision.RecoverAlone _ ->
                    start(
                            Kind.RECOVERY,
                            end -> {
                                node.guard.disarm();
                                postgres.recoverAlone(step(end));
                            });
            case Decision.Rewind(var from, _) -> start(Kind.REWIND, end -> rewind(from, end));
            case Decision.Clone(var from, _) -> start(Kind.CLONE, end -> copy(from, end));
            default -> throw new IllegalStateException("no long action: " + decision);
        }
    }

    private void demote(Decision.Demote.Mode mode, ClusterView view, LocalView local) {
        if (local.action().map(action -> action.kind() != Kind.DEMOTE).orElse(false)) interrupt();
        switch (mode) {
            case GRACEFUL -> start(Kind.DEMOTE, end -> handOver(view, end));
            case IMMEDIATE -> start(Kind.DEMOTE, end -> demoteNow(true, end));
            case IMMEDIATE_NOLOCK -> {
                agent.lease.leadsNoMore();
                start(Kind.DEMOTE, end -> demoteNow(false, end));
            }
            case CLUSTER -> start(Kind.DEMOTE, this::demoteCluster);
            case OFFLINE -> start(Kind.DEMOTE, this::demoteOffline);
        }
    }

    void bootstrap(Consumer<Boolean> end) {
        postgres.bootstrap(
                step(ok -> {
                    agent.remember(m ->
                            m.withBootstrap(ok ? Memory.Bootstrap.DONE : Memory.Bootstrap.FAILED));
                    end.accept(ok);
                }));
    }

    private void promote(Consumer<Boolean> end) {
        if (!agent.lease.left().isPositive()) {
            end.accept(false);
            return;
        }
        confirmed(
                end,
                () -> {
                    if (!agent.lease.rearm()) {
                        end.accept(false);
                        return;
                    }
                    agent.sync.beforePromotion(
                            step(ready -> {
                                if (ready) promoteIfTimeIsLeft(end);
                                else end.accept(false);
                            }));
                });
    }

    private void promoteIfTimeIsLeft(Consumer<Boolean> end) {
        if (agent.lease.left().compareTo(agent.policy.safetyMargin()) <= 0) {
            end.accept(false);
            return;
        }
        agent.checkpointPending = true;
        agent.role = Role.PROMOTED;
        step(world.millis(1, 20), () -> promoteIfNotPromised(end));
    }

    private void promoteIfNotPromised(Consumer<Boolean> end) {
        if (follows(Rule.STANDBY_NOT_PROMOTED) || !agent.allegiance.lead()) {
            end.accept(false);
            return;
        }
        world.invariants.mayWrite(node);
        promotionOf = postgres.observe().postmaster();
        postgres.promote(step(ok -> promoted(ok, end)));
    }

    /** The cluster follows another, by what is known the moment before a server may write. */
    private boolean follows(Rule rule) {
        return agent.policy.standbyCluster().isPresent() && world.rules.keep(rule);
    }

    /** Before PostgreSQL may write: no deletion of ours can still take the key away. */
    private void confirmed(Consumer<Boolean> end, Runnable then) {
        if (!agent.releasePending || !world.rules.keep(Rule.KEY_CONFIRMED)) {
            step(world.millis(0, 1), then);
            return;
        }
        var next =
                step(ok -> {
                    if (ok) then.run();
                    else end.accept(false);
                });
        SimActor.attach(
                agent, agent.lease.id(), applied -> next.accept(applied != null && applied));
    }

    /** However the promotion ended: while it is pending no member dares to rewind. */
    private void checkpointAfterPromote() {
        postgres.checkpoint(() ->
                agent.resume(() -> {
                    agent.checkpointPending = false;
                    agent.wake();
                }));
    }

    private void promoted(boolean ok, Consumer<Boolean> end) {
        if (ok) agent.role = Role.PRIMARY;
        end.accept(ok);
    }

    private void startPrimary(Consumer<Boolean> end) {
        confirmed(end, () -> startConfirmed(end));
    }

    private void startConfirmed(Consumer<Boolean> end) {
        boolean late = agent.lease.left().compareTo(agent.policy.safetyMargin()) <= 0;
        boolean follows = follows(Rule.STANDBY_NOT_STARTED);
        if (late || follows || !agent.allegiance.lead() || !agent.lease.rearm()) {
            end.accept(false);
            return;
        }
        world.invariants.mayWrite(node);
        startGuarded(
                step(ok -> {
                    if (ok) agent.role = Role.PRIMARY;
                    end.accept(ok);
                }));
    }

    private void startGuarded(Consumer<Boolean> then) {
        postgres.startPrimary(then);
        if (!world.rules.keep(Rule.ADMISSION)) tellWhenSeen(postgres.pid);
    }

    /**
     * How it was before servers asked: the agent looks for the new process, and tells the guard.
     */
    private void tellWhenSeen(long pid) {
        step(
                10 * World.MS,
                () -> {
                    if (postgres.pid != pid) return;
                    if (postgres.running()) node.guard.tell(pid);
                    else tellWhenSeen(pid);
                });
    }

    /** A planned restart in the same role. */
    void restart(Consumer<Boolean> end) {
        boolean standby = postgres.inRecovery;
        var from = postgres.upstream;
        if (agent.lease.left().isPositive() && !agent.lease.rearm()) {
            end.accept(false);
            return;
        }
        postgres.stopFast(
                step(ok -> {
                    if (!ok) end.accept(false);
                    else if (standby) postgres.startStandby(from, step(end));
                    else startGuarded(step(end));
                }),
                lsn -> {});
    }

    void startStandby(Optional<Upstream> from, Role role, Consumer<Boolean> end) {
        agent.role = role;
        openAsStandby(() -> postgres.startStandby(from, step(end)));
    }

    private Role standbyRole(ClusterView view) {
        boolean leads = agent.policy.standbyCluster().isPresent() && view.ledBy(node.name);
        return leads ? Role.STANDBY_LEADER : Role.REPLICA;
    }

    private void openAsStandby(Runnable then) {
        shut(() -> {
            postgres.becomeStandby();
            node.guard.disarm();
            then.run();
        });
    }

    private void follow(Optional<Upstream> from, Consumer<Boolean> end) {
        step(
                world.millis(10, 200),
                () -> {
                    postgres.follow(from);
                    end.accept(true);
                });
    }

    private void rewind(Upstream from, Consumer<Boolean> end) {
        node.guard.disarm();
        postgres.copy(
                node.other(from.name()),
                300,
                5_000,
                step(ok -> {
                    rewound(ok && world.chance(0.8) ? Memory.Rewind.DONE : Memory.Rewind.FAILED);
                    end.accept(ok);
                }));
    }

    private void copy(Upstream from, Consumer<Boolean> end) {
        node.guard.disarm();
        postgres.copy(
                node.other(from.name()),
                1_000,
                10_000,
                step(ok -> {
                    if (ok) rewound(Memory.Rewind.DONE);
                    end.accept(ok);
                }));
    }

    private void rewound(Memory.Rewind how) {
        agent.remember(m -> m.withRewind(how));
    }

    private void handOver(ClusterView view, Consumer<Boolean> end) {
        postgres.checkpoint(() -> step(0, () -> stopAndRelease(view, end)));
    }

    /** The key goes as soon as a candidate has all WAL, at the latest when the server is gone. */
    private void stopAndRelease(ClusterView view, Consumer<Boolean> end) {
        yieldToOthers();
        agent.role = Role.DEMOTED;
        var candidates =
                view.members().values().stream()
                        .filter(member -> !member.name().equals(node.name))
                        .filter(member -> wanted(view, member))
                        .toList();
        var released = new boolean[1];
        var checkpoint = new long[1];
        Consumer<Boolean> stopped =
                ok ->
                        shut(() -> {
                            boolean early = released[0];
                            released[0] = true;
                            if (early) end.accept(true);
                            else release(lsn(checkpoint[0]), () -> end.accept(true));
                        });
        if (!world.rules.keep(Rule.HANDOVER_STOPPED)) {
            released[0] = true;
            release(Optional.empty(), () -> {});
        }
        postgres.stopFast(
                step(stopped),
                at ->
                        step(
                                0,
                                () -> {
                                    checkpoint[0] = at;
                                    releaseEarly(candidates, at, released);
                                }));
    }

    private static Optional<Lsn> lsn(long at) {
        return at == 0 ? Optional.empty() : Optional.of(new Lsn(at));
    }

    private void releaseEarly(List<Member> candidates, long checkpoint, boolean[] released) {
        int on = postgres.wal.orElseThrow().timeline();
        agent.ask(
                candidates,
                answers -> {
                    if (released[0] || !Handover.received(on, new Lsn(checkpoint), answers)) return;
                    released[0] = true;
                    release(lsn(checkpoint), () -> {});
                });
    }

    private boolean wanted(ClusterView view, Member member) {
        var request = view.failover();
        var candidate = request.flatMap(ClusterView.HandoverRequest::candidate);
        if (candidate.isPresent()) return candidate.get().equals(member.name());
        return Synchronous.inForce(view, agent.policy)
                .map(key -> key.votes(member.name()))
                .orElse(true);
    }

    /** The key stays ours; the server comes up again as a standby of the remote primary. */
    private void demoteCluster(Consumer<Boolean> end) {
        var standby = agent.policy.standbyCluster();
        if (standby.isEmpty()) {
            end.accept(false);
            return;
        }
        agent.role = Role.DEMOTED;
        postgres.stopFast(
                step(ok ->
                        keepShut(() -> {
                            postgres.becomeStandby();
                            agent.lease.readsOnly();
                            postgres.startStandby(
                                    standby.get().upstream(),
                                    step(up -> {
                                        if (up) agent.role = Role.STANDBY_LEADER;
                                        end.accept(up);
                                    }));
                        })),
                lsn -> {});
    }

    private void keepShut(Runnable then) {
        if (node.guard.shut()) then.run();
        else step(10 * World.MS, () -> keepShut(then));
    }

    private void demoteNow(boolean release, Consumer<Boolean> end) {
        if (!world.rules.keep(Rule.SYNC_STOP_FIRST)) postgres.replication.set("", () -> {});
        agent.role = Role.DEMOTED;
        postgres.stopImmediately(
                step(ok ->
                        shut(() -> {
                            yieldToOthers();
                            if (release) release(Optional.empty(), () -> end.accept(ok));
                            else end.accept(ok);
                        })));
    }

    void demoteOffline(Consumer<Boolean> end) {
        if (!world.rules.keep(Rule.SYNC_STOP_FIRST)) postgres.replication.set("", () -> {});
        agent.role = Role.DEMOTED;
        boolean[] stopped = {false};
        Consumer<Boolean> after =
                ok -> {
                    if (stopped[0]) return;
                    stopped[0] = true;
                    agent.role = Role.REPLICA;
                    openAsStandby(() -> postgres.startStandby(Optional.empty(), step(end)));
                };
        long left = Math.max(World.MS, agent.lease.left().toNanos());
        postgres.stopFast(step(after), lsn -> {});
        step(
                left,
                () -> {
                    if (!stopped[0]) postgres.stopImmediately(step(after));
                });
    }

    /** Before others may know that we lead no more. */
    private void shut(Runnable then) {
        agent.lease.leadsNoMore();
        if (!world.rules.keep(Rule.GATE_SHUT) || node.guard.shut()) then.run();
        else step(10 * World.MS, () -> shut(then));
    }

    private void yieldToOthers() {
        var until = node.wallClock().plus(YIELD);
        agent.remember(m -> m.withYieldUntil(Optional.of(until)));
    }

    private void release(Optional<Lsn> position, Runnable then) {
        SimActor.releaseKey(
                agent,
                position,
                applied -> {
                    agent.lease.leadsNoMore();
                    agent.mirror.markStale();
                    then.run();
                });
    }
}
