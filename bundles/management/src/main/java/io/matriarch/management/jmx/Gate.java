package io.matriarch.management.jmx;

import io.matriarch.access.api.Access;
import io.matriarch.access.api.AccessRole;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.core.Refused;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Set;
import javax.management.JMException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.remote.JMXAuthenticator;
import javax.management.remote.JMXPrincipal;
import javax.management.remote.MBeanServerForwarder;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between the JMX port and the MBean server: who is there, and may they do this. Reading is
 * for every user; changing is by role, and the role is looked up at each call, so that who loses it
 * in the users' file has lost it in a connection that is open.
 */
public final class Gate implements JMXAuthenticator, InvocationHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    private static final String OURS = "io.matriarch";
    private static final int UNKNOWN = 401;
    private static final int FORBIDDEN = 403;
    private static final int UNCHECKED = 503;

    /** Of the JVM's own MBeans: what only looks, and JConsole's page of threads needs. */
    private static final Set<String> LOOKS =
            Set.of(
                    "getThreadInfo",
                    "dumpAllThreads",
                    "findDeadlockedThreads",
                    "findMonitorDeadlockedThreads",
                    "getThreadCpuTime",
                    "getThreadUserTime",
                    "getThreadAllocatedBytes");

    private final Neighbours neighbours;
    private final Watch watch;
    private final boolean asks;
    private final MBeanServer server;

    Gate(MBeanServer server, Neighbours neighbours, Watch watch, boolean asks) {
        this.server = server;
        this.neighbours = neighbours;
        this.watch = watch;
        this.asks = asks;
    }

    /** Whether callers have to say who they are. */
    boolean asks() {
        return asks;
    }

    /** The MBean server as {@link Caller}s may use it. */
    public MBeanServer guarded() {
        return forwarder();
    }

    MBeanServerForwarder forwarder() {
        return (MBeanServerForwarder)
                Proxy.newProxyInstance(
                        Gate.class.getClassLoader(),
                        new Class<?>[] {MBeanServerForwarder.class},
                        this);
    }

    /** By certificate first, as the REST port does: whoever has one need not type. */
    @Override
    public Subject authenticate(@Nullable Object credentials) {
        var certificate = TlsSockets.peer().map(X509Certificate::getSubjectX500Principal);
        try {
            if (certificate.isPresent()) {
                var known = neighbours.access().certified(certificate.get().getName());
                if (known.isPresent())
                    return new Subject(
                            true, // read-only
                            Set.of(new JMXPrincipal(known.get().name()), certificate.get()),
                            Set.of(),
                            Set.of());
            }
        } catch (Refused e) {
            throw unchecked(e);
        }
        if (credentials == null && certificate.isPresent()) {
            String why = "no user is known by the certificate of " + certificate.get().getName();
            LOG.warn("JMX: {}", why);
            watch.refused("login of " + certificate.get().getName(), UNKNOWN, why);
            throw new SecurityException(why);
        }
        return byPassword(credentials);
    }

    private static SecurityException unchecked(Refused e) {
        return new SecurityException("nobody can check who you are: " + e.getMessage(), e);
    }

    private Subject byPassword(@Nullable Object credentials) {
        if (!(credentials instanceof String[] pair)
                || pair.length != 2
                || pair[0] == null
                || pair[1] == null)
            throw new SecurityException(
                    "JMX of this node asks for a user and a password, those of the REST port");
        try {
            if (neighbours.access().authenticate(pair[0], pair[1]).isEmpty()) {
                LOG.warn("JMX: {} is not let in", pair[0]);
                watch.refused("login of " + pair[0], UNKNOWN, "not authenticated");
                throw new SecurityException("no such user, or not their password: " + pair[0]);
            }
        } catch (Refused e) {
            throw unchecked(e);
        }
        return new Subject(
                true, Set.of(new JMXPrincipal(pair[0])), Set.of(), Set.of()); // read-only
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object[] arguments)
            throws Throwable {
        switch (method.getName()) {
            case "getMBeanServer" -> {
                return server;
            }
            case "setMBeanServer" -> {
                if (arguments[0] == server) return null; // the connector's own; it is so already
                throw new IllegalArgumentException("this one has its server already");
            }
            case "createMBean", "registerMBean", "unregisterMBean", "instantiate" ->
                    refuse(
                            method.getName(),
                            FORBIDDEN,
                            "MBeans are neither made nor removed from afar");
            case "setAttribute", "setAttributes" ->
                    require(AccessRole.ADMIN, arguments[0] + " " + method.getName());
            case "invoke" ->
                    require(
                            needed(
                                    (ObjectName) arguments[0],
                                    (String) arguments[1],
                                    (String[]) arguments[3]),
                            arguments[0] + " " + arguments[1]);
            default -> {} // looks, listens
        }
        try {
            return method.invoke(server, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private void require(AccessRole needed, String what) {
        if (!asks || needed == AccessRole.VIEWER) return;
        var caller = Caller.current();
        String user = caller.user();
        var role = caller.role(access(what));
        if (role.isEmpty()) refuse(what, UNKNOWN, user + " is no user any more");
        else if (!role.get().may(needed))
            refuse(
                    what,
                    FORBIDDEN,
                    "%s is %s; %s needs %s"
                            .formatted(user, role.get().word(), what, needed.word()));
    }

    private Access access(String what) {
        try {
            return neighbours.access();
        } catch (Refused e) {
            watch.refused(what, UNCHECKED, e.text());
            throw new SecurityException("nobody has checked whether you may do this: " + e, e);
        }
    }

    private void refuse(String what, int status, String why) {
        LOG.warn("JMX: refused: {}", why);
        watch.refused(what, status, why);
        throw new SecurityException(why);
    }

    /** Of an operation nobody has, the server itself says so. */
    private AccessRole needed(ObjectName name, String operation, String[] signature)
            throws JMException {
        if (!name.getDomain().equals(OURS))
            return LOOKS.contains(operation) ? AccessRole.VIEWER : AccessRole.ADMIN;
        return find(server, name, operation, signature);
    }

    private static AccessRole find(
            MBeanServer server, ObjectName name, String operation, String[] signature)
            throws JMException {
        for (var each : server.getMBeanInfo(name).getOperations())
            if (each.getName().equals(operation)
                    && Arrays.equals(
                            signature == null ? new String[0] : signature,
                            Arrays.stream(each.getSignature())
                                    .map(MBeanParameterInfo::getType)
                                    .toArray())) return needed(each);
        return AccessRole.ADMIN;
    }

    static AccessRole needed(MBeanOperationInfo operation) {
        return AccessRole.of(String.valueOf(operation.getDescriptor().getFieldValue(Impact.ROLE)))
                .orElse(
                        operation.getImpact() == Impact.READS
                                ? AccessRole.VIEWER
                                : AccessRole.OPERATOR);
    }
}
