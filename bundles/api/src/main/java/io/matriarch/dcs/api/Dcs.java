package io.matriarch.dcs.api;

import java.time.Duration;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The distributed configuration store: a few small values, one history of revisions, leases that
 * die with their holder.
 *
 * <p>Reads and transactions are linearizable. No transaction and no grant is sent again behind the
 * caller's back once it may have reached the store; what does no harm when done twice (a read, a
 * lease renewed or revoked) may be asked of another endpoint while the first one is silent. Every
 * call blocks at most its {@code deadline} (1 ms or more); interruption ends it early with {@link
 * DcsException.Fate#UNKNOWN}. Calls may come from many threads. Closing or swapping the store
 * service revokes no lease: it is taken up again by its id.
 */
@ProviderType
public interface Dcs {
    /**
     * Every key that starts with {@code prefix}, of one instant.
     *
     * @throws DcsException no majority answered in time, or we are refused
     */
    Snapshot read(String prefix, Duration deadline) throws DcsException;

    /**
     * Applies a transaction.
     *
     * @throws DcsException {@code NOT_DONE}: not applied (also: a lease it names does not exist);
     *     {@code UNKNOWN}: it may have been applied or may still be
     */
    Committed commit(Txn txn, Duration deadline) throws DcsException;

    /**
     * Grants a lease.
     *
     * @param ttl 1 s or more; whole seconds, the store may round up
     */
    Lease grant(Duration ttl, Duration deadline) throws DcsException;

    /**
     * Starts the lease's time anew.
     *
     * @return empty if the store answered that there is no such lease (expired or revoked)
     * @throws DcsException not known whether it was renewed; count on its old end
     */
    Optional<Lease> renew(long leaseId, Duration deadline) throws DcsException;

    /**
     * The time a lease has left, without renewing it.
     *
     * @return empty if there is no such lease
     */
    Optional<Duration> timeLeft(long leaseId, Duration deadline) throws DcsException;

    /** Ends a lease and all keys attached to it. A lease that is gone already is no error. */
    void revoke(long leaseId, Duration deadline) throws DcsException;

    /**
     * Tells of every change under {@code prefix} from {@code fromRevision} on.
     *
     * @return close it to hear no more
     */
    Watch watch(String prefix, long fromRevision, WatchListener listener);

    /**
     * Asks every endpoint; one that does not answer is an entry of the answer, not an exception.
     */
    StoreHealth health(Duration deadline);

    /** A running watch. */
    interface Watch extends AutoCloseable {
        /** Ends it; at most a call already under way is still heard. */
        @Override
        void close();
    }
}
