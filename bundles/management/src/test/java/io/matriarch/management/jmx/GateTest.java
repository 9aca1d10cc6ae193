package io.matriarch.management.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.access.api.AccessRole;
import io.matriarch.access.api.AuditEntry;
import io.matriarch.management.core.Identity;
import io.matriarch.management.core.ListenAddress;
import io.matriarch.management.fake.FakeBundles;
import io.matriarch.management.fake.FakeNeighbours;
import io.matriarch.port.FreePort;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.rmi.server.RMIServerSocketFactory;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import javax.management.Attribute;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerConnection;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The gate before JMX")
@Timeout(120)
class GateTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final RMIServerSocketFactory SOCKETS = LoopbackSockets.on(LOOPBACK);
    private static final String CLUSTER = "io.matriarch:type=Cluster";

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

    @BeforeEach
    void open() throws Exception {
        remote = JmxRemote.start(freePort(), SOCKETS, server, beans.gate(true));
    }

    @AfterEach
    void close() {
        remote.close();
        beans.close();
        MBeanServerFactory.releaseMBeanServer(server);
    }

    private static ListenAddress freePort() {
        return new ListenAddress(LOOPBACK, FreePort.next());
    }

    private JMXConnector connect(String user, String password) throws IOException {
        return JMXConnectorFactory.connect(
                new JMXServiceURL(remote.url()),
                Map.of(JMXConnector.CREDENTIALS, new String[] {user, password}));
    }

    private interface Use {
        void of(MBeanServerConnection connection) throws Exception;
    }

    private void as(String user, Use use) throws Exception {
        try (var client = connect(user, user)) {
            use.of(client.getMBeanServerConnection());
        }
    }

    private static Object call(
            MBeanServerConnection to, String bean, String operation, Object... in)
            throws Exception {
        var types =
                Arrays.stream(in)
                        .map(each ->
                                switch (each) {
                                    case Long _ -> "long";
                                    case Boolean _ -> "boolean";
                                    default -> each.getClass().getName();
                                })
                        .toArray(String[]::new);
        return to.invoke(new ObjectName(bean), operation, in, types);
    }

    private AuditEntry last() {
        return neighbours.audit.added.getLast();
    }

    @Test
    @DisplayName("asks who comes, as the REST port does")
    void asks() {
        assertThatThrownBy(() -> JMXConnectorFactory.connect(new JMXServiceURL(remote.url())))
                .isInstanceOf(SecurityException.class)
                .hasMessageContaining("asks for a user and a password");
        assertThatThrownBy(() -> connect("viewer", "guessed"))
                .isInstanceOf(SecurityException.class)
                .hasMessageContaining("viewer");
        assertThat(last().status()).isEqualTo(401);
        assertThat(last().path()).isEqualTo("login of viewer");
        assertThat(last().role()).as("nobody is known yet").isEmpty();
        assertThat(last().from()).isEqualTo("127.0.0.1");
        assertThatThrownBy(() -> connect("nobody", "nobody")).isInstanceOf(SecurityException.class);
    }

    @Test
    @DisplayName("reads no other class as credentials than texts")
    void credentials() {
        assertThatThrownBy(() ->
                        JMXConnectorFactory.connect(
                                new JMXServiceURL(remote.url()),
                                Map.of(JMXConnector.CREDENTIALS, new java.util.ArrayList<>())))
                .hasStackTraceContaining("REJECTED");
    }

    @Test
    @DisplayName("lets a viewer look at everything")
    void viewerLooks() throws Exception {
        as(
                "viewer",
                connection -> {
                    for (var name : connection.queryNames(new ObjectName("io.matriarch:*"), null))
                        for (var attribute : connection.getMBeanInfo(name).getAttributes())
                            assertThatCode(() -> connection.getAttribute(name, attribute.getName()))
                                    .as("%s %s", name, attribute.getName())
                                    .doesNotThrowAnyException();
                    assertThat(call(connection, CLUSTER, "switchoverDryRun", "n1", "", ""))
                            .isInstanceOf(CompositeData.class);
                });
        assertThat(neighbours.audit.added).as("looking is not written down").isEmpty();
    }

    @ParameterizedTest(name = "{0} calls {1} {2}: {3}")
    @CsvSource({
        "viewer,Cluster,pause,viewer is viewer; io.matriarch:type=Cluster pause needs operator",
        "viewer,Cluster,resume,needs operator",
        "viewer,Backup,verify,needs operator",
        "viewer,Member,reload,needs operator",
        "viewer,Member,shutDown,needs admin",
        "operator,Member,shutDown,operator is operator; io.matriarch:type=Member shutDown needs admin"
    })
    @DisplayName("refuses who may not, in words, and writes it down")
    void refuses(String user, String type, String operation, String why) throws Exception {
        as(
                user,
                connection ->
                        assertThatThrownBy(() ->
                                        call(connection, "io.matriarch:type=" + type, operation))
                                .isInstanceOf(SecurityException.class)
                                .hasMessageContaining(why));
        assertThat(neighbours.failover.calls).isEmpty();
        assertThat(last())
                .extracting(AuditEntry::user, AuditEntry::role, AuditEntry::status)
                .containsExactly(user, user, 403);
        assertThat(last().refused()).contains(why);
    }

    @Test
    @DisplayName("refuses a viewer whatever changes anything, on every bean there is")
    void everyChange() throws Exception {
        var tried = new java.util.TreeSet<String>();
        as(
                "viewer",
                connection -> {
                    for (var name : connection.queryNames(new ObjectName("io.matriarch:*"), null))
                        for (var operation : connection.getMBeanInfo(name).getOperations()) {
                            if (operation.getImpact() == Impact.READS) continue;
                            var types =
                                    Arrays.stream(operation.getSignature())
                                            .map(MBeanParameterInfo::getType)
                                            .toArray(String[]::new);
                            var what = name.getKeyProperty("type") + " " + operation.getName();
                            assertThatThrownBy(() ->
                                            connection.invoke(
                                                    name,
                                                    operation.getName(),
                                                    new Object[types.length],
                                                    types))
                                    .as(what)
                                    .isInstanceOf(SecurityException.class)
                                    .hasMessageContaining("needs ");
                            tried.add(what);
                        }
                });
        assertThat(tried)
                .hasSizeGreaterThan(25)
                .contains("Cluster switchover", "Backup expire", "Alerts testReceiver");
        assertThat(neighbours.failover.calls).isEmpty();
        assertThat(neighbours.audit.added)
                .hasSize(tried.size())
                .allSatisfy(entry -> assertThat(entry.status()).isEqualTo(403));
    }

    @Test
    @DisplayName("refuses by role what the REST port does: the configuration and the bundles")
    void forAdministrators() throws Exception {
        as(
                "operator",
                connection -> {
                    assertThatThrownBy(() -> call(connection, CLUSTER, "patchConfig", "{}"))
                            .hasMessageContaining("needs admin");
                    assertThatThrownBy(
                                    () -> call(connection, "io.matriarch:type=Bundles", "stop", 7L))
                            .hasMessageContaining("needs admin");
                    assertThat(
                                    call(
                                            connection,
                                            "io.matriarch:type=Audit",
                                            "since",
                                            "2026-11-25T02:30:00Z"))
                            .isNotNull();
                });
        as(
                "viewer",
                connection ->
                        assertThatThrownBy(() ->
                                        call(
                                                connection,
                                                "io.matriarch:type=Audit",
                                                "since",
                                                "2026-11-25T02:30:00Z"))
                                .hasMessageContaining("needs operator"));
    }

    @Test
    @DisplayName("lets nobody make or remove MBeans, and only an administrator touch the JVM's")
    void foreignBeans() throws Exception {
        server.registerMBean(
                ManagementFactory.getMemoryMXBean(), new ObjectName("java.lang:type=Memory"));
        as(
                "admin",
                connection -> {
                    assertThatThrownBy(() ->
                                    connection.createMBean(
                                            "javax.management.timer.Timer",
                                            new ObjectName("x:type=Timer")))
                            .isInstanceOf(SecurityException.class)
                            .hasMessageContaining("neither made nor removed");
                    assertThatThrownBy(() -> connection.unregisterMBean(new ObjectName(CLUSTER)))
                            .isInstanceOf(SecurityException.class);
                });
        as(
                "operator",
                connection ->
                        assertThatThrownBy(() ->
                                        connection.setAttribute(
                                                new ObjectName(
                                                        "JMImplementation:type=MBeanServerDelegate"),
                                                new Attribute("MBeanServerId", "x")))
                                .isInstanceOf(SecurityException.class)
                                .hasMessageContaining("needs admin"));
        as(
                "operator",
                connection ->
                        assertThatThrownBy(() -> call(connection, "java.lang:type=Memory", "gc"))
                                .isInstanceOf(SecurityException.class)
                                .hasMessageContaining("needs admin"));
    }

    @Test
    @DisplayName("writes down who changed what, from where, and what came of it, without secrets")
    void writesDown() throws Exception {
        as(
                "admin",
                connection ->
                        call(
                                connection,
                                CLUSTER,
                                "patchConfig",
                                "{\"postgresql\":{\"password\":\"hidden\"},\"ttl\":30}"));
        assertThat(last())
                .extracting(
                        AuditEntry::member,
                        AuditEntry::user,
                        AuditEntry::role,
                        AuditEntry::from,
                        AuditEntry::method,
                        AuditEntry::path,
                        AuditEntry::status)
                .containsExactly(
                        "n1", "admin", "admin", "127.0.0.1", "JMX", CLUSTER + " patchConfig", 200);
        assertThat(last().body()).contains("ttl").doesNotContain("hidden");
    }

    @Test
    @DisplayName("writes down how a job ended, and who asked for it")
    void jobs() throws Exception {
        as(
                "operator",
                connection -> {
                    call(connection, CLUSTER, "switchover", "n1", "n2", "");
                    while (neighbours.audit.added.size() < 2) Thread.onSpinWait();
                });
        assertThat(neighbours.audit.added)
                .extracting(AuditEntry::path, AuditEntry::user)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(CLUSTER + " switchover", "operator"),
                        org.assertj.core.groups.Tuple.tuple("job switchover-1", "operator"));
        assertThat(neighbours.audit.added)
                .filteredOn(entry -> entry.path().startsWith("job"))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.status()).isEqualTo(200);
                    assertThat(entry.body()).isNotBlank();
                });
    }

    @Test
    @DisplayName("looks up the role at each call: who lost it has lost it in an open connection")
    void revoked() throws Exception {
        as(
                "operator",
                connection -> {
                    call(connection, CLUSTER, "pause");
                    neighbours.access.roles.put("operator", AccessRole.VIEWER);
                    assertThatThrownBy(() -> call(connection, CLUSTER, "resume"))
                            .hasMessageContaining("operator is viewer");
                    neighbours.access.roles.remove("operator");
                    assertThatThrownBy(() -> call(connection, CLUSTER, "resume"))
                            .hasMessageContaining("no user any more");
                });
    }

    @Test
    @DisplayName("lets nobody in, and changes nothing, while nobody can check")
    void unchecked() throws Exception {
        as(
                "admin",
                connection -> {
                    neighbours.absent = true;
                    assertThatThrownBy(() -> call(connection, CLUSTER, "pause"))
                            .isInstanceOf(SecurityException.class)
                            .hasMessageContaining("nobody has checked");
                });
        assertThatThrownBy(() -> connect("admin", "admin"))
                .hasMessageContaining("nobody can check who you are");
        neighbours.absent = false;
    }

    @Test
    @DisplayName("writes down changes from within this machine too, by nobody in particular")
    void local() throws Exception {
        Object answer =
                server.invoke(new ObjectName(CLUSTER), "pause", new Object[0], new String[0]);
        assertThat(((CompositeData) answer).get("status")).isEqualTo(200);
        assertThat(last())
                .extracting(AuditEntry::user, AuditEntry::role, AuditEntry::from)
                .containsExactly("", "admin", "");
    }

    @Test
    @DisplayName("every operation says by its descriptor who may call it")
    void rolesAreKnown() throws Exception {
        for (var name : server.queryNames(new ObjectName("io.matriarch:*"), null))
            for (var operation : server.getMBeanInfo(name).getOperations())
                if (operation.getImpact() == Impact.CHANGES)
                    assertThat(Gate.needed(operation).may(AccessRole.OPERATOR))
                            .as("%s %s", name, operation.getName())
                            .isTrue();
    }
}
