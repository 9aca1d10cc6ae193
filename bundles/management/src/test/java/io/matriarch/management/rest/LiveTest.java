package io.matriarch.management.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.management.core.Identity;
import io.matriarch.management.core.Refused;
import io.matriarch.management.fake.Eventually;
import io.matriarch.management.fake.FakeBundles;
import io.matriarch.management.fake.FakeNeighbours;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Sample;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What a page that watches is told")
class LiveTest {
    private final FakeNeighbours neighbours = new FakeNeighbours();
    private final ApiServlet servlet =
            new ApiServlet(
                    new Handlers(
                            neighbours,
                            new FakeBundles(),
                            () -> new Identity("main", "n1", "0.1.0"),
                            InstantSource.system()));

    private Exchange get(String path) {
        return new Exchange("GET", path).through(servlet);
    }

    @Test
    @DisplayName("each topic once, while it does not change, and that the member is alive")
    void stream() throws Exception {
        var exchange = new Exchange("GET", "/stream");
        var listening = Thread.ofVirtual().start(() -> exchange.through(servlet));
        Eventually.until("two beats", () -> exchange.text().split("event: beat", -1).length == 3);
        servlet.destroy();
        listening.join();
        assertThat(exchange.headers())
                .containsEntry("Content-Type", "text/event-stream;charset=utf-8")
                .containsEntry("Cache-Control", "no-store");
        var text = exchange.text();
        for (var topic : List.of("cluster", "node", "replication", "alerts", "decisions"))
            assertThat(text.split("event: " + topic + "\ndata: \\{", -1)).as(topic).hasSize(2);
        assertThat(text).endsWith("\n\n");
    }

    @Test
    @DisplayName("a part that is absent is left out, and the others are told")
    void absent() throws Exception {
        var looks = new AtomicInteger();
        var stream =
                new ChangeStream(topic -> {
                    looks.incrementAndGet();
                    if (topic != ChangeStream.Topic.NODE) throw new Refused(503, "absent", "");
                    return Map.of("name", "n1\nn2", "positionBytes", looks.get());
                });
        var exchange = new Exchange("GET", "/stream");
        var listening =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                stream.write(exchange.answer());
                            } catch (java.io.IOException e) {
                                throw new AssertionError(e);
                            }
                        });
        Eventually.until("three looks at five topics", () -> looks.get() >= 15);
        stream.end();
        listening.join();
        assertThat(exchange.text())
                .containsOnlyOnce("event: node\ndata: {\"")
                .contains("n1\\nn2")
                .doesNotContain("event: cluster");
    }

    @ParameterizedTest
    @CsvSource({"GET,true", "POST,false"})
    @DisplayName("pages of other members may read, and change nothing")
    void members(String method, boolean allowed) {
        String origin = MemberOrigins.of(neighbours.failover).stream().findFirst().orElseThrow();
        var exchange =
                new Exchange(method, method.equals("GET") ? "/cluster" : "/pause")
                        .header("Origin", origin)
                        .header("Host", "elsewhere:8008")
                        .through(servlet);
        assertThat(exchange.status()).isEqualTo(allowed ? 200 : 403);
        assertThat(exchange.headers().containsKey("Access-Control-Allow-Origin"))
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.test", "null", "http://10.0.0.1:8008.evil.test"})
    @DisplayName("pages of others may not even read")
    void strangers(String origin) {
        var exchange = new Exchange("GET", "/cluster").header("Origin", origin).through(servlet);
        assertThat(exchange.headers()).doesNotContainKey("Access-Control-Allow-Origin");
    }

    @Test
    @DisplayName("an address of a member that is none, or would end a policy, is left out")
    void origins() {
        assertThat(
                        MemberOrigins.of(
                                List.of(
                                        "http://10.0.0.1:8008/patroni",
                                        "https://[fd00::1]:8008/patroni",
                                        "javascript:alert(1)",
                                        "http://x; script-src *",
                                        "http://user@host:8008/",
                                        "%",
                                        "")))
                .containsExactly("http://10.0.0.1:8008", "https://[fd00::1]:8008");
    }

    @Test
    @DisplayName("who they are, as the filter in front has found")
    void whoami() {
        var known =
                new Exchange("GET", "/whoami")
                        .attribute("io.matriarch.access.user", "ada")
                        .attribute("io.matriarch.access.role", "operator")
                        .through(servlet)
                        .json();
        assertThat(known).containsEntry("user", "ada").containsEntry("role", "operator");
        assertThat(get("/whoami").json()).containsEntry("user", "").containsEntry("role", "");
        assertThat(get("/whoami?x=1").status()).isEqualTo(400);
    }

    @Test
    @DisplayName("sessions with who blocks whom, but not without access")
    void sessions() {
        var first = (Map<?, ?>) ((List<?>) get("/sessions").json().get("sessions")).getFirst();
        assertThat(first.get("blockedBy")).isEqualTo(List.of(41));
        assertThat(first.get("transactionSeconds")).isEqualTo(12.5);
        assertThat(new Exchange("GET", "/sessions").withoutAccess().through(servlet).status())
                .isEqualTo(503);
    }

    private static Family gauge(String name, List<String> labels, List<Sample> samples) {
        return new Family(Metric.gauge(name, "text", labels.toArray(String[]::new)), samples);
    }

    @Test
    @DisplayName("how much waits for each standby at each stage, and what a loss would cost")
    void replication() {
        var labels = List.of("standby", "stage");
        neighbours.monitor.figures.add(
                gauge(
                        "matriarch_replication_state",
                        List.of("standby", "state"),
                        List.of(new Sample.Value(List.of("n2", "streaming"), 1))));
        neighbours.monitor.figures.add(
                gauge(
                        "matriarch_replication_stage_bytes",
                        labels,
                        List.of(
                                new Sample.Value(List.of("n2", "replay"), 4096),
                                new Sample.Value(List.of("n3", "replay"), 1))));
        neighbours.monitor.figures.add(
                gauge(
                        "matriarch_rpo_seconds",
                        List.of("repo"),
                        List.of(
                                new Sample.Value(List.of("one"), 90),
                                new Sample.Value(List.of("best"), 7))));
        var answer = get("/replication").json();
        assertThat(answer).containsEntry("member", "n1").containsEntry("archiveRpoSeconds", 7.0);
        assertThat(answer.get("restoreRtoSeconds")).isNull();
        var standby = (Map<?, ?>) ((List<?>) answer.get("standbys")).getFirst();
        assertThat(standby.get("name")).isEqualTo("n2");
        assertThat(standby.get("state")).isEqualTo("streaming");
        assertThat(standby.get("syncState")).isEqualTo("");
        assertThat(standby.get("stages").toString())
                .contains("{stage=replay, bytes=4096.0}", "{stage=flush, bytes=null}");
    }
}
