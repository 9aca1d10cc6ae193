package io.matriarch.management.jolokia;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.access.api.AccessRole;
import io.matriarch.access.api.AuditEntry;
import io.matriarch.management.core.Identity;
import io.matriarch.management.core.Json;
import io.matriarch.management.core.Refused;
import io.matriarch.management.fake.FakeBundles;
import io.matriarch.management.fake.FakeNeighbours;
import io.matriarch.management.jmx.MBeans;
import io.matriarch.management.rest.ApiServlet;
import io.matriarch.servlet.ServletExchange;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("POST /jolokia")
class JolokiaServletTest {
    private static final String PAUSE =
            """
            {"type": "exec", "mbean": "io.matriarch:type=Cluster", "operation": "pause"}\
            """;
    private static final String READ =
            """
            {"type": "read", "mbean": "io.matriarch:type=Member", "attribute": "Name"}\
            """;

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
    private final JolokiaServlet servlet = new JolokiaServlet(beans.gate(true));

    @AfterEach
    void close() {
        beans.close();
    }

    private static final class Exchange extends ServletExchange<Exchange> {
        Exchange(String method, String target) {
            super(method, target);
            mapped("/jolokia", null);
            attribute(ApiServlet.ACCESS, ApiServlet.GRANTED);
            header("Host", "n1:8008");
            header("Content-Type", "application/json");
            from("10.0.0.7");
        }

        @Override
        protected Exchange self() {
            return this;
        }

        Exchange as(String user) {
            return attribute(JolokiaServlet.USER, user);
        }

        Exchange through(JolokiaServlet servlet) throws Exception {
            servlet.service(request(), response());
            return this;
        }

        Map<String, Object> json() {
            try {
                return Json.object(text());
            } catch (Refused e) {
                throw new AssertionError(text(), e);
            }
        }
    }

    private Exchange post(String user, String body) throws Exception {
        return new Exchange("POST", "/jolokia").as(user).body(body).through(servlet);
    }

    private List<AuditEntry> audited() {
        return neighbours.audit.added;
    }

    @Test
    @DisplayName("lets a viewer read, list and search, and writes nothing of it down")
    void reads() throws Exception {
        assertThat(post("viewer", READ).json())
                .containsEntry("status", 200)
                .containsEntry("value", "n1");
        assertThat(post("viewer", "{\"type\": \"version\"}").json())
                .extractingByKey("value")
                .asString()
                .contains("protocol");
        assertThat(
                        post(
                                        "viewer",
                                        "{\"type\": \"search\", \"mbean\": \"io.matriarch:type=J*\"}")
                                .json())
                .containsEntry("value", List.of("io.matriarch:type=Jobs"));
        assertThat(post("viewer", "{\"type\": \"list\", \"path\": \"io.matriarch\"}").json())
                .extractingByKey("value")
                .asString()
                .contains("type=Cluster", "switchoverDryRun", "candidate");
        assertThat(audited()).isEmpty();
    }

    @Test
    @DisplayName("answers a list of requests one by one")
    void bulk() throws Exception {
        var exchange = post("viewer", "[" + READ + "," + PAUSE + "]");
        assertThat(exchange.status()).isEqualTo(200);
        var answers = Json.listOrObject(exchange.text());
        assertThat(answers).hasSize(2);
        assertThat(answers.get(0).get("value")).isEqualTo("n1");
        assertThat(answers.get(1).get("status")).isEqualTo(403);
    }

