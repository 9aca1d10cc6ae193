package io.matriarch.alerting.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.alerting.Notices;
import io.matriarch.alerting.core.Notice;
import io.matriarch.alerting.spool.Delivery.DeliveryException;
import io.matriarch.alerting.spool.Spooled.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A notice in the spool")
class SpoolTest {
    @TempDir private Path directory;
    private Instant now = Notices.AT;
    private Spool spool;
    private Courier courier;
    private final List<Notice> taken = new ArrayList<>();
    private final List<Instant> tries = new ArrayList<>();
    private String refusal = "";

    @BeforeEach
    void open() throws IOException {
        spool = new Spool(directory);
        courier = new Courier(spool, () -> now);
        courier.ways(Map.of("team", this::take));
    }

    private String take(Notice notice, Instant at) throws DeliveryException {
        tries.add(at);
        if (!refusal.isEmpty()) throw new DeliveryException(refusal);
        taken.add(notice);
        return "ok";
    }

    private void released() throws IOException {
        spool.prepare(Notices.firing());
        spool.release("t1-1");
    }

    private void pass(Duration time) {
        for (var end = now.plus(time); now.isBefore(end); now = now.plusSeconds(10))
            courier.deliver("team", _ -> true);
    }

    @Test
    @DisplayName("survives a restart as it is, down to its last word")
    void survives() throws IOException {
        released();
        assertThat(new Spool(directory).list())
                .singleElement()
                .satisfies(spooled -> {
                    assertThat(spooled.notice()).isEqualTo(Notices.firing());
                    assertThat(spooled.state()).isEqualTo(State.RELEASED);
                });
    }

    @Test
    @DisplayName("is not sent before it is released")
    void notBefore() throws IOException {
        spool.prepare(Notices.firing());
        pass(Duration.ofMinutes(5));
        assertThat(taken).isEmpty();
    }

    @Test
    @DisplayName("is not sent by whoever may not send it any more")
    void notByOthers() throws IOException {
        released();
        courier.deliver("team", _ -> false);
        assertThat(taken).isEmpty();
    }

    @Test
    @DisplayName("is tried with growing pauses, a quarter of an hour at most, and told once")
    void backOff() throws IOException {
        released();
        refusal = "421 busy";
        pass(Duration.ofHours(6));
        assertThat(Duration.between(tries.get(0), tries.get(1))).isEqualTo(Duration.ofSeconds(10));
        assertThat(Duration.between(tries.get(2), tries.get(3))).isEqualTo(Duration.ofSeconds(40));
        assertThat(Duration.between(tries.get(20), tries.get(21)))
                .isEqualTo(Duration.ofMinutes(15));
        assertThat(courier.oldest().get("team")).isGreaterThan(Duration.ofHours(5));
        assertThat(courier.standing("team").error()).isEqualTo("421 busy");
        refusal = "";
        pass(Duration.ofMinutes(16));
        assertThat(taken).hasSize(1);
        assertThat(spool.find("t1-1").orElseThrow().state()).isEqualTo(State.DELIVERED);
        assertThat(courier.oldest()).isEmpty();
    }

    @Test
    @DisplayName("is given up after a day, and stays readable for a person")
    void givenUp() throws IOException {
        released();
        refusal = "550 no such user";
        pass(Duration.ofHours(25));
        assertThat(spool.list()).isEmpty();
        assertThat(spool.gaveUp("t1-1")).isTrue();
        assertThat(directory.resolve("undelivered/t1-1.json"))
                .content()
                .contains("550 no such user");
    }

    @Test
    @DisplayName(
            "half written by a crash is removed, damaged is put aside, and others are not harmed")
    void crash() throws IOException {
        released();
        Files.writeString(directory.resolve("t2-1.json.draft"), "{\"notice\":");
        Files.writeString(directory.resolve("t3-1.json"), "{\"notice\":");
        var again = new Spool(directory);
        assertThat(again.list()).extracting(s -> s.notice().id()).containsExactly("t1-1");
        assertThat(directory.resolve("t2-1.json.draft")).doesNotExist();
        assertThat(directory.resolve("t3-1.json.damaged")).exists();
    }

    @Test
    @DisplayName("for a receiver that is not configured any more is put aside")
    void receiverGone() throws IOException {
        released();
        courier.ways(Map.of());
        courier.deliver("team", _ -> true);
        assertThat(spool.list()).isEmpty();
        assertThat(spool.gaveUp("t1-1")).isTrue();
    }
}
