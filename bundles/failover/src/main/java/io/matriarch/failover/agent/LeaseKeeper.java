package io.matriarch.failover.agent;

import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.Lease;
import io.matriarch.failover.core.LeaseClock;
import io.matriarch.failover.core.Policy;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node's lease alive from a thread of its own, and the guard's deadline with it: nothing
 * that keeps the control loop busy can cost the lease.
 */
final class LeaseKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(100);

    /** What the keeper tells the agent. */
    interface Listener {
        void renewed();

        void failed(DcsException why);

        /** The store says that the lease is gone; a new one is granted next. */
        void lost(long leaseId);
    }

    private final Dcs dcs;
    private final Fence fence;
    private final Listener listener;
    private final LeaseMargin margin;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private volatile Policy policy;
    private volatile LeaseClock clock = LeaseClock.NONE;

    /** What the lease was asked for; the store may have granted more. */
    private volatile Duration asked = Duration.ZERO;

    /** The lease the leader key hangs on; 0 while we do not lead. */
    private volatile long leaderLease;

    /** Guards {@link #agreed}; never held while something is waited for, as {@link #lock} is. */
    private final Object agreement = new Object();

    /** Until when the others' promises let us write, while the store is away. */
    private volatile OptionalLong agreed = OptionalLong.empty();

    /** The lease our claim to create the cluster hangs on; 0 while we create none. */
    private volatile long claimLease;

    /** Leads a standby cluster: what runs here only reads, whatever becomes of the lease. */
    private volatile boolean readsOnly;

    private volatile boolean closed;

    LeaseKeeper(Dcs dcs, Fence fence, Policy policy, Listener listener, LeaseMargin margin) {
        this.dcs = dcs;
        this.fence = fence;
        this.policy = policy;
        this.listener = listener;
        this.margin = margin;
        this.thread = Thread.ofPlatform().name("lease-keeper").daemon(true).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Takes up the lease an earlier life of this agent left behind; false if it has ended. */
    boolean adopt(long leaseId, boolean leader) throws DcsException {
        lock.lock();
        try {
            long sent = System.nanoTime();
            var renewed = dcs.renew(leaseId, policy.retryTimeout());
            if (renewed.isEmpty()) return false;
            clock = new LeaseClock(leaseId, renewed.get().ttl(), policy.safetyMargin(), sent);
            asked = renewed.get().ttl();
            if (leader) {
                leaderLease = leaseId;
                armGuard();
            }
            LOG.info(
                    "took up lease {} again, {} s",
                    Long.toHexString(leaseId),
                    renewed.get().ttl().toSeconds());
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The lease to attach keys to; 0 while there is none. */
    long leaseId() {
        return clock.id();
    }

    /**
     * Whether the lease was granted for another time than the policy says, and should be replaced.
     */
    boolean ttlDiffers() {
        return clock.id() != 0 && asked.toSeconds() != policy.ttl().toSeconds();
    }

    /** Whether the leader key hangs on the present lease, as far as we know. */
    boolean isLeading() {
        return leaderLease != 0 && leaderLease == clock.id();
    }

    /** Until this node must have stopped writing; zero if it does not lead. */
    Duration left() {
        var lease = clock;
        long now = System.nanoTime();
        var byLease =
                leaderLease != 0 && leaderLease == lease.id() ? lease.left(now) : Duration.ZERO;
        var byPromise = promised(now);
        return byPromise.compareTo(byLease) > 0 ? byPromise : byLease;
    }

    private Duration promised(long now) {
        var until = agreed;
        return until.isEmpty() ? Duration.ZERO : Duration.ofNanos(until.getAsLong() - now);
    }

    /**
     * Members promised not to lead: writing may go on for that long, if it has not had to end
     * already. Never waits for the store.
     *
     * @param untilNanos asked for under the lock of {@link #dropAgreement}, so that it counts
     *     whoever may lead by then; empty: one of them has promised nothing
     * @return whether an agreement begins here; false also if one that holds was made longer
     */
    boolean agreed(Supplier<OptionalLong> untilNanos) {
        boolean begins;
        synchronized (agreement) {
            if (!left().isPositive()) return false;
            begins = !byPromise();
            var until = untilNanos.get();
            if (until.isEmpty()) return false;
            var before = agreed;
            if (before.isPresent() && until.getAsLong() - before.getAsLong() <= 0) return false;
            agreed = until;
        }
        armGuard();
        return begins;
    }

    /** Whether it is the others' promises, and no lease, that let us write. */
    boolean byPromise() {
        return promised(System.nanoTime()).isPositive();
    }

    /**
     * From now on the lease alone lets us write: who may lead is about to change, and who is added
     * has promised nothing.
     *
     * @param change of whom {@link #agreed} asks for; made in the same instant
     * @return false if the lease has run out; then nothing was changed
     */
    boolean dropAgreement(Runnable change) {
        synchronized (agreement) {
            if (!isLeading() || !clock.left(System.nanoTime()).isPositive()) return false;
            agreed = OptionalLong.empty();
            change.run();
        }
        armGuard();
        return true;
    }

    /** The key is gone and nobody has it; what was promised us holds all the same. */
    void keyLost() {
        leaderLease = 0;
    }

    /**
     * The leader key now hangs on that lease. If it is not the present one any more, it was lost
     * meanwhile and we do not lead.
     */
    void leads(long leaseId) {
        leaderLease = leaseId;
        claimLease = 0;
        armGuard();
        signal();
    }

    /**
     * The claim to create the cluster now hangs on that lease: until it is published the new server
     * may write as long as a leader's, and no longer.
     */
    void claims(long leaseId) {
        claimLease = leaseId;
        armGuard();
        signal();
    }

    /** Whether the claim is still ours: it ended with its lease, and another may have it by now. */
    boolean holdsClaim() {
        return claimLease != 0 && claimLease == clock.id();
    }

    void claimsNoMore() {
        claimLease = 0;
    }

    /**
     * The leader key is not ours any more; the guard stays as it is until PostgreSQL does not write
     * any more.
     */
    void leadsNoMore() {
        leaderLease = 0;
        synchronized (agreement) {
            agreed = OptionalLong.empty();
        }
    }

    void policy(Policy next) {
        policy = next;
        signal();
    }

    /**
     * Tells the guard the present deadline again, for a server that is about to write.
     *
     * @return whether the guard has it; or there is none, because the cluster is paused
     */
    boolean rearm() {
        readsOnly = false;
        return armGuard();
    }

    /**
     * Our server is a standby and stays one, though we lead: no deadline must end it. Until {@link
     * #rearm}.
     */
    void readsOnly() {
        readsOnly = true;
        fence.standDown();
    }

    boolean isReadsOnly() {
        return readsOnly;
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (!closed) {
            boolean ok = renewOnce();
            var pause = ok ? interval() : RETRY_PAUSE;
            lock.lock();
            try {
                if (!closed) changed.awaitNanos(pause.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return; // only a close that lost its patience interrupts
            } finally {
                lock.unlock();
            }
        }
    }

    /** A leader renews five times within its lease, so that a few lost answers cost nothing. */
    private Duration interval() {
        return leaderLease != 0 || claimLease != 0 ? policy.ttl().dividedBy(5) : policy.loopWait();
    }

    /**
     * Renews now, from the calling thread; false if the store did not answer or there is no lease.
     */
    boolean renewNow() {
        return renewOnce();
    }

    private boolean renewOnce() {
        lock.lock();
        try {
            if (closed) return false;
            return clock.id() == 0 ? grant() : renew();
        } catch (DcsException e) {
            LOG.debug("lease not renewed: {}", e.getMessage());
            listener.failed(e);
            return false;
        } finally {
            lock.unlock();
        }
    }

    private boolean grant() throws DcsException {
        long sent = System.nanoTime();
        var wanted = policy.ttl();
        var lease = dcs.grant(wanted, policy.retryTimeout());
        clock = clockOf(lease, sent);
        asked = wanted;
        LOG.info("granted lease {}, {} s", Long.toHexString(lease.id()), lease.ttl().toSeconds());
        listener.renewed();
        return true;
    }

    private boolean renew() throws DcsException {
        long sent = System.nanoTime();
        if (leaderLease != 0 && !clock.left(sent).isPositive()) {
            // Too late by our own clock. Some versions of etcd answer a renewal of a lease that has
            // ended elsewhere
            // (etcd issue 15247), so the key has to be read before we believe in it again.
            leaderLease = 0;
            listener.lost(clock.id());
        }
        Optional<Lease> lease = dcs.renew(clock.id(), policy.retryTimeout());
        if (lease.isEmpty()) {
            long lost = clock.id();
            clock = LeaseClock.NONE;
            leaderLease = 0;
            LOG.warn("lease {} is gone", Long.toHexString(lost));
            listener.lost(lost);
            return grant();
        }
        long now = System.nanoTime();
        var left = clock.left(now);
        clock = clockOf(lease.get(), sent);
        if (leaderLease != 0) margin.renewed(left, clock.left(sent), now);
        armGuard();
        listener.renewed();
        return true;
    }

    private LeaseClock clockOf(Lease lease, long sent) {
        return new LeaseClock(lease.id(), lease.ttl(), policy.safetyMargin(), sent);
    }

    private boolean armGuard() {
        if (deadline().isEmpty()) return false;
        if (!policy.paused()) return fence.arm(this::deadline);
        fence.standDown();
        return true;
    }

    /** Until when what holds us up holds: a key on our lease, or what the others promised. */
    private OptionalLong deadline() {
        if (readsOnly) return OptionalLong.empty();
        var lease = clock;
        var promise = agreed;
        boolean key = lease.id() != 0 && (leaderLease == lease.id() || claimLease == lease.id());
        if (!key) return promise;
        long byLease = lease.deadlineNanos();
        boolean longer = promise.isPresent() && promise.getAsLong() - byLease > 0;
        return longer ? promise : OptionalLong.of(byLease);
    }

    /**
     * Goes over to a new lease of {@code ttl}: first granted, then {@code attach} puts the keys on
     * it, then it counts.
     *
     * @param attach true if the keys now hang on the new lease
     */
    boolean replace(Duration ttl, Attach attach) throws DcsException {
        lock.lock();
        try {
            long sent = System.nanoTime();
            var lease = dcs.grant(ttl, policy.retryTimeout());
            if (!attach.to(lease.id())) {
                dcs.revoke(lease.id(), policy.retryTimeout());
                return false;
            }
            boolean led = leaderLease != 0;
            clock = clockOf(lease, sent);
            asked = ttl;
            if (led) leaderLease = lease.id();
            armGuard();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Puts our keys onto another lease. */
    interface Attach {
        boolean to(long leaseId) throws DcsException;
    }

    /** The node goes in order: the lease, and with it our member key, ends at once. */
    void end() throws DcsException {
        lock.lock();
        try {
            closed = true;
            if (clock.id() == 0) return;
            dcs.revoke(clock.id(), policy.retryTimeout());
            clock = LeaseClock.NONE;
            leaderLease = 0;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stops renewing; the lease lives on in the store until its time is over or somebody takes it
     * up.
     */
    @Override
    public void close() {
        closed = true;
        signal();
        Threads.end(thread, policy.retryTimeout().multipliedBy(2));
    }
}
