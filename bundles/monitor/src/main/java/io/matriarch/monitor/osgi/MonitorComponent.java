package io.matriarch.monitor.osgi;

import io.matriarch.backup.api.Backups;
import io.matriarch.backup.api.WalArchive;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.failover.api.Failover;
import io.matriarch.failover.api.RoleListener;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.MetricSource;
import io.matriarch.monitor.api.Monitor;
import io.matriarch.monitor.api.Sessions;
import io.matriarch.monitor.collect.Collection;
import io.matriarch.monitor.collect.LiveSessions;
import io.matriarch.monitor.http.MetricsServlet;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.api.LocalPostgres;
import io.matriarch.schedule.api.ClusterJobs;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Collects while it is there, and serves {@code /metrics}. Its path is longer than the failover
 * agent's, so it wins while it is there; while it is not, the agent tells Patroni's names itself.
 */
@Component(
        immediate = true,
        service = RoleListener.class,
        configurationPid = MonitorConfig.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = MonitorConfig.class)
public final class MonitorComponent implements RoleListener {
    private final Collection collection;
    private final Remembered remembered;
    private final List<MetricSource> sources = new CopyOnWriteArrayList<>();
    private final List<ServiceRegistration<?>> services = new ArrayList<>();
    private volatile Optional<HostPort> lastAddress = Optional.empty();

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable LocalPostgres postgres;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Dcs dcs;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Failover failover;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Backups backups;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable WalArchive archive;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable ClusterJobs jobs;

    @Activate
    public MonitorComponent(BundleContext context, MonitorConfig config) throws IOException {
        var settings = SettingsReader.read(config);
        remembered =
                new Remembered(
                        settings.identity(),
                        Path.of(config.stateDir()).resolve("monitor"),
                        Duration.ofDays(config.historyDays()),
                        this::figures,
                        () -> Optional.ofNullable(failover),
                        () -> Optional.ofNullable(postgres),
                        this::trouble);
        var further =
                new ArrayList<>(
                        SettingsReader.further(
                                config,
                                settings,
                                () -> Optional.ofNullable(dcs),
                                () -> Optional.ofNullable(failover),
                                () -> Optional.ofNullable(backups),
                                () -> Optional.ofNullable(archive),
                                () -> Optional.ofNullable(jobs)));
        further.addAll(remembered.tasks());
        sources.add(remembered::eventFigures);
        collection =
                new Collection(
                        settings,
                        this::address,
                        further,
                        () -> List.copyOf(sources),
                        InstantSource.system(),
                        System::nanoTime);
        collection.start();
        services.add(context.registerService(Monitor.class, remembered, null));
        settings.login()
                .map(login -> new LiveSessions(this::address, login, System::nanoTime))
                .ifPresent(
                        live -> services.add(context.registerService(Sessions.class, live, null)));
        services.add(
                context.registerService(
                        Servlet.class,
                        new MetricsServlet(this::page),
                        new Hashtable<>(
                                Map.of("osgi.http.whiteboard.servlet.pattern", "/metrics"))));
    }

    private List<Family> figures() {
        return collection.figures();
    }

    private String trouble() {
        return collection.trouble();
    }

    private List<Family> page() {
        collection.scraped();
        return collection.page();
    }

    /** While the control of PostgreSQL is being swapped, the server stays where it was. */
    private Optional<HostPort> address() {
        var control = postgres;
        if (control != null) lastAddress = Optional.of(control.localAddress());
        return lastAddress;
    }

    @Override
    public void roleChanged(String member, String from, String role, String reason) {
        remembered.roleChanged(Instant.now(), from, role, reason);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addSource(MetricSource source) {
        sources.add(source);
    }

    void removeSource(MetricSource source) {
        sources.remove(source);
    }

    @Deactivate
    public void stop() {
        services.forEach(ServiceRegistration::unregister);
        collection.close();
        remembered.close();
    }
}
