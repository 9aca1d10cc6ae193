package io.matriarch.dcs.osgi;

import io.matriarch.api.MatriarchException;
import io.matriarch.dcs.api.Committed;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Snapshot;
import io.matriarch.dcs.api.StoreHealth;
import io.matriarch.dcs.api.Txn;
import io.matriarch.dcs.api.WatchListener;
import io.matriarch.dcs.etcd.EtcdDcs;
import io.matriarch.dcs.etcd.EtcdSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** Publishes etcd as {@link Dcs}, whether it answers or not: that each call tells for itself. */
@Component(
        service = Dcs.class,
        immediate = true,
        configurationPid = "io.matriarch.dcs",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = DcsConfig.class)
public final class EtcdStore implements Dcs {
    private final EtcdDcs etcd;

    @Activate
    public EtcdStore(DcsConfig config) throws MatriarchException {
        etcd = new EtcdDcs(settingsOf(config));
    }

    static EtcdSettings settingsOf(DcsConfig config) {
        return new EtcdSettings(
                List.of(config.endpoints()),
                config.username(),
                config.password(),
                file(config.cacert()),
                file(config.cert()),
                file(config.key()),
                Duration.ofMillis(config.callTimeoutMillis()));
    }

    private static @Nullable Path file(String path) {
        return path.isEmpty() ? null : Path.of(path);
    }

    /** Leases live on: the next store service takes them up by their ids. */
    @Deactivate
    public void stop() {
        etcd.close();
    }

    @Override
    public Snapshot read(String prefix, Duration deadline) throws DcsException {
        return etcd.read(prefix, deadline);
    }

    @Override
    public Committed commit(Txn txn, Duration deadline) throws DcsException {
        return etcd.commit(txn, deadline);
    }

    @Override
    public Lease grant(Duration ttl, Duration deadline) throws DcsException {
        return etcd.grant(ttl, deadline);
    }

    @Override
    public Optional<Lease> renew(long leaseId, Duration deadline) throws DcsException {
        return etcd.renew(leaseId, deadline);
    }

    @Override
    public Optional<Duration> timeLeft(long leaseId, Duration deadline) throws DcsException {
        return etcd.timeLeft(leaseId, deadline);
    }

    @Override
    public void revoke(long leaseId, Duration deadline) throws DcsException {
        etcd.revoke(leaseId, deadline);
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        return etcd.watch(prefix, fromRevision, listener);
    }

    @Override
    public StoreHealth health(Duration deadline) {
        return etcd.health(deadline);
    }
}
