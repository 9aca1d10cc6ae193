package io.matriarch.alerting.osgi;

import io.matriarch.alerting.api.Alerts;
import io.matriarch.alerting.engine.AlertsService;
import io.matriarch.alerting.engine.Engine;
import io.matriarch.alerting.settings.SettingsReader;
import io.matriarch.alerting.spool.Courier;
import io.matriarch.alerting.spool.Spool;
import io.matriarch.alerting.web.AlertmanagerForward;
import io.matriarch.backup.api.WalArchive;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.failover.api.Failover;
import io.matriarch.monitor.api.MetricSource;
import io.matriarch.monitor.api.Monitor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Judges and tells while it is there. What it must not forget lies on disk and in the store. */
@Component(
        immediate = true,
        service = {},
        configurationPid = AlertingConfig.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = AlertingConfig.class)
public final class AlertingComponent {
    private static final Logger LOG = LoggerFactory.getLogger(AlertingComponent.class);
    private static final Duration COURIER = Duration.ofSeconds(2);
    private static final Duration FORWARD = Duration.ofSeconds(60);

    private final BundleContext context;
    private final Engine engine;
    private final List<Thread> threads = new ArrayList<>();
    private final List<ServiceRegistration<?>> services = new ArrayList<>();
    private volatile boolean running = true;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Monitor monitor;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Failover failover;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable WalArchive archive;

    /**
     * @throws IOException the spool cannot be made: nothing would survive a restart
     */
    @Activate
    public AlertingComponent(BundleContext context, AlertingConfig config, @Reference Dcs dcs)
            throws IOException {
        this.context = context;
        var reader =
                new SettingsReader(
                        new SettingsReader.Identity(
                                config.scope(),
                                config.name(),
                                config.namespace(),
                                config.version(),
                                config.apiUrl()),
                        config.alerts());
        var directory = Path.of(config.stateDir()).resolve("alerts");
        var spool = new Spool(directory.resolve("spool"));
        var clock = InstantSource.system();
        var courier = new Courier(spool, clock);
        var ways = reader.deliveries();
        courier.ways(ways);
        var around =
                new Neighbourhood(
                        config.scope(),
                        config.name(),
                        () -> monitor,
                        () -> failover,
                        () -> archive);
        engine =
                new Engine(
                        reader.settings(),
                        dcs,
                        around,
                        spool,
                        courier,
                        directory,
                        clock,
                        System::nanoTime);
        var alerts = new AlertsService(engine, ways);
        if (reader.enabled()) {
            every("alerting", Engine.ROUND, engine::round);
            for (var receiver : ways.keySet())
                every(
                        "alerting-" + receiver,
                        COURIER,
                        () -> courier.deliver(receiver, engine::mayStill));
            forward(reader.alertmanagers(), alerts, clock);
        } else LOG.info("Alerting is switched off: alerts.enabled is false");
        services.add(context.registerService(Alerts.class, alerts, null));
        services.add(
                context.registerService(
                        MetricSource.class,
                        new OwnMetrics(config.scope(), config.name(), alerts),
                        null));
    }

    private void forward(List<String> urls, Alerts alerts, InstantSource clock) {
        if (urls.isEmpty()) return;
        var forward = new AlertmanagerForward(urls);
        every(
                "alerting-alertmanager",
                FORWARD,
                () -> {
                    var status = alerts.status();
                    if (status.sending() || status.degraded())
                        forward.tell(alerts.active(), clock.instant());
                });
    }

    /** A defect in one round must not end all that follow. */
    private void every(String name, Duration pause, Runnable what) {
        threads.add(
                Thread.ofVirtual()
                        .name(name)
                        .start(() -> {
                            while (running) {
                                try {
                                    what.run();
                                } catch (RuntimeException e) {
                                    LOG.error("A round of {} failed", name, e);
                                }
                                if (!paused(pause)) return;
                            }
                        }));
    }

    private static boolean paused(Duration pause) {
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException e) {
            return false; // we are being stopped
        }
    }

    @Deactivate
    public void stop() throws InterruptedException {
        running = false;
        services.forEach(ServiceRegistration::unregister);
        threads.forEach(Thread::interrupt);
        for (var thread : threads) thread.join(Duration.ofSeconds(5));
        engine.close(context.getBundle(0).getState() == Bundle.STOPPING);
    }
}
