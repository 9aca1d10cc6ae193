package io.matriarch.schedule.osgi;

import io.matriarch.api.Code;
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
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The store service of this moment: its bundle may be swapped while a backup runs on. */
final class CurrentDcs implements Dcs {
    private final AtomicReference<@Nullable Dcs> current = new AtomicReference<>();

    void bind(Dcs dcs) {
        current.set(dcs);
    }

    void unbind(Dcs dcs) {
        current.compareAndSet(dcs, null);
    }

    private Dcs dcs() throws DcsException {
        Dcs dcs = current.get();
        if (dcs != null) return dcs;
        throw new DcsException(
                Code.DCS_UNREACHABLE,
                DcsException.Fate.NOT_DONE,
                "there is no store service at the moment",
                "is bundle matriarch-dcs started?",
                null);
    }

    @Override
    public Snapshot read(String prefix, Duration deadline) throws DcsException {
        return dcs().read(prefix, deadline);
    }

    @Override
    public Committed commit(Txn txn, Duration deadline) throws DcsException {
        return dcs().commit(txn, deadline);
    }

    @Override
    public Lease grant(Duration ttl, Duration deadline) throws DcsException {
        return dcs().grant(ttl, deadline);
    }

    @Override
    public Optional<Lease> renew(long leaseId, Duration deadline) throws DcsException {
        return dcs().renew(leaseId, deadline);
    }

    @Override
    public Optional<Duration> timeLeft(long leaseId, Duration deadline) throws DcsException {
        return dcs().timeLeft(leaseId, deadline);
    }

    @Override
    public void revoke(long leaseId, Duration deadline) throws DcsException {
        dcs().revoke(leaseId, deadline);
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        throw new UnsupportedOperationException("jobs look, they do not watch");
    }

    @Override
    public StoreHealth health(Duration deadline) {
        throw new UnsupportedOperationException("jobs do not ask for the store's health");
    }
}
