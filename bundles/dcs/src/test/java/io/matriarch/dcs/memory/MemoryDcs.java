package io.matriarch.dcs.memory;

import io.matriarch.dcs.api.Committed;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Snapshot;
import io.matriarch.dcs.api.StoreHealth;
import io.matriarch.dcs.api.Txn;
import io.matriarch.dcs.api.WatchListener;
import java.time.Duration;
import java.util.Optional;

/** One client's handle on a {@link MemoryStore}; its faults are set there, by its name. */
public final class MemoryDcs implements Dcs {
    private final MemoryStore store;
    private final String name;

    MemoryDcs(MemoryStore store, String name) {
        this.store = store;
        this.name = name;
    }

    @Override
    public Snapshot read(String prefix, Duration deadline) throws DcsException {
        return store.call(name, deadline, records -> records.read(prefix));
    }

    @Override
    public Committed commit(Txn txn, Duration deadline) throws DcsException {
        return store.call(name, deadline, records -> records.commit(txn));
    }

    @Override
    public Lease grant(Duration ttl, Duration deadline) throws DcsException {
        return store.call(name, deadline, records -> records.grant(ttl, store.now()));
    }

    @Override
    public Optional<Lease> renew(long leaseId, Duration deadline) throws DcsException {
        return store.call(name, deadline, records -> records.renew(leaseId, store.now()));
    }

    @Override
    public Optional<Duration> timeLeft(long leaseId, Duration deadline) throws DcsException {
        return store.call(name, deadline, records -> records.timeLeft(leaseId, store.now()));
    }

    @Override
    public void revoke(long leaseId, Duration deadline) throws DcsException {
        store.call(
                name,
                deadline,
                records -> {
                    records.revoke(leaseId);
                    return leaseId;
                });
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        return store.watch(name, prefix, fromRevision, listener);
    }

    @Override
    public StoreHealth health(Duration deadline) {
        return store.health(name, deadline);
    }
}
