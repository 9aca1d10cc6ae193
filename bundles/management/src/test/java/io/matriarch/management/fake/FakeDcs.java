package io.matriarch.management.fake;

import io.matriarch.dcs.api.Committed;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Snapshot;
import io.matriarch.dcs.api.StoreHealth;
import io.matriarch.dcs.api.Txn;
import io.matriarch.dcs.api.WatchListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One endpoint answers, one does not. Management asks a store for its health and nothing else. */
public final class FakeDcs implements Dcs {
    @Override
    public StoreHealth health(Duration deadline) {
        return new StoreHealth(
                "cdf818194e3a8c32",
                List.of(
                        new StoreHealth.Endpoint(
                                "http://127.0.0.1:2379",
                                true,
                                true,
                                "3.4.23",
                                Duration.ofMillis(2),
                                "",
                                Optional.of(
                                        new StoreHealth.Storage(
                                                24_576, 20_480, 7, OptionalLong.empty()))),
                        new StoreHealth.Endpoint(
                                "http://127.0.0.1:2381",
                                false,
                                false,
                                "",
                                Duration.ZERO,
                                "connection refused")));
    }

    @Override
    public Snapshot read(String prefix, Duration deadline) {
        throw new AssertionError("not to be called");
    }

    @Override
    public Committed commit(Txn txn, Duration deadline) {
        throw new AssertionError("not to be called");
    }

    @Override
    public Lease grant(Duration ttl, Duration deadline) {
        throw new AssertionError("not to be called");
    }

    @Override
    public Optional<Lease> renew(long leaseId, Duration deadline) {
        throw new AssertionError("not to be called");
    }

    @Override
    public Optional<Duration> timeLeft(long leaseId, Duration deadline) {
        throw new AssertionError("not to be called");
    }

    @Override
    public void revoke(long leaseId, Duration deadline) {
        throw new AssertionError("not to be called");
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        throw new AssertionError("not to be called");
    }
}
