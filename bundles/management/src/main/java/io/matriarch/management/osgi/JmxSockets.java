package io.matriarch.management.osgi;

import io.matriarch.management.jmx.LoopbackSockets;
import java.net.InetAddress;
import java.rmi.server.RMIServerSocketFactory;
import java.util.Dictionary;
import java.util.Hashtable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/**
 * Keeps the one socket factory of an address where it outlives this bundle: as a service of the
 * framework itself. It holds no class of ours, see {@link LoopbackSockets}.
 */
final class JmxSockets {
    private static final String ADDRESS = "io.matriarch.jmx.address";

    private JmxSockets() {}

    static RMIServerSocketFactory on(InetAddress address, BundleContext context) {
        var framework = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
        String key = address.getHostAddress();
        ServiceReference<?>[] all =
                context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getRegisteredServices();
        if (all != null)
            for (var reference : all)
                if (key.equals(reference.getProperty(ADDRESS))
                        && framework.getService(reference)
                                instanceof RMIServerSocketFactory earlier) return earlier;
        var sockets = LoopbackSockets.on(address);
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(ADDRESS, key);
        framework.registerService(RMIServerSocketFactory.class, sockets, properties);
        return sockets;
    }
}
