package io.matriarch.alerting.engine;

import io.matriarch.dcs.api.Compare;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Op;
import io.matriarch.dcs.api.Txn;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The seat of the one member that tells the receivers: a key on a lease. It counts from when the
 * request left, so this member gives the seat up before another one can take it.
 */
final class Seat {
    static final Duration TTL = Duration.ofSeconds(30);

    private final Dcs dcs;
    private final String key;
    private final String member;
    private final Duration deadline;
    private final LongSupplier nanoTime;
    private long lease = Lease.NONE;
    private volatile long until;
    private volatile boolean held;

    Seat(Dcs dcs, String key, String member, Duration deadline, LongSupplier nanoTime) {
        this.dcs = dcs;
        this.key = key;
        this.member = member;
        this.deadline = deadline;
        this.nanoTime = nanoTime;
    }

    /** Whether it is ours at this moment. Any thread may ask. */
    boolean held() {
        return held && nanoTime.getAsLong() - until < 0;
    }

    /**
     * Keeps the seat, or takes it if it is free.
     *
     * @param sender who has it according to the store
     * @return whether it is ours now
     */
    boolean keep(String sender) throws DcsException {
        long left = nanoTime.getAsLong();
        if (lease != Lease.NONE) {
            var renewed = dcs.renew(lease, deadline);
            if (renewed.isPresent() && sender.equals(member)) return ours(left, renewed.get());
            if (renewed.isEmpty()) lease = Lease.NONE;
            held = false;
        }
        if (!sender.isEmpty() && !sender.equals(member)) return false;
        if (sender.equals(member)) return false; // of an earlier run of ours; it ends by itself
        if (lease == Lease.NONE) lease = dcs.grant(TTL, deadline).id();
        var taken =
                dcs.commit(
                        new Txn(
                                List.of(new Compare.Absent(key)),
                                List.of(new Op.Put(key, member, lease))),
                        deadline);
        return taken.applied() && ours(left, new Lease(lease, TTL));
    }

    private boolean ours(long left, Lease lease) {
        until = left + lease.ttl().toNanos();
        held = true;
        return true;
    }

    /** Leaves it to somebody else at once. */
    void leave() throws DcsException {
        held = false;
        if (lease != Lease.NONE) dcs.revoke(lease, deadline);
        lease = Lease.NONE;
    }
}
