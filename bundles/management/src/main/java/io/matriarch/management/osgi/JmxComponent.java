package io.matriarch.management.osgi;

import io.matriarch.api.MatriarchException;
import io.matriarch.failover.api.RoleListener;
import io.matriarch.management.core.Identity;
import io.matriarch.management.core.ListenAddress;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.jmx.Gate;
import io.matriarch.management.jmx.JmxRemote;
import io.matriarch.management.jmx.MBeans;
import io.matriarch.management.jmx.TlsMaterial;
import io.matriarch.management.jmx.TlsMaterial.Clients;
import io.matriarch.management.jmx.TlsSockets;
import io.matriarch.management.jolokia.JolokiaServlet;
import jakarta.servlet.Servlet;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Hashtable;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Our MBeans while this bundle runs, and the port to reach them. */
@Component(immediate = true, service = RoleListener.class, configurationPid = ManagementConfig.PID)
@Designate(ocd = ManagementConfig.class)
public final class JmxComponent implements RoleListener {
    private static final Logger LOG = LoggerFactory.getLogger(JmxComponent.class);

    private final MBeans beans;
    private final @Nullable JmxRemote remote;
    private final @Nullable ServiceRegistration<Servlet> jolokia;

    @Activate
    public JmxComponent(
            @Reference Neighbours neighbours, BundleContext context, ManagementConfig config) {
        var server = ManagementFactory.getPlatformMBeanServer();
        beans =
                new MBeans(
                        server,
                        neighbours,
                        new FrameworkBundles(context),
                        new Identity(config.scope(), config.name(), config.version()),
                        InstantSource.system(),
                        System::nanoTime);
        try {
            var gate = beans.gate(config.jmxAsks());
            remote = open(context, config, gate);
            jolokia = config.jolokia() ? serve(context, gate) : null;
        } catch (RuntimeException e) {
            beans.close(); // else the next try would find their names taken
            throw e;
        }
    }

    /** Without a port the MBeans are still there for a local console, so a node goes on. */
    private static @Nullable JmxRemote open(
            BundleContext context, ManagementConfig config, Gate gate) {
        if (config.jmxListen().isBlank()) return null;
        boolean tls = !config.jmxKeyStore().isBlank();
        try {
            var address = ListenAddress.parse(config.jmxListen(), tls && config.jmxAsks());
            var server = ManagementFactory.getPlatformMBeanServer();
            var remote =
                    tls
                            ? JmxRemote.startTls(
                                    address,
                                    JmxSockets.kept(address.address(), context),
                                    new TlsSockets(address.address(), material(config)),
                                    server,
                                    gate)
                            : JmxRemote.start(
                                    address,
                                    JmxSockets.on(address.address(), context),
                                    server,
                                    gate);
            LOG.info("JMX at {}{}", remote.url(), tls ? " by TLS" : "");
            return remote;
        } catch (MatriarchException e) {
            LOG.error("No remote JMX: {} ({})", e.getMessage(), e.hint());
            return null;
        }
    }

    private static ServiceRegistration<Servlet> serve(BundleContext context, Gate gate) {
        var path = Map.of("osgi.http.whiteboard.servlet.pattern", JolokiaServlet.PATH);
        return context.registerService(
                Servlet.class, new JolokiaServlet(gate), new Hashtable<>(path));
    }

    private static TlsMaterial material(ManagementConfig config) {
        return new TlsMaterial(
                Path.of(config.jmxKeyStore()),
                Optional.of(config.jmxTrustStore()).filter(file -> !file.isBlank()).map(Path::of),
                config.jmxStorePassword(),
                Clients.valueOf(config.jmxVerifyClient().toUpperCase(Locale.ROOT)));
    }

    @Deactivate
    public void stop() {
        if (jolokia != null) jolokia.unregister();
        if (remote != null) remote.close();
        beans.close();
    }

    @Override
    public void roleChanged(String member, String from, String role, String reason) {
        beans.roleChanged(member, from, role, reason);
    }
}
