package io.matriarch.failover.osgi;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.access.api.Access;
import io.matriarch.access.api.AuditLog;
import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.api.MemberName;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.failover.agent.Agent;
import io.matriarch.failover.agent.GuardFence;
import io.matriarch.failover.agent.Settings;
import io.matriarch.failover.agent.WriteSettings;
import io.matriarch.failover.api.Failover;
import io.matriarch.failover.api.RoleListener;
import io.matriarch.failover.core.Ballast;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.Decision;
import io.matriarch.failover.core.Member;
import io.matriarch.failover.core.Tags;
import io.matriarch.failover.core.WritePlan;
import io.matriarch.failover.guard.Watchdog;
import io.matriarch.failover.rest.AccessFilter;
import io.matriarch.failover.rest.AuditFile;
import io.matriarch.failover.rest.Callers;
import io.matriarch.failover.rest.HttpPeers;
import io.matriarch.failover.rest.PatroniServlet;
import io.matriarch.failover.rest.PeerAccess;
import io.matriarch.failover.rest.core.AccessRules;
import io.matriarch.failover.rest.core.Metrics;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.MetricSource;
import io.matriarch.postgres.api.LocalPostgres;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
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

/**
 * Puts the agent and its REST paths into the framework. When only this bundle, or a neighbour, goes
 * (an update), everything is left as it is for the next instance; when the framework stops,
 * leadership is handed over first.
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = "io.matriarch.failover",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = FailoverConfig.class)
public final class FailoverAgent {
    private static final Logger LOG = LoggerFactory.getLogger(FailoverAgent.class);
    private static final String RELOAD = "(io.matriarch.role=reload-configuration)";
    private static final String FATAL = "(io.matriarch.role=fatal-error)";

    private final BundleContext context;
    private final Agent agent;
    private final String dataDirectory;
    private final List<ServiceRegistration<?>> services = new ArrayList<>();
    private final List<RoleListener> listeners = new CopyOnWriteArrayList<>();

    @Activate
    public FailoverAgent(
            BundleContext context,
            FailoverConfig config,
            @Reference Dcs dcs,
            @Reference LocalPostgres postgres)
            throws MatriarchException {
        this.context = context;
        dataDirectory = config.postgresDataDir();
        var state = Path.of(config.stateDir());
        var fence =
                new GuardFence(
                        Path.of(config.guardCommand()),
                        state,
                        postgres::dataDirectory,
                        Optional.of(config.watchdogMode())
                                .filter(mode -> !mode.isEmpty())
                                .map(mode -> Watchdog.of(mode, config.watchdogDevice())));
        var peers = new HttpPeers(peerAccess(config));
        agent =
                new Agent(
                        new Agent.Parts(
                                settings(config, context.getBundle()),
                                dcs,
                                postgres,
                                fence,
                                peers,
                                () -> List.copyOf(listeners),
                                this::reloadConfiguration,
                                this::exit));
        fence.onGone(agent::postmasterGone);
        agent.start();
        register(config);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addRoleListener(RoleListener listener) {
        listeners.add(listener);
    }

    void removeRoleListener(RoleListener listener) {
        listeners.remove(listener);
    }

    private void register(FailoverConfig config) {
        services.add(context.registerService(Failover.class, agent.operations(), null));
        services.add(context.registerService(MetricSource.class, this::figures, null));
        var audit =
                new AuditFile(
                        Path.of(config.logDir().isEmpty() ? config.stateDir() : config.logDir()));
        services.add(context.registerService(AuditLog.class, audit, null));
        services.add(
                context.registerService(
                        Access.class,
                        new Callers(accessRules(config), path(config.usersFile())),
                        null));
        services.add(
                context.registerService(
                        Filter.class,
                        new AccessFilter(
                                accessRules(config),
                                path(config.usersFile()),
                                Optional.of(audit),
                                config.name(),
                                this::memberUrls),
                        properties(
                                Map.of(
                                        "osgi.http.whiteboard.filter.pattern",
                                        "/*",
                                        "osgi.http.whiteboard.filter.asyncSupported",
                                        true))));
        services.add(
                context.registerService(
                        Servlet.class,
                        new PatroniServlet(
                                agent::report,
                                agent::freshReport,
                                agent.operations(),
                                agent::failsafe),
                        properties(Map.of("osgi.http.whiteboard.servlet.pattern", "/*"))));
    }

    /** Under Patroni's names and ours; also while nobody but us serves {@code /metrics}. */
    private List<Family> figures() {
        var families = new ArrayList<>(Metrics.of(agent.report()));
        families.addAll(agent.figures());
        return families;
    }

    private static Dictionary<String, Object> properties(Map<String, Object> values) {
        return new Hashtable<>(values);
    }

    private static AccessRules accessRules(FailoverConfig config) {
        return new AccessRules(
                List.of(config.allowlist()),
                config.allowlistIncludeMembers(),
                config.verifyClient(),
                config.restapiUsername(),
                config.restapiPassword(),
                config.metricsToken());
    }

    private static PeerAccess peerAccess(FailoverConfig config) {
        boolean own = !config.ctlUsername().isEmpty();
        return new PeerAccess(
                own ? config.ctlUsername() : config.restapiUsername(),
                own ? config.ctlPassword() : config.restapiPassword(),
                path(config.ctlCacert()),
                path(config.ctlCertfile()),
                path(config.ctlKeyfile()));
    }

    private static Optional<Path> path(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }

    private static Settings settings(FailoverConfig config, Bundle bundle)
            throws MatriarchException {
        var callbacks = new LinkedHashMap<String, String>();
        object("callbacks", config.callbacks())
                .forEach((event, command) -> callbacks.put(event, String.valueOf(command)));
        return new Settings(
                new MemberName(config.name()),
                config.scope(),
                config.namespace(),
                config.canBootstrap(),
                Tags.configured(object("tags", config.tags())),
                object("bootstrap.dcs", config.bootstrapDcs()),
                config.apiUrl(),
                callbacks,
                Optional.of(config.prePromote()).filter(command -> !command.isBlank()),
                Path.of(config.stateDir()),
                Duration.ofSeconds(config.restartGraceSeconds()),
                writing(config),
                bundle.getVersion().toString());
    }

    private static WriteSettings writing(FailoverConfig config) {
        return new WriteSettings(
                Duration.ofSeconds(config.writeProbeSeconds()),
                new WritePlan(
                        config.writeFailureAction().equals("switchover"),
                        Duration.ofSeconds(config.writeFailsAfterSeconds()),
                        Duration.ofSeconds(config.writeSwitchoverPauseSeconds())),
                new Ballast(config.walBallastBytes(), config.walLeastFreeBytes()));
    }

    private static Map<String, Object> object(String key, String json) throws MatriarchException {
        try {
            return JSON.std.mapFrom(json);
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.CONFIG, key + " is no JSON object: " + json, "Give a YAML mapping.", e);
        }
    }

    private List<String> memberUrls() {
        return agent.report()
                .view()
                .map(ClusterView::members)
                .map(members -> members.values().stream().map(Member::apiUrl).toList())
                .orElse(List.of());
    }

    @SuppressWarnings("unchecked") // the launcher registers a Supplier<String> under this property
    private String reloadConfiguration() {
        Supplier<String> reload = (Supplier<String>) launcher(Supplier.class, RELOAD);
        return reload == null ? "the launcher offers no reload" : reload.get();
    }

    /**
     * The process ends: what is wrong here cannot be mended by going on. PostgreSQL is not touched.
     */
    private void exit(Decision.Exit stop) {
        agent.leavePostgres();
        String place = stop.code() == Code.DATA_DIRECTORY ? dataDirectory + ": " : "";
        var failure = new MatriarchException(stop.code(), place + stop.reason(), stop.hint());
        Thread.ofPlatform().name("exit").start(() -> endProcess(failure));
    }

    @SuppressWarnings(
            "unchecked") // the launcher registers a Consumer<Throwable> under this property
    private void endProcess(MatriarchException failure) {
        Consumer<Throwable> launcher = (Consumer<Throwable>) launcher(Consumer.class, FATAL);
        if (launcher != null) launcher.accept(failure);
        else System.exit(failure.code().exitStatus());
    }

    /**
     * A service of the launcher's; null if it offers none. It lives as long as the framework, so it
     * is not given back.
     */
    private <T> @Nullable T launcher(Class<T> type, String filter) {
        try {
            var found = context.getServiceReferences(type, filter).stream().findFirst();
            return found.isEmpty() ? null : context.getService(found.get());
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("the filter is a constant", e);
        }
    }

    @Deactivate
    public void stop() {
        services.forEach(ServiceRegistration::unregister);
        boolean wholeFramework = context.getBundle(0).getState() == Bundle.STOPPING;
        if (wholeFramework) agent.shutDown();
        agent.close();
    }
}