    @Test
    @DisplayName("refuses a viewer an operator's action by JMX' own gate, and writes it down")
    void viewerMayNot() throws Exception {
        var answer = post("viewer", PAUSE).json();
        assertThat(answer).containsEntry("status", 403);
        assertThat(answer.get("error"))
                .asString()
                .contains("viewer is viewer; io.matriarch:type=Cluster pause needs operator");
        assertThat(neighbours.failover.calls).isEmpty();
        assertThat(audited())
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.user()).isEqualTo("viewer");
                    assertThat(entry.from()).isEqualTo("10.0.0.7");
                    assertThat(entry.status()).isEqualTo(403);
                });
    }

    @Test
    @DisplayName("does an operator's action for an operator, and writes it down")
    void operatorMay() throws Exception {
        var answer = post("operator", PAUSE).json();
        assertThat(answer).containsEntry("status", 200);
        assertThat(neighbours.failover.calls).isNotEmpty();
        assertThat(audited())
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.user()).isEqualTo("operator");
                    assertThat(entry.role()).isEqualTo("operator");
                    assertThat(entry.from()).isEqualTo("10.0.0.7");
                    assertThat(entry.path()).isEqualTo("io.matriarch:type=Cluster pause");
                });
    }

    @Test
    @DisplayName("knows somebody by certificate, with the role they have now")
    void certificate() throws Exception {
        var exchange =
                new Exchange("POST", "/jolokia")
                        .as("operator")
                        .attribute(JolokiaServlet.CERTIFICATE, "CN=operator,O=Herd")
                        .body(PAUSE)
                        .through(servlet);
        assertThat(exchange.json()).containsEntry("status", 200);
        assertThat(audited().getLast().certificate()).isEqualTo("CN=operator,O=Herd");
        neighbours.access.roles.put("operator", AccessRole.VIEWER);
        assertThat(post("operator", PAUSE).json()).containsEntry("status", 403);
    }

    @ParameterizedTest
    @CsvSource({
        "operator,io.matriarch:type=Member,shutDown",
        "operator,java.lang:type=Memory,gc",
        "viewer,java.lang:type=Memory,gc"
    })
    @DisplayName("keeps an administrator's actions for administrators, the JVM's own too")
    void adminOnly(String user, String bean, String operation) throws Exception {
        var answer =
                post(
                                user,
                                "{\"type\": \"exec\", \"mbean\": \"%s\", \"operation\": \"%s\"}"
                                        .formatted(bean, operation))
                        .json();
        assertThat(answer.get("status")).isIn(403, 404);
        assertThat(neighbours.ends).isZero();
    }

    @Test
    @DisplayName("refuses a viewer the setting of an attribute")
    void write() throws Exception {
        var answer =
                post(
                                "operator",
                                """
                                {"type": "write", "mbean": "io.matriarch:type=Member", "attribute": "Name", "value": "n9"}\
                                """)
                        .json();
        assertThat(answer.get("status")).isNotEqualTo(200);
        assertThat(post("viewer", READ).json()).containsEntry("value", "n1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
    @DisplayName("is the only way in: every other method is refused and does nothing")
    void postOnly(String method) throws Exception {
        var exchange =
                new Exchange(method, "/jolokia/exec/io.matriarch:type=Cluster/pause")
                        .as("admin")
                        .through(servlet);
        assertThat(exchange.status()).isEqualTo(405);
        assertThat(exchange.headers()).containsEntry("Allow", "POST");
        assertThat(neighbours.failover.calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Origin,https://evil.example",
        "Origin,http://n1:8009",
        "Origin,null",
        "Referer,https://evil.example/page",
        "Referer,n1:8008"
    })
    @DisplayName("refuses what comes from a page of another site")
    void foreign(String header, String value) throws Exception {
        var exchange =
                new Exchange("POST", "/jolokia")
                        .as("admin")
                        .header(header, value)
                        .body(PAUSE)
                        .through(servlet);
        assertThat(exchange.status()).isEqualTo(403);
        assertThat(exchange.json().get("error")).asString().contains("web page of " + value);
        assertThat(neighbours.failover.calls).isEmpty();
        var own =
                new Exchange("POST", "/jolokia")
                        .as("viewer")
                        .header("Origin", "http://n1:8008")
                        .body(READ)
                        .through(servlet);
        assertThat(own.status()).isEqualTo(200);
        assertThat(own.headers()).doesNotContainKey("Access-Control-Allow-Origin");
    }

    @Test
    @DisplayName("refuses what a form of a web page can send, and options in the address")
    void formsAndQueries() throws Exception {
        var form =
                new Exchange("POST", "/jolokia")
                        .as("admin")
                        .header("Content-Type", "text/plain")
                        .body(PAUSE)
                        .through(servlet);
        assertThat(form.status()).isEqualTo(415);
        var query =
                new Exchange("POST", "/jolokia?includeStackTrace=true")
                        .as("admin")
                        .body(READ)
                        .through(servlet);
        assertThat(query.status()).isEqualTo(400);
        assertThat(neighbours.failover.calls).isEmpty();
    }

    @Test
    @DisplayName("refuses everything while nobody has checked who asks")
    void unchecked() throws Exception {
        var exchange =
                new Exchange("POST", "/jolokia")
                        .as("admin")
                        .attribute(ApiServlet.ACCESS, "")
                        .body(READ)
                        .through(servlet);
        assertThat(exchange.status()).isEqualTo(503);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\": | neither a JSON object nor a list",
                "\"read\" | neither a JSON object nor a list",
                "[1] | 1 is no object",
                "{\"mbean\": \"io.matriarch:type=Member\"} | not a request of Jolokia's",
                "{\"type\": \"melt\"} | not a request of Jolokia's",
                "{\"type\": \"read\", \"mbean\": \"no name\"} | not a request of Jolokia's"
            })
    @DisplayName("says what is wrong with a body, and what would be right")
    void badBody(String body, String says) throws Exception {
        var exchange = post("viewer", body);
        assertThat(exchange.status()).as(exchange.text()).isEqualTo(400);
        assertThat(exchange.json().get("error")).asString().contains(says);
        assertThat(exchange.text()).doesNotContain("\tat ");
    }

    @Test
    @DisplayName("refuses a body that is too long")
    void tooLong() throws Exception {
        assertThat(post("viewer", " ".repeat(JolokiaServlet.MAX_BODY + 1)).status()).isEqualTo(413);
        assertThat(post("viewer", "[" + (READ + ",").repeat(500) + READ + "]").status())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                """
                {"type": "version", "target": {"url": "service:jmx:rmi:///jndi/rmi://10.0.0.9:9999/jmxrmi"}}\
                """,
                """
                {"type": "version", "config": {"target": {"url": "service:jmx:rmi:///x"}}}\
                """
            })
    @DisplayName("calls no other JVM for anybody")
    void noProxy(String body) throws Exception {
        var exchange = post("admin", body);
        assertThat(exchange.status()).isEqualTo(403);
        assertThat(exchange.json().get("error")).asString().contains("another JVM");
    }

    @Test
    @DisplayName("neither keeps connections for notifications nor tells of other MBean servers")
    void leftOut() throws Exception {
        var answer =
                post("admin", "[" + READ + ",{\"type\": \"notification\", \"command\": \"list\"}]");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().get("error")).asString().contains("\"notification\"");
        assertThat(server.queryNames(null, null))
                .noneMatch(name -> name.getDomain().startsWith("jolokia"));
    }

    @Test
    @DisplayName("tells of an MBean or an attribute that is not there by 404")
    void absent() throws Exception {
        assertThat(post("viewer", "{\"type\": \"read\", \"mbean\": \"a:b=c\"}").json())
                .containsEntry("status", 404)
                .doesNotContainKey("stacktrace");
    }
}
