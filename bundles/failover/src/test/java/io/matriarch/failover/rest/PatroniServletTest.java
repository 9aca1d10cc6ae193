package io.matriarch.failover.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import io.matriarch.failover.api.Answer;
import io.matriarch.failover.core.FailsafeAnswer;
import io.matriarch.failover.core.NodeReport;
import io.matriarch.failover.rest.core.Reports;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Patroni's REST interface")
class PatroniServletTest {
    private final RecordingFailover failover = new RecordingFailover();
    private final List<Map<String, Object>> asked = new ArrayList<>();
    private FailsafeAnswer consent = new FailsafeAnswer.Accepted(new Lsn(67_108_960));
    private final Function<Map<String, Object>, FailsafeAnswer> agreement =
            body -> {
                asked.add(body);
                return consent;
            };
    private Reports node = Reports.leader();

    @Nested
    @DisplayName("asked for something")
    class Reads {
        @ParameterizedTest(name = "{0} {1}: {2}")
        @CsvSource({
            "GET,/,200",
            "GET,/primary,200",
            "GET,/replica,503",
            "HEAD,/primary,200",
            "OPTIONS,/primary,200",
            "OPTIONS,/replica,503",
            "HEAD,/patroni,503",
            "OPTIONS,/liveness,503",
            "GET,/liveness,200",
            "GET,/readiness,200",
            "GET,/patroni,200",
            "GET,/cluster,200",
            "GET,/history,200",
            "GET,/config,200",
            "GET,/metrics,200",
            "GET,/failsafe,502",
            "GET,/health?tag_zone=z9,503",
            "GET,/nosuch,503"
        })
        @DisplayName("answers with the status of the page")
        void statuses(String method, String target, int status) throws IOException {
            var answer = send(method, target);
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.headers())
                    .containsEntry("Content-Length", "" + answer.text().length());
        }

        @Test
        @DisplayName("gives the status of the node with a health check, and nothing with HEAD")
        void bodies() throws IOException {
            assertThat(send("GET", "/replica").text()).isEqualTo(send("GET", "/patroni").text());
            assertThat(send("GET", "/replica").type()).isEqualTo("application/json");
            assertThat(send("HEAD", "/primary").text()).isEmpty();
            assertThat(send("GET", "/liveness").text()).isEmpty();
        }

        @Test
        @DisplayName("gives the configuration and the history as the store has them")
        void store() throws IOException {
            assertThat(send("GET", "/config").text())
                    .isEqualTo("{\"ttl\":30,\"loop_wait\":10,\"retry_timeout\":10}");
            assertThat(send("GET", "/history").text()).isEqualTo("[]");
        }

        @Test
        @DisplayName("gives the list of members for failsafe mode, also while the store is away")
        void failsafe() throws IOException {
            node = Reports.leader().failsafe(true).storeAway();
            assertThat(send("GET", "/failsafe").text())
                    .isEqualTo(
                            "{\"node-a\":\"http://node-a:8008/patroni\","
                                    + "\"node-b\":\"http://node-b:8008/patroni\"}");
            assertThat(send("GET", "/patroni").text()).contains("\"failsafe_mode_is_active\":true");
        }

        @Test
        @DisplayName("does not hang while the store is away, and says since when it is")
        void storeAway() throws IOException {
            node = Reports.leader().storeAway();
            assertThat(send("GET", "/cluster").status()).isEqualTo(503);
            assertThat(send("GET", "/cluster").text())
                    .isEqualTo(
                            "{\"error\":\"The store has not answered since"
                                    + " 2026-11-23T01:10:11Z\"}");
            assertThat(send("GET", "/history").status()).isEqualTo(503);
            assertThat(send("GET", "/config").status()).isEqualTo(502);
            assertThat(send("GET", "/patroni").status()).isEqualTo(200);
            assertThat(send("GET", "/metrics").status()).isEqualTo(200);
        }

        @Test
        @DisplayName("asks the server again for a health check, and not for the cluster")
        void freshness() throws IOException {
            Supplier<NodeReport> old = Reports.replica()::report;
            Supplier<NodeReport> fresh = Reports.leader()::report;
            var servlet = new PatroniServlet(old, fresh, failover, agreement);
            assertThat(Exchange.of("GET", "/primary").sentTo(servlet).status()).isEqualTo(200);
            var broken = new PatroniServlet(old, failing(), failover, agreement);
            assertThat(Exchange.of("GET", "/cluster").sentTo(broken).status()).isEqualTo(200);
        }

