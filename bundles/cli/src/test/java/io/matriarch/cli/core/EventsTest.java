package io.matriarch.cli.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Decisions of several members")
class EventsTest {

    private static List<Events.Event> of(String member, String json) throws IOException {
        return Events.read(JSON.std.anyFrom(json), member);
    }

    private static String record(int sequence, String at, String decision) {
        return """
        {"sequence":%d,"at":"%s","decision":"%s","reason":"because","facts":"f","repeated":0,"lastAt":"%s"}\
        """
                .formatted(sequence, at, decision, at);
    }

    @Test
    @DisplayName("become one story by time")
    void merged() throws IOException {
        var a =
                of(
                        "a",
                        "["
                                + record(1, "2026-11-23T01:00:00Z", "Renew")
                                + ","
                                + record(2, "2026-11-23T01:00:09Z", "Demote")
                                + "]");
        var b = of("b", "{\"decisions\":[" + record(7, "2026-11-23T01:00:05Z", "Wait") + "]}");
        assertThat(Events.merge(List.of(a, b), Instant.EPOCH))
                .extracting(e -> e.member() + " " + e.decision())
                .containsExactly("a Renew", "b Wait", "a Demote");
    }

    @Test
    @DisplayName("of one member keep its order, although its clock was set back")
    void clockSetBack() throws IOException {
        var a =
                of(
                        "a",
                        "["
                                + record(2, "2026-11-23T01:00:00Z", "second")
                                + ","
                                + record(1, "2026-11-23T02:00:00Z", "first")
                                + "]");
        assertThat(Events.merge(List.of(a), Instant.EPOCH))
                .extracting(Events.Event::decision)
                .containsExactly("first", "second");
    }

    @Test
    @DisplayName("taken again since are shown, older ones are not")
    void since() throws IOException {
        var a =
                of(
                        "a",
                        """
                        [{"sequence":1,"at":"2026-11-23T00:00:00Z","lastAt":"2026-11-23T00:10:00Z","decision":"old","reason":"r","repeated":3},
                         {"sequence":2,"at":"2026-11-23T00:20:00Z","lastAt":"2026-11-23T02:00:00Z","decision":"kept","reason":"r","repeated":3}]
                        """);
        var events = Events.merge(List.of(a), Instant.parse("2026-11-23T01:00:00Z"));
        assertThat(Events.table(events, ZoneOffset.UTC, false).rows())
                .containsExactly(
                        List.of("2026-11-23 00:20:00.000", "a", "kept", "r (repeated 3 x)"));
    }

    @Test
    @DisplayName("may tell their time in milliseconds")
    void millis() throws IOException {
        assertThat(of("a", "[{\"at\":1795396211000,\"decision\":\"d\"}]").getFirst().at())
                .isEqualTo(Instant.ofEpochSecond(1795396211));
    }
}
