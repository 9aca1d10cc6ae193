package io.matriarch.dcs.etcd;

import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.LeaseTimeToLiveRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.matriarch.api.MatriarchException;
import io.matriarch.dcs.api.Committed;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Snapshot;
import io.matriarch.dcs.api.StoreHealth;
import io.matriarch.dcs.api.Txn;
import io.matriarch.dcs.api.WatchListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * etcd 3.4 and newer. Connects at the first call, not before; keeps no lease alive by itself.
 *
 * <p>Of two answers to doubt: a lease renewal is answered by etcd's leader from memory, without
 * asking the other servers. A leader that has just been stopped for a long time may therefore say
 * "renewed" of a lease its successor has ended. So a holder whose own deadline has passed reads its
 * key again before it believes any renewal.
 */
public final class EtcdDcs implements Dcs, AutoCloseable {
    private final EtcdSettings settings;
    private final Transport transport;
    private final Session session;
    private final Router router;
    private final HealthCheck health;

    /**
     * @throws MatriarchException the settings are wrong; whether etcd answers plays no role here
     */
    public EtcdDcs(EtcdSettings settings) throws MatriarchException {
        List<EndpointAddress> addresses = settings.addresses();
        this.settings = settings;
        transport = new Transport(settings);
        session = new Session(settings);
        List<Peer> peers = new ArrayList<>();
        for (EndpointAddress address : addresses) {
            peers.add(new Peer(address, transport, settings.silence()));
        }
        router = new Router(peers, session, new TermGuard());
        health = new HealthCheck(peers, session, new Quotas(transport), transport.callbacks());
    }

    @Override
    public Snapshot read(String prefix, Duration deadline) throws DcsException {
        return Codec.snapshot(answerOf(Exchange.READ, Codec.read(prefix), deadline));
    }

    @Override
    public Committed commit(Txn txn, Duration deadline) throws DcsException {
        TxnResponse answer = answerOf(Exchange.COMMIT, Codec.txn(txn), deadline);
        return new Committed(answer.getSucceeded(), answer.getHeader().getRevision());
    }

    @Override
    public Lease grant(Duration ttl, Duration deadline) throws DcsException {
        var request = LeaseGrantRequest.newBuilder().setTTL(Codec.wholeSeconds(ttl)).build();
        LeaseGrantResponse answer = answerOf(Exchange.GRANT, request, deadline);
        return new Lease(answer.getID(), Duration.ofSeconds(answer.getTTL()));
    }

    @Override
    public Optional<Lease> renew(long leaseId, Duration deadline) throws DcsException {
        var request = LeaseKeepAliveRequest.newBuilder().setID(leaseId).build();
        return router.ask(Exchange.RENEW, request, deadline)
                .filter(answer -> answer.getTTL() > 0) // 0 is how etcd says "no such lease" here
                .map(answer -> new Lease(leaseId, Duration.ofSeconds(answer.getTTL())));
    }

    @Override
    public Optional<Duration> timeLeft(long leaseId, Duration deadline) throws DcsException {
        var request = LeaseTimeToLiveRequest.newBuilder().setID(leaseId).build();
        return router.ask(Exchange.TIME_LEFT, request, deadline)
                .filter(answer -> answer.getTTL() >= 0) // -1: no such lease
                .map(answer -> Duration.ofSeconds(answer.getTTL()));
    }

    @Override
    public void revoke(long leaseId, Duration deadline) throws DcsException {
        var request = LeaseRevokeRequest.newBuilder().setID(leaseId).build();
        var _ = router.ask(Exchange.REVOKE, request, deadline); // gone already is as good
    }

    private <Q, A> A answerOf(Exchange<Q, A> exchange, Q request, Duration deadline)
            throws DcsException {
        return router.ask(exchange, request, deadline)
                .orElseThrow(() -> Failure.leaseGone(exchange.name()));
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        var request = Codec.watch(prefix, fromRevision);
        var watch = new EtcdWatch(router, session, request, listener);
        transport.callbacks().execute(() -> watch.open(settings.silence()));
        return watch;
    }

    @Override
    public StoreHealth health(Duration deadline) {
        return health.ask(deadline);
    }

    /** Ends the connections, at once. No lease is revoked; watches are told that they broke. */
    @Override
    public void close() {
        router.peers().forEach(Peer::close);
        transport.close();
    }
}
