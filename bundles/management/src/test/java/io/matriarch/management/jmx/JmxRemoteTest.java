package io.matriarch.management.jmx;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.management.core.Identity;
import io.matriarch.management.core.ListenAddress;
import io.matriarch.management.fake.FakeBundles;
import io.matriarch.management.fake.FakeNeighbours;
import io.matriarch.port.FreePort;
import java.io.IOException;
import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.rmi.MarshalledObject;
import java.rmi.registry.LocateRegistry;
import java.rmi.server.RMIServerSocketFactory;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.Notification;
import javax.management.NotificationFilterSupport;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import javax.management.remote.rmi.RMIServer;
import javax.security.auth.Subject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("The remote end of JMX")
@Timeout(120)
class JmxRemoteTest {
    private static final RMIServerSocketFactory SOCKETS =
            LoopbackSockets.on(InetAddress.ofLiteral("127.0.0.1"));

    private final FakeNeighbours neighbours = new FakeNeighbours();
    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final MBeans beans =
            new MBeans(
                    server,
                    neighbours,
                    new FakeBundles(),
                    new Identity("main", "n1", "0.1.0"),
                    InstantSource.system(),
                    System::nanoTime);
    private final ListenAddress listen = freePort();

    @AfterEach
    void close() {
        beans.close();
    }

    private static ListenAddress freePort() {
        return new ListenAddress(InetAddress.ofLiteral("127.0.0.1"), FreePort.next());
    }

    private static JMXConnector connect(JmxRemote remote) throws IOException {
        return JMXConnectorFactory.connect(new JMXServiceURL(remote.url()));
    }

    @Test
    @DisplayName("lets a console up to Java 23 listen: it sends a list of subjects, each null")
    void olderConsoles() throws Exception {
        try (var _ = JmxRemote.start(listen, SOCKETS, server)) {
            var registry = LocateRegistry.getRegistry("127.0.0.1", listen.port());
            try (var connection = ((RMIServer) registry.lookup("jmxrmi")).newClient(null)) {
                var ids =
                        connection.addNotificationListeners(
                                new ObjectName[] {new ObjectName("io.matriarch:type=Member")},
                                new MarshalledObject<?>[] {null},
                                new Subject[] {null});
                assertThat(ids).hasSize(1);
            }
        }
    }

    @Test
    void servesAttributesOperationsAndNotifications() throws Exception {
        try (var remote = JmxRemote.start(listen, SOCKETS, server);
                var client = connect(remote)) {
            var connection = client.getMBeanServerConnection();
            var member = new ObjectName("io.matriarch:type=Member");
            assertThat(connection.getAttribute(member, "Role")).isEqualTo("primary");
            var outcome =
                    (CompositeData)
                            connection.invoke(
                                    new ObjectName("io.matriarch:type=Cluster"),
                                    "switchoverDryRun",
                                    new Object[] {"n1", "", ""},
                                    new String[] {
                                        String.class.getName(),
                                        String.class.getName(),
                                        String.class.getName()
                                    });
            assertThat(outcome.get("status")).isEqualTo(200);

            var heard = new LinkedBlockingQueue<Notification>();
            var filter = new NotificationFilterSupport();
            filter.enableType(MBeans.ROLE_CHANGED);
            connection.addNotificationListener(member, (n, _) -> heard.add(n), filter, null);
            beans.roleChanged("n1", "primary", "demoted", "lease runs out");
            assertThat(heard.poll(60, SECONDS)).isNotNull();
        }
    }

    @Test
    void canBeOpenedAgainOnItsPortAtOnce() throws Exception {
        for (int i = 0; i < 20; i++)
            try (var remote = JmxRemote.start(listen, SOCKETS, server);
                    var client = connect(remote)) {
                assertThat(client.getMBeanServerConnection().getMBeanCount()).isPositive();
            }
        assertThatThrownBy(() -> new Socket(listen.address(), listen.port()).close())
                .as("the port is closed afterwards")
                .isInstanceOf(IOException.class);
    }

    @Test
    void isReachedOnLoopbackOnly() throws Exception {
        List<InetAddress> others =
                NetworkInterface.networkInterfaces()
                        .flatMap(i -> Collections.list(i.getInetAddresses()).stream())
                        .filter(a -> !a.isLoopbackAddress())
                        .toList();
        try (var _ = JmxRemote.start(listen, SOCKETS, server)) {
            for (InetAddress other : others)
                assertThatThrownBy(() -> new Socket(other, listen.port()).close())
                        .as("%s", other)
                        .isInstanceOf(IOException.class);
        }
    }

    /** Stands for any class an attacker might send. */
    record Stranger(String text) implements Serializable {}

    @Test
    void readsNoForeignClass() throws Exception {
        try (var remote = JmxRemote.start(listen, SOCKETS, server);
                var client = connect(remote)) {
            var connection = client.getMBeanServerConnection();
            assertThatThrownBy(() ->
                            connection.invoke(
                                    new ObjectName("io.matriarch:type=Cluster"),
                                    "pause",
                                    new Object[] {new Stranger("x")},
                                    new String[] {Object.class.getName()}))
                    .hasStackTraceContaining("REJECTED");
            assertThat(neighbours.failover.calls).isEmpty();
        }
    }

    @Test
    void saysWhoseFaultAPortInUseIs() throws Exception {
        try (var _ = new ServerSocket(listen.port(), 1, listen.address())) {
            assertThatThrownBy(() -> JmxRemote.start(listen, SOCKETS, server))
                    .isInstanceOfSatisfying(
                            MatriarchException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.ADDRESS_IN_USE))
                    .hasMessageContaining(String.valueOf(listen.port()));
        }
        JmxRemote.start(listen, SOCKETS, server).close(); // nothing of the failed try is left
    }

    /**
     * The first use of RMI in a JVM starts threads of the JDK that keep what started them: one
     * loader, for ever. What counts is that no update adds another.
     */
    @Test
    void leavesNoClassLoaderBehind() throws Exception {
        servesAttributesOperationsAndNotifications();
        var loader = new WeakReference<>(useInAnotherLoader());
        while (loader.get() != null) {
            System.gc(); // the class's time-out is the limit
            Thread.onSpinWait();
        }
        assertThat(loader.get()).isNull();
    }

    /** As a bundle would: loads the class anew, serves a client, closes. */
    private ClassLoader useInAnotherLoader() throws Exception {
        var listen = freePort(); // its factory is another one, so no idle connection may be reused
        var loader = new Fresh(JmxRemoteTest.class.getClassLoader());
        Class<?> address = loader.loadClass(ListenAddress.class.getName());
        Class<?> type = loader.loadClass(JmxRemote.class.getName());
        assertThat(type).isNotSameAs(JmxRemote.class);
        Object own =
                address.getConstructor(InetAddress.class, int.class)
                        .newInstance(listen.address(), listen.port());
        Object sockets =
                loader.loadClass(LoopbackSockets.class.getName())
                        .getMethod("on", InetAddress.class)
                        .invoke(null, listen.address());
        Object remote =
                type.getMethod("start", address, RMIServerSocketFactory.class, MBeanServer.class)
                        .invoke(null, own, sockets, server);
        var url = (String) type.getMethod("url").invoke(remote);
        try (var client = JMXConnectorFactory.connect(new JMXServiceURL(url))) {
            assertThat(client.getMBeanServerConnection().getMBeanCount()).isPositive();
        }
        type.getMethod("close").invoke(remote);
        return loader;
    }
}
