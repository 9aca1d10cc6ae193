package io.matriarch.failover.simulation;

import io.matriarch.dcs.api.Lease;
import io.matriarch.failover.core.LeaseClock;
import io.matriarch.failover.simulation.Network.Reply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The lease keeper; as the real one, in events. */
final class SimLease {
    private static final long RETRY_PAUSE = 100 * World.MS;

    private final SimAgent agent;
    private final World world;
    private final SimNode node;
    private final Queue<Consumer<Boolean>> waiting = new ArrayDeque<>();
    private LeaseClock clock = LeaseClock.NONE;
    private OptionalLong agreed = OptionalLong.empty();
    private long leaderLease;
    private boolean readsOnly;
    private boolean underWay;
    private long round;

    SimLease(SimAgent agent) {
        this.agent = agent;
        node = agent.node;
        world = node.world;
    }

    long id() {
        return clock.id();
    }

    boolean isLeading() {
        return leaderLease != 0 && leaderLease == clock.id();
    }

    Duration left() {
        var byLease = isLeading() ? clock.left(node.nanoTime()) : Duration.ZERO;
        var byPromise = promised();
        return byPromise.compareTo(byLease) > 0 ? byPromise : byLease;
    }

    private Duration promised() {
        return agreed.isEmpty()
                ? Duration.ZERO
                : Duration.ofNanos(agreed.getAsLong() - node.nanoTime());
    }

    boolean byPromise() {
        return promised().isPositive();
    }

    /** All members promised not to lead. */
    boolean agreed(Supplier<OptionalLong> until) {
        if (!left().isPositive()) return false;
        boolean begins = !byPromise();
        var end = until.get();
        if (end.isEmpty()) return false;
        if (agreed.isPresent() && end.getAsLong() <= agreed.getAsLong()) return false;
        agreed = end;
        armGuard();
        return begins;
    }

    /** Who may lead is about to change. */
    boolean dropAgreement(Runnable change) {
        boolean kept = world.rules.keep(Rule.LIST_ON_LEASE);
        if (kept && (!isLeading() || !clock.left(node.nanoTime()).isPositive())) return false;
        if (kept) agreed = OptionalLong.empty();
        change.run();
        if (kept) armGuard();
        return true;
    }

    void keyLost() {
        leaderLease = 0;
    }

    void leads(long leaseId) {
        leaderLease = leaseId;
        armGuard();
        signal();
    }

    void leadsNoMore() {
        leaderLease = 0;
        agreed = OptionalLong.empty();
    }

    boolean rearm() {
        readsOnly = false;
        return armGuard();
    }

    boolean isReadsOnly() {
        return readsOnly;
    }

    void readsOnly() {
        readsOnly = true;
        node.guard.disarm();
    }

    private boolean armGuard() {
        if (readsOnly) return false;
        if (!isLeading() && agreed.isEmpty()) return false;
        if (!agent.policy.paused()) return node.guard.arm(deadline());
        node.guard.disarm();
        return true;
    }

    private long deadline() {
        if (!isLeading()) return agreed.orElseThrow();
        long byLease = clock.deadlineNanos();
        return agreed.isEmpty() ? byLease : Math.max(byLease, agreed.getAsLong());
    }

    void start() {
        keep();
    }

    private void keep() {
        long mine = ++round;
        renewNow(ok -> {
            if (mine != round) return;
            long pause = ok ? interval() : RETRY_PAUSE;
            agent.later(
                    pause,
                    () -> {
                        if (mine == round) keep();
                    });
        });
    }

    private void signal() {
        agent.later(0, this::keep);
    }

    private long interval() {
        return leaderLease != 0
                ? agent.policy.ttl().toNanos() / 5
                : agent.policy.loopWait().toNanos();
    }

    /** One at a time, as under the real one's lock. */
    void renewNow(Consumer<Boolean> then) {
        if (underWay) {
            waiting.add(then);
            return;
        }
        underWay = true;
        Consumer<Boolean> ended =
                ok -> {
                    underWay = false;
                    then.accept(ok);
                    if (!underWay && !waiting.isEmpty()) renewNow(waiting.remove());
                };
        if (clock.id() == 0) grant(ended);
        else renew(clock.id(), ended);
    }

    private void grant(Consumer<Boolean> then) {
        long sent = node.nanoTime();
        agent.mirror.call(
                () -> world.store.grant(agent.policy.ttl()),
                agent.policy.retryTimeout(),
                reply -> {
                    switch (reply) {
                        case Reply.Answered<Lease>(var lease) -> {
                            clock = clockOf(lease, sent);
                            agent.leaseRenewed();
                            then.accept(true);
                        }
                        case Reply.Failed<Lease> _ -> {
                            agent.leaseFailed();
                            then.accept(false);
                        }
                    }
                });
    }

    private void renew(long id, Consumer<Boolean> then) {
        long sent = node.nanoTime();
        if (leaderLease != 0 && !clock.left(sent).isPositive()) {
            leaderLease = 0;
            agent.leaseLost();
        }
        ask(
                id,
                reply -> {
                    switch (reply) {
                        case Reply.Answered<Optional<Lease>>(var lease) when lease.isPresent() -> {
                            clock = clockOf(lease.get(), sent);
                            armGuard();
                            agent.leaseRenewed();
                            then.accept(true);
                        }
                        case Reply.Answered<Optional<Lease>> _ -> {
                            world.note(node.name.value(), "lease " + id + " is gone");
                            clock = LeaseClock.NONE;
                            leaderLease = 0;
                            agent.leaseLost();
                            grant(then);
                        }
                        case Reply.Failed<Optional<Lease>> _ -> {
                            agent.leaseFailed();
                            then.accept(false);
                        }
                    }
                });
    }

    private void ask(long id, Consumer<Reply<Optional<Lease>>> then) {
        agent.mirror.call(() -> world.store.renew(id), agent.policy.retryTimeout(), then);
    }

    /** Takes up the lease of an earlier life. */
    void adopt(long id, boolean leader, Runnable then) {
        long sent = node.nanoTime();
        ask(
                id,
                reply -> {
                    if (reply instanceof Reply.Answered<Optional<Lease>>(var lease)
                            && lease.isPresent()) {
                        clock = clockOf(lease.get(), sent);
                        if (leader) {
                            leaderLease = id;
                            armGuard();
                        }
                    }
                    then.run();
                });
    }

    private LeaseClock clockOf(Lease lease, long sent) {
        var margin = world.rules.keep(Rule.MARGIN) ? agent.policy.safetyMargin() : Duration.ZERO;
        long from = world.rules.keep(Rule.DEPARTURE) ? sent : node.nanoTime();
        return new LeaseClock(lease.id(), lease.ttl(), margin, from);
    }
}
