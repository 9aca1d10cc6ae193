package io.matriarch.management.osgi;

import io.matriarch.management.jmx.KeptSockets;
import io.matriarch.management.jmx.LoopbackSockets;
import java.net.InetAddress;
import java.rmi.server.RMIServerSocketFactory;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/**
 * Keeps the one socket factory of an address where it outlives this bundle: as a service of the
 * framework itself. It holds no class of ours, see {@link LoopbackSockets}.
 */
final class JmxSockets {
    private static final String ADDRESS = "io.matriarch.jmx.address";

    /** Beside a factory for TLS: through what it is told what to do. */
    private static final String TARGET = "io.matriarch.jmx.target";

    private static final String TLS = " by TLS";

    private JmxSockets() {}

    static RMIServerSocketFactory on(InetAddress address, BundleContext context) {
        String key = address.getHostAddress();
        var earlier = registered(key, context);
        if (earlier != null && service(earlier, context) instanceof RMIServerSocketFactory factory)
            return factory;
        var sockets = LoopbackSockets.on(address);
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(ADDRESS, key);
        framework(context).registerService(RMIServerSocketFactory.class, sockets, properties);
        return sockets;
    }

    /** For TLS. */
    static KeptSockets kept(InetAddress address, BundleContext context) {
        String key = address.getHostAddress() + TLS;
        var earlier = registered(key, context);
        if (earlier != null
                && service(earlier, context) instanceof RMIServerSocketFactory factory
                && earlier.getProperty(TARGET) instanceof AtomicReference<?> target)
            return new KeptSockets(factory, ours(target));
        var kept = KeptSockets.fresh();
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(ADDRESS, key);
        properties.put(TARGET, kept.target());
        framework(context)
                .registerService(RMIServerSocketFactory.class, kept.factory(), properties);
        return kept;
    }

    /** An earlier version of this bundle has put it there; nobody else uses that property. */
    @SuppressWarnings("unchecked")
    private static AtomicReference<RMIServerSocketFactory> ours(AtomicReference<?> target) {
        return (AtomicReference<RMIServerSocketFactory>) target;
    }

    private static @Nullable ServiceReference<?> registered(String key, BundleContext context) {
        ServiceReference<?>[] all =
                context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getRegisteredServices();
        if (all != null)
            for (var reference : all)
                if (key.equals(reference.getProperty(ADDRESS))) return reference;
        return null;
    }

    private static @Nullable Object service(ServiceReference<?> reference, BundleContext context) {
        return framework(context).getService(reference);
    }

    private static BundleContext framework(BundleContext context) {
        return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
    }
}