        private static Supplier<NodeReport> failing() {
            return () -> {
                throw new AssertionError("the server was asked");
            };
        }
    }

    @Nested
    @DisplayName("asked to change something")
    class Changes {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        POST   | /switchover   | {"leader":"node-a","candidate":"node-b"} | switchover node-a Optional[node-b] Optional.empty false
                        POST   | /failover     | {"candidate":"node-b"} | failover node-b false
                        POST   | /failover     | {"candidate":"node-b","leader":"node-a"} | switchover node-a Optional[node-b] Optional.empty false
                        DELETE | /switchover   | | cancelSwitchover
                        POST   | /restart      | | restart any false
                        POST   | /restart      | {"role":"replica","restart_pending":true} | restart replica true
                        DELETE | /restart      | | cancelRestart
                        POST   | /reinitialize | | reinitialize false false
                        POST   | /reinitialize | {"force":true,"from_leader":"on"} | reinitialize true true
                        POST   | /reload       | | reload
                        PATCH  | /config       | {"pause":null,"postgresql":{"parameters":{"a":1}}} | patch {"pause":null,"postgresql":{"parameters":{"a":1}}}
                        PUT    | /config       | {"ttl":20} | replace {"ttl":20}
                        """)
        @DisplayName("passes it on, needing no Content-Type")
        void passedOn(String method, String path, String body, String asked) throws IOException {
            var exchange = Exchange.of(method, path).granted();
            if (body != null) exchange.body(body);
            assertThat(sent(exchange).status()).isEqualTo(200);
            assertThat(exchange.text()).isEqualTo("done");
            assertThat(failover.asked).containsExactly(asked);
        }

        @Test
        @DisplayName("gives the answer's status and words")
        void answers() throws IOException {
            failover.answer = new Answer(503, "restart failed");
            var answer = sent(Exchange.of("POST", "/restart").granted());
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).isEqualTo("restart failed");
            assertThat(answer.type()).startsWith("text/html");
        }

        @Test
        @DisplayName("does not pass on what is refused by the body alone")
        void refused() throws IOException {
            var answer =
                    sent(
                            Exchange.of("POST", "/switchover")
                                    .granted()
                                    .body("{\"leader\":\"node-b\"}"));
            assertThat(answer.status()).isEqualTo(412);
            assertThat(answer.text()).isEqualTo("leader name does not match");
            assertThat(failover.asked).isEmpty();
        }

        @Test
        @DisplayName("gives back the whole new configuration as JSON, and a page when it failed")
        void configured() throws IOException {
            failover.answer = new Answer(200, "{\"ttl\":20}");
            var done = sent(Exchange.of("PATCH", "/config").granted().body("{\"ttl\":20}"));
            assertThat(done.type()).isEqualTo("application/json");
            assertThat(done.text()).isEqualTo("{\"ttl\":20}");
            failover.answer = new Answer(409, "changed meanwhile");
            var beaten = sent(Exchange.of("PATCH", "/config").granted().body("{\"ttl\":20}"));
            assertThat(beaten.status()).isEqualTo(409);
            assertThat(beaten.type()).startsWith("text/html");
        }

        @ParameterizedTest
        @ValueSource(strings = {"[]", "{}", "rubbish", "", "{\"a\":1} trailing", "7"})
        @DisplayName("wants a JSON object where one is needed")
        void badBody(String body) throws IOException {
            for (String path : new String[] {"/switchover", "/failover", "/mpp", "/citus"})
                assertThat(sent(Exchange.of("POST", path).granted().body(body)).status())
                        .as(path)
                        .isEqualTo(400);
            assertThat(sent(Exchange.of("PUT", "/config").granted().body(body)).status())
                    .isEqualTo(400);
            assertThat(failover.asked).isEmpty();
        }

        @Test
        @DisplayName("wants the length of a body, and acts on none it does not know")
        void length() throws IOException {
            assertThat(sent(Exchange.of("PATCH", "/config").granted()).status()).isEqualTo(411);
            assertThat(sent(Exchange.of("POST", "/switchover").granted()).status()).isEqualTo(411);
            var chunked =
                    Exchange.of("POST", "/restart")
                            .granted()
                            .header("Transfer-Encoding", "chunked");
            assertThat(sent(chunked).status()).isEqualTo(411);
            var long1 = Exchange.of("POST", "/restart").granted().body(" ".repeat(1 << 20) + "{}");
            assertThat(sent(long1).status()).isEqualTo(413);
            assertThat(failover.asked).isEmpty();
        }

        @Test
        @DisplayName("takes an empty object where the body may be missing")
        void optionalBody() throws IOException {
            assertThat(sent(Exchange.of("POST", "/restart").granted().body("{}")).status())
                    .isEqualTo(200);
            assertThat(sent(Exchange.of("POST", "/restart").granted().body("")).status())
                    .isEqualTo(200);
            assertThat(sent(Exchange.of("POST", "/restart").granted().body("[1]")).status())
                    .isEqualTo(400);
        }

        @Test
        @DisplayName("says 200, 202 and 502 where Patroni has nothing to do either")
        void nothingToDo() throws IOException {
            assertThat(sent(Exchange.of("POST", "/mpp").body("{\"type\":\"x\"}")).text())
                    .isEqualTo("OK");
            var sigterm = sent(Exchange.of("POST", "/sigterm").granted());
            assertThat(sigterm.status()).isEqualTo(202);
            assertThat(sigterm.text()).isEqualTo("shutdown scheduled");
            assertThat(sent(Exchange.of("POST", "/failsafe").granted().body("{}")).status())
                    .isEqualTo(502);
            assertThat(failover.asked).isEmpty();
        }

        @Test
        @DisplayName("lets a leader without the store serve on with exactly this answer")
        void failsafe() throws IOException {
            node = Reports.replica().failsafe(true);
            var body = "{\"name\":\"node-a\",\"conn_url\":\"c\",\"api_url\":\"a\"}";
            var answer = sent(Exchange.of("POST", "/failsafe").granted().body(body));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("Accepted");
            assertThat(answer.headers()).containsEntry("lsn", "67108960");
            assertThat(asked)
                    .containsExactly(Map.of("name", "node-a", "conn_url", "c", "api_url", "a"));
            consent = new FailsafeAnswer.Refused(500, "Running as a leader");
            var refused = sent(Exchange.of("POST", "/failsafe").granted().body(body));
            assertThat(refused.status()).isEqualTo(500);
            assertThat(refused.text()).isEqualTo("Running as a leader");
            assertThat(sent(Exchange.of("POST", "/failsafe").granted().body("{}")).status())
                    .isEqualTo(400);
            assertThat(send("POST", "/failsafe").status()).isEqualTo(503);
        }

        @Test
        @DisplayName("says 501 where there is nothing, as patronictl expects")
        void unsupported() throws IOException {
            var answer = send("POST", "/nosuch");
            assertThat(answer.status()).isEqualTo(501);
            assertThat(answer.text()).contains("Unsupported method ('POST')");
            assertThat(send("DELETE", "/failover").status()).isEqualTo(501);
        }

        @Test
        @DisplayName("does nothing for whom the filter did not let in")
        void notGranted() throws IOException {
            assertThat(send("POST", "/restart").status()).isEqualTo(503);
            assertThat(send("DELETE", "/switchover").status()).isEqualTo(503);
            assertThat(failover.asked).isEmpty();
        }

        @Test
        @DisplayName("hands nothing over while the store is away")
        void storeAway() throws IOException {
            node = Reports.leader().storeAway();
            var body = "{\"leader\":\"node-a\",\"candidate\":\"node-b\"}";
            var answer = sent(Exchange.of("POST", "/switchover").granted().body(body));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).contains("2026-11-23T01:10:11Z");
            assertThat(failover.asked).isEmpty();
        }

        @Test
        @DisplayName("never gives a caller's markup back as markup")
        void markup() throws IOException {
            var answer = sent(Exchange.of("POST", "/restart").granted().body("{\"<b>&\":1}"));
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text())
                    .isEqualTo("Unknown filter for the scheduled restart: &lt;b&gt;&amp;");
        }
    }

    private Exchange send(String method, String target) throws IOException {
        return sent(Exchange.of(method, target));
    }

    private Exchange sent(Exchange exchange) throws IOException {
        return exchange.sentTo(new PatroniServlet(node::report, node::report, failover, agreement));
    }
}
