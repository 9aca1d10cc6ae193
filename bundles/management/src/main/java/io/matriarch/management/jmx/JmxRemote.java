package io.matriarch.management.jmx;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.management.core.ListenAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.rmi.NoSuchObjectException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.ExportException;
import java.rmi.server.RMIClientSocketFactory;
import java.rmi.server.RMIServerSocketFactory;
import java.rmi.server.UnicastRemoteObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import javax.management.MBeanServer;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXServiceURL;
import javax.management.remote.rmi.RMIConnectorServer;
import javax.management.remote.rmi.RMIJRMPServerImpl;
import javax.rmi.ssl.SslRMIClientSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The remote end of JMX: registry and connector on one port of one address, in the clear or by TLS.
 * Closing it takes both off RMI's tables and closes the port, so that the next version of this
 * bundle can open it again.
 */
public final class JmxRemote implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JmxRemote.class);
    private static final String HOST_PROPERTY = "java.rmi.server.hostname";

    /** What we set there: what somebody else has set stays. */
    private static final String OUR_HOST = "io.matriarch.jmx.hostname";

    /** Not {@code RMIConnectorServer}'s business to keep a JVM alive that wants to end. */
    private static final String DAEMON = "jmx.remote.x.daemon";

    /**
     * What a client may send: JDK values and JMX' own types, of limited size. Anything else is
     * refused before it is made. Consoles up to Java 23 send a list of subjects, each null, with
     * each listener they add.
     */
    private static final String FILTER =
            "maxbytes=1048576;maxdepth=20;maxrefs=20000;maxarray=20000;"
                    + "java.lang.*;java.math.*;java.util.*;java.util.concurrent.atomic.*;"
                    + "java.rmi.MarshalledObject;javax.security.auth.Subject;javax.management.**;!*";

    /** A name and a password, before anybody is known. */
    private static final String CREDENTIALS = "maxbytes=4096;maxarray=2;java.lang.String;!*";

    private static final long PORT_CLOSES_NANOS = Duration.ofSeconds(2).toNanos();

    private final ListenAddress listen;
    private final Registry registry;
    private final RMIConnectorServer connector;
    private final Runnable after;

    private JmxRemote(
            ListenAddress listen, Registry registry, RMIConnectorServer connector, Runnable after) {
        this.listen = listen;
        this.registry = registry;
        this.connector = connector;
        this.after = after;
    }

    /**
     * Without a gate: whoever reaches it may do everything.
     *
     * @param sockets the one {@link LoopbackSockets} made for this address in this JVM
     * @throws MatriarchException ADDRESS_IN_USE, or INTERNAL if RMI fails otherwise
     */
    public static JmxRemote start(
            ListenAddress listen, RMIServerSocketFactory sockets, MBeanServer server)
            throws MatriarchException {
        return start(listen, sockets, server, null);
    }

    /**
     * @param gate asks who comes, and lets through what they may do
     * @throws MatriarchException as above
     */
    public static JmxRemote start(
            ListenAddress listen,
            RMIServerSocketFactory sockets,
            MBeanServer server,
            @Nullable Gate gate)
            throws MatriarchException {
        return guarded(listen, new Ends(sockets, null, () -> {}), server, gate);
    }

    /**
     * By TLS, the registry as well. Clients use the JDK's own {@link SslRMIClientSocketFactory}, so
     * JConsole and others need no class of ours.
     *
     * @param kept the one of this address in this JVM; its target is taken out again by {@link
     *     #close}
     * @throws MatriarchException as above
     */
    public static JmxRemote startTls(
            ListenAddress listen,
            KeptSockets kept,
            TlsSockets sockets,
            MBeanServer server,
            @Nullable Gate gate)
            throws MatriarchException {
        kept.target().set(sockets);
        Runnable after =
                () -> {
                    sockets.close();
                    kept.target().compareAndSet(sockets, null);
                };
        try {
            return guarded(
                    listen,
                    new Ends(kept.factory(), new SslRMIClientSocketFactory(), after),
                    server,
                    gate);
        } catch (MatriarchException e) {
            after.run();
            throw e;
        }
    }

    /**
     * @param clients null: plain sockets
     * @param after to be done when all is closed
     */
    private record Ends(
            RMIServerSocketFactory servers,
            @Nullable RMIClientSocketFactory clients,
            Runnable after) {}

    private static JmxRemote guarded(
            ListenAddress listen, Ends ends, MBeanServer server, @Nullable Gate gate)
            throws MatriarchException {
        var thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // RMI remembers the context class loader of an exporting thread: let it not be a bundle's.
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            return open(listen, ends, server, gate);
        } catch (IOException e) {
            throw failure(listen, e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static JmxRemote open(
            ListenAddress listen, Ends ends, MBeanServer server, @Nullable Gate gate)
            throws IOException {
        // A stub carries an address for the client to call. RMI would put this machine's public one
        // there, on which nobody listens.
        String host = System.getProperty(HOST_PROPERTY);
        if (host == null || host.equals(System.getProperty(OUR_HOST))) {
            System.setProperty(OUR_HOST, listen.address().getHostAddress());
            System.setProperty(HOST_PROPERTY, listen.address().getHostAddress());
        }
        var registry = LocateRegistry.createRegistry(listen.port(), ends.clients(), ends.servers());
        try {
            Map<String, Object> environment = new HashMap<>();
            environment.put(DAEMON, "true");
            environment.put(RMIConnectorServer.SERIAL_FILTER_PATTERN, FILTER);
            boolean asks = gate != null && gate.asks();
            environment.put(
                    RMIConnectorServer.CREDENTIALS_FILTER_PATTERN, asks ? CREDENTIALS : "!*");
            if (asks) environment.put(JMXConnectorServer.AUTHENTICATOR, gate);
            var remote =
                    new RMIJRMPServerImpl(
                            listen.port(), ends.clients(), ends.servers(), environment);
            var url = new JMXServiceURL("rmi", listen.host(), listen.port());
            var connector = new RMIConnectorServer(url, environment, remote, server);
            if (gate != null) connector.setMBeanServerForwarder(gate.forwarder());
            connector.start();
            registry.rebind("jmxrmi", remote.toStub());
            return new JmxRemote(listen, registry, connector, ends.after());
        } catch (IOException | RuntimeException e) {
            unexport(registry);
            throw e;
        }
    }

    private static MatriarchException failure(ListenAddress listen, IOException e) {
        String where = listen.host() + ":" + listen.port();
        if (e instanceof ExportException && e.getCause() instanceof BindException bind)
            return new MatriarchException(
                    Code.ADDRESS_IN_USE,
                    "JMX cannot listen on %s: %s".formatted(where, bind.getMessage()),
                    "another program has it (see: ss -ltnp); set matriarch.jmx.listen to a free port",
                    e);
        return new MatriarchException(
                Code.INTERNAL,
                "JMX cannot listen on %s: %s".formatted(where, e.getMessage()),
                "set matriarch.jmx.listen to off to do without",
                e);
    }

    /** For JConsole, jmxterm and others. */
    public String url() {
        return "service:jmx:rmi:///jndi/rmi://%s:%d/jmxrmi".formatted(listen.host(), listen.port());
    }

    @Override
    public void close() {
        try {
            connector.stop(); // closes connections and unexports the connector
        } catch (IOException e) {
            LOG.warn("JMX connections did not close well: {}", e.toString());
        }
        unexport(registry);
        after.run();
        awaitPortClosed();
    }

    /**
     * A listening port lives on for a moment after its socket is closed, until RMI's accepting
     * thread has left the system call; the next version of this bundle would find it in use.
     */
    private void awaitPortClosed() {
        long limit = System.nanoTime() + PORT_CLOSES_NANOS;
        while (!portIsFree() && System.nanoTime() < limit)
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }

    private boolean portIsFree() {
        try (var probe = new ServerSocket(listen.port(), 1, listen.address())) {
            return probe.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static void unexport(Registry registry) {
        try {
            UnicastRemoteObject.unexportObject(registry, true);
        } catch (NoSuchObjectException e) {
            LOG.debug("the JMX registry was gone already");
        }
    }
}
