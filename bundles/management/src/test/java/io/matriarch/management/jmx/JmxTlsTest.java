package io.matriarch.management.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.access.api.AccessRole;
import io.matriarch.access.api.AuditEntry;
import io.matriarch.management.core.Identity;
import io.matriarch.management.core.ListenAddress;
import io.matriarch.management.fake.FakeBundles;
import io.matriarch.management.fake.FakeNeighbours;
import io.matriarch.management.jmx.TlsMaterial.Clients;
import io.matriarch.port.FreePort;
import java.io.IOException;
import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.nio.file.Path;
import java.rmi.server.RMIServerSocketFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.management.MBeanServer;
import javax.management.MBeanServerConnection;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.rmi.ssl.SslRMIClientSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real connections by the JDK's own client, each to a port of its own: RMI reuses connections. */
@DisplayName("JMX by TLS")
@Timeout(180)
class JmxTlsTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final String CLUSTER = "io.matriarch:type=Cluster";
    private static final Duration PAUSE = Duration.ofMillis(250);

    @TempDir static Path folder;
    private static Pki pki;
    private static SSLContext before;

    private final FakeNeighbours neighbours = new FakeNeighbours();
    private final MBeanServer server = MBeanServerFactory.createMBeanServer();
    private final MBeans beans =
            new MBeans(
                    server,
                    neighbours,
                    new FakeBundles(),
                    new Identity("main", "n1", "0.1.0"),
                    InstantSource.system(),
                    System::nanoTime);
    private @Nullable JmxRemote remote;

    @BeforeAll
    static void certificates() throws Exception {
        pki = new Pki(folder);
        pki.make("server", "/CN=n1");
        for (var name : List.of("operator", "viewer", "nobody", "stranger"))
            pki.make(name, "/O=Herd/CN=" + name);
        pki.writeStores("server", List.of("operator", "viewer", "nobody"));
        before = SSLContext.getDefault();
        SSLContext.setDefault(pki.clientContext("server"));
    }

    @AfterAll
    static void restore() {
        SSLContext.setDefault(before);
    }

    @AfterEach
    void close() {
        if (remote != null) remote.close();
        beans.close();
        MBeanServerFactory.releaseMBeanServer(server);
    }

    private void open(Clients clients) throws Exception {
        var material = new TlsMaterial(pki.keys(), Optional.of(pki.trust()), Pki.PASSWORD, clients);
        remote =
                JmxRemote.startTls(
                        freePort(),
                        KeptSockets.fresh(),
                        new TlsSockets(LOOPBACK, material),
                        server,
                        beans.gate(true));
    }

    private static ListenAddress freePort() {
        return new ListenAddress(LOOPBACK, FreePort.next());
    }

    /** As a JConsole that trusts the server would. */
    private JMXConnector connect(String certificate, String @Nullable ... login)
            throws IOException {
        pki.show(certificate);
        var environment = new HashMap<String, Object>();
        environment.put("com.sun.jndi.rmi.factory.socket", new SslRMIClientSocketFactory());
        if (login.length > 0) environment.put(JMXConnector.CREDENTIALS, login);
        return JMXConnectorFactory.connect(new JMXServiceURL(remote.url()), environment);
    }

    private static Object call(MBeanServerConnection to, String operation) throws Exception {
        return to.invoke(new ObjectName(CLUSTER), operation, new Object[0], new String[0]);
    }

    private static Object patch(MBeanServerConnection to) throws Exception {
        return to.invoke(
                new ObjectName(CLUSTER),
                "patchConfig",
                new Object[] {"{\"ttl\":30}"},
                new String[] {String.class.getName()});
    }

    private AuditEntry last() {
        return neighbours.audit.added.getLast();
    }

    @Test
    @DisplayName("knows a user by certificate, by role, and writes the subject down")
    void certificateIsTheLogin() throws Exception {
        open(Clients.REQUIRED);
        try (var client = connect("operator")) {
            var connection = client.getMBeanServerConnection();
            call(connection, "pause");
            assertThat(last())
                    .extracting(
                            AuditEntry::user,
                            AuditEntry::role,
                            AuditEntry::from,
                            AuditEntry::certificate,
                            AuditEntry::status)
                    .containsExactly(
                            "operator", "operator", "127.0.0.1", "CN=operator,O=Herd", 200);
            assertThatThrownBy(() -> patch(connection))
                    .isInstanceOf(SecurityException.class)
                    .hasMessageContaining("operator is operator")
                    .hasMessageContaining("needs admin");
            assertThat(last().certificate()).isEqualTo("CN=operator,O=Herd");
            assertThat(last().status()).isEqualTo(403);

            neighbours.access.roles.put("operator", AccessRole.VIEWER);
            assertThatThrownBy(() -> call(connection, "resume"))
                    .as("the role is looked up at each call")
                    .hasMessageContaining("operator is viewer");
            neighbours.access.roles.remove("operator");
            assertThatThrownBy(() -> call(connection, "resume"))
                    .hasMessageContaining("no user any more");
        }
    }

    @Test
    @DisplayName("refuses a verified certificate that is nobody's, and says whose it is")
    void certificateOfNobody() throws Exception {
        open(Clients.REQUIRED);
        assertThatThrownBy(() -> connect("nobody"))
                .isInstanceOf(SecurityException.class)
                .hasMessageContaining("CN=nobody,O=Herd");
        assertThat(last().path()).isEqualTo("login of CN=nobody,O=Herd");
        assertThat(last().status()).isEqualTo(401);
    }

    @Test
    @DisplayName("does not even speak to a certificate that no authority of ours vouches for")
    void unknownAuthority() throws Exception {
        open(Clients.REQUIRED);
        assertThatThrownBy(() -> connect("stranger")).isInstanceOf(IOException.class);
        assertThat(neighbours.audit.added).isEmpty();
    }

    @Test
    @DisplayName("does not speak to a client without a certificate where one is required")
    void certificateMissing() throws Exception {
        open(Clients.REQUIRED);
        assertThatThrownBy(() -> connect("", "operator", "operator"))
                .isInstanceOf(IOException.class);
    }

    @Test
    @DisplayName("takes a password where a certificate is not required")
    void password() throws Exception {
        open(Clients.OPTIONAL);
        assertThatThrownBy(() -> connect("", "operator", "guessed"))
                .isInstanceOf(SecurityException.class);
        try (var client = connect("", "operator", "operator")) {
            call(client.getMBeanServerConnection(), "pause");
            assertThat(last())
                    .extracting(AuditEntry::user, AuditEntry::certificate)
                    .containsExactly("operator", "");
        }
    }

    @Test
    @DisplayName("asks for a password where nobody is known by the certificate")
    void passwordBesideACertificate() throws Exception {
        open(Clients.OPTIONAL);
        try (var client = connect("nobody", "viewer", "viewer")) {
            assertThatThrownBy(() -> call(client.getMBeanServerConnection(), "pause"))
                    .hasMessageContaining("viewer is viewer");
            assertThat(last().certificate()).as("it is not the login").isEmpty();
        }
    }

    @Test
    @DisplayName("says nothing in the clear")
    void plain() throws Exception {
        open(Clients.NONE);
        assertThatThrownBy(() -> JMXConnectorFactory.connect(new JMXServiceURL(remote.url())))
                .isInstanceOf(IOException.class);
    }

    /** Stands for any class an attacker might send. */
    record Stranger(String text) implements Serializable {}

    @Test
    @DisplayName("reads no foreign class, by TLS neither")
    void serialFilter() throws Exception {
        open(Clients.REQUIRED);
        try (var client = connect("operator")) {
            assertThatThrownBy(() ->
                            client.getMBeanServerConnection()
                                    .invoke(
                                            new ObjectName(CLUSTER),
                                            "pause",
                                            new Object[] {new Stranger("x")},
                                            new String[] {Object.class.getName()}))
                    .hasStackTraceContaining("REJECTED");
        }
        assertThat(neighbours.failover.calls).isEmpty();
    }

    @Test
    @DisplayName("shows a new certificate once its key store is written anew, without a restart")
    void renewed() throws Exception {
        open(Clients.NONE);
        var first = shown();
        pki.make("renewed", "/CN=n1");
        pki.writeStores("renewed", List.of("operator", "viewer", "nobody"));
        try {
            assertThat(shown()).isNotEqualTo(first).isEqualTo(pki.certificate("renewed"));
        } finally {
            pki.writeStores("server", List.of("operator", "viewer", "nobody"));
        }
    }

    private X509Certificate shown() throws Exception {
        var port = Integer.parseInt(remote.url().replaceAll(".*:(\\d+)/.*", "$1"));
        try (var socket =
                (SSLSocket) Pki.trustingAll().getSocketFactory().createSocket(LOOPBACK, port)) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    @DisplayName("can be opened again on its port at once, and closes what is connected")
    void again() throws Exception {
        var kept = KeptSockets.fresh();
        var listen = freePort();
        var material =
                new TlsMaterial(
                        pki.keys(), Optional.of(pki.trust()), Pki.PASSWORD, Clients.REQUIRED);
        for (int i = 0; i < 5; i++) {
            remote =
                    JmxRemote.startTls(
                            listen,
                            kept,
                            new TlsSockets(LOOPBACK, material),
                            server,
                            beans.gate(true));
            var client = connect("operator");
            assertThat(client.getMBeanServerConnection().getMBeanCount()).isPositive();
            remote.close();
            assertThat(kept.target().get()).as("nothing of ours is kept").isNull();
            assertThatThrownBy(() -> client.getMBeanServerConnection().getMBeanCount())
                    .isInstanceOf(IOException.class);
        }
        remote = null;
    }

    /** As with plain sockets: what counts is that no update of this bundle adds a loader. */
    @Test
    @Tag("long")
    @DisplayName("leaves no class loader behind, with a client still connected when it ends")
    void leavesNoClassLoaderBehind() throws Exception {
        var kept = KeptSockets.fresh();
        var loader = new WeakReference<>(useInAnotherLoader(kept));
        while (loader.get() != null) {
            System.gc(); // the class's time-out is the limit; RMI lets go of a connection after a
            // minute
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        assertThat(loader.get()).isNull();
        assertThat(kept.factory()).as("what RMI keeps is there still").isNotNull();
    }

    /** As the next version of the bundle would, over the factory an earlier one has left. */
    private ClassLoader useInAnotherLoader(KeptSockets kept) throws Exception {
        var loader = new Fresh(JmxTlsTest.class.getClassLoader());
        Class<?> addressType = loader.loadClass(ListenAddress.class.getName());
        Class<?> keptType = loader.loadClass(KeptSockets.class.getName());
        Class<?> materialType = loader.loadClass(TlsMaterial.class.getName());
        Class<?> clientsType = loader.loadClass(Clients.class.getName());
        Class<?> socketsType = loader.loadClass(TlsSockets.class.getName());
        Class<?> remoteType = loader.loadClass(JmxRemote.class.getName());
        assertThat(remoteType).isNotSameAs(JmxRemote.class);
        var listen = freePort();
        Object material =
                materialType
                        .getConstructor(Path.class, Optional.class, String.class, clientsType)
                        .newInstance(
                                pki.keys(),
                                Optional.of(pki.trust()),
                                Pki.PASSWORD,
                                clientsType.getField("REQUIRED").get(null));
        Object theirs =
                remoteType
                        .getMethod(
                                "startTls",
                                addressType,
                                keptType,
                                socketsType,
                                MBeanServer.class,
                                loader.loadClass(Gate.class.getName()))
                        .invoke(
                                null,
                                addressType
                                        .getConstructor(InetAddress.class, int.class)
                                        .newInstance(listen.address(), listen.port()),
                                keptType.getConstructor(
                                                RMIServerSocketFactory.class, AtomicReference.class)
                                        .newInstance(kept.factory(), kept.target()),
                                socketsType
                                        .getConstructor(InetAddress.class, materialType)
                                        .newInstance(listen.address(), material),
                                server,
                                null);
        var url = (String) remoteType.getMethod("url").invoke(theirs);
        pki.show("operator");
        var client =
                JMXConnectorFactory.connect(
                        new JMXServiceURL(url),
                        Map.of("com.sun.jndi.rmi.factory.socket", new SslRMIClientSocketFactory()));
        assertThat(client.getMBeanServerConnection().getMBeanCount()).isPositive();
        remoteType.getMethod("close").invoke(theirs);
        return loader;
    }
}
