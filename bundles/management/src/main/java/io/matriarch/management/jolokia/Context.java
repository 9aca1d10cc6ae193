package io.matriarch.management.jolokia;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import javax.management.MBeanRegistrationException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jolokia.server.core.config.ConfigKey;
import org.jolokia.server.core.restrictor.AbstractConstantRestrictor;
import org.jolokia.server.core.service.api.AgentDetails;
import org.jolokia.server.core.service.api.JolokiaContext;
import org.jolokia.server.core.service.api.JolokiaService;
import org.jolokia.server.core.service.api.SecurityDetails;
import org.jolokia.server.core.util.HttpMethod;
import org.jolokia.server.core.util.RequestType;
import org.jolokia.server.core.util.jmx.MBeanServerAccess;
import org.jolokia.server.core.util.jmx.SingleMBeanServerAccess;
import org.jolokia.service.jmx.LocalRequestHandler;
import org.jolokia.service.serializer.JolokiaSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Jolokia's handlers ask for, in place of its own service manager: that one would register
 * MBeans, look for other MBean servers in this process and take services from the class path. Here
 * is one MBean server, the guarded one, and three services.
 */
final class Context extends AbstractConstantRestrictor implements JolokiaContext {
    private static final Logger LOG = LoggerFactory.getLogger(Context.class);

    /** What a client may ask; neither notifications, which keep a connection, nor configuration. */
    private static final Set<RequestType> TYPES =
            Set.of(
                    RequestType.READ,
                    RequestType.WRITE,
                    RequestType.EXEC,
                    RequestType.LIST,
                    RequestType.SEARCH,
                    RequestType.VERSION);

    /** An answer has to fit in the memory of an agent, whatever is asked for. */
    private static final Map<ConfigKey, String> CONFIG =
            Map.of(
                    ConfigKey.MAX_DEPTH, "15",
                    ConfigKey.MAX_COLLECTION_SIZE, "10000",
                    ConfigKey.MAX_OBJECTS, "100000",
                    ConfigKey.INCLUDE_STACKTRACE, "false",
                    ConfigKey.AGENT_ID, "matriarch");

    private final MBeanServerAccess access;
    private final AgentDetails details = new AgentDetails("matriarch");
    private final SecurityDetails security = new SecurityDetails();
    private final List<JolokiaService<?>> services =
            List.of(new Versions(this), new LocalRequestHandler(0), new JolokiaSerializer(0, true));

    Context(MBeanServer guarded) {
        super(true);
        access = new SingleMBeanServerAccess(guarded);
        for (var service : services) service.init(this);
    }

    /** Whether Jolokia knows such requests, and we do not answer them. */
    static boolean leftOut(String type) {
        for (var each : RequestType.values())
            if (each.getName().equalsIgnoreCase(type)) return !TYPES.contains(each);
        return false;
    }

    @Override
    public boolean isTypeAllowed(RequestType type) {
        return TYPES.contains(type);
    }

    @Override
    public boolean isHttpMethodAllowed(HttpMethod method) {
        return method == HttpMethod.POST;
    }

    @Override
    public boolean isObjectNameHidden(ObjectName name) {
        return false;
    }

    @Override
    public boolean ignoreScheme() {
        return false;
    }

    @Override
    public <T extends JolokiaService<?>> SortedSet<T> getServices(Class<T> type) {
        var found = new TreeSet<T>();
        for (var service : services) if (service.getType() == type) found.add(type.cast(service));
        return found;
    }

    @Override
    public <T extends JolokiaService<?>> @Nullable T getService(Class<T> type) {
        var found = getServices(type);
        return found.isEmpty() ? null : found.first();
    }

    @Override
    public <T extends JolokiaService<?>> T getMandatoryService(Class<T> type) {
        var found = getService(type);
        if (found == null) throw new IllegalStateException("there is no " + type.getName());
        return found;
    }

    @Override
    public @Nullable String getConfig(ConfigKey key) {
        return CONFIG.getOrDefault(key, key.getDefaultValue());
    }

    @Override
    public Set<ConfigKey> getConfigKeys() {
        return CONFIG.keySet();
    }

    @Override
    public AgentDetails getAgentDetails() {
        return details;
    }

    @Override
    public SecurityDetails getSecurityDetails() {
        return security;
    }

    @Override
    public ObjectName registerMBean(Object bean, String... name) throws MBeanRegistrationException {
        throw new MBeanRegistrationException(null, "Jolokia has no MBeans of its own here");
    }

    @Override
    public void unregisterMBean(ObjectName name) {
        // none was registered
    }

    @Override
    public MBeanServerAccess getMBeanServerAccess() {
        return access;
    }

    @Override
    public boolean isServiceEnabled(String className) {
        return true;
    }

    @Override
    public String dateFormat() {
        return "yyyy-MM-dd'T'HH:mm:ssXXX";
    }

    @Override
    public void debug(String message) {
        LOG.debug(message);
    }

    @Override
    public void info(String message) {
        LOG.info(message);
    }

    @Override
    public void error(String message, Throwable cause) {
        LOG.error(message, cause);
    }

    @Override
    public boolean isDebug() {
        return false;
    }
}
