package io.matriarch.monitor.file;

import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.monitor.api.Event;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The ledger")
class LedgerFileTest {
    private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");

    @TempDir Path folder;

    private static Event event(int second, String reason) {
        var phases = new LinkedHashMap<>(Map.of("elect", Duration.ofMillis(1500)));
        phases.put("promote", Duration.ofMillis(250));
        return new Event(
                "failover",
                "b",
                "a",
                START.plusSeconds(second),
                START.plusSeconds(second + 2),
                phases,
                OptionalLong.of(4096),
                reason);
    }

    @Test
    @DisplayName("has every event again after a restart, whatever its reason says")
    void persists() throws Exception {
        var first = event(0, "nobody leads: \"a\"\nis gone — ägypten \\");
        var second =
                new Event(
                        "outage",
                        "b",
                        "",
                        START.plusSeconds(9),
                        START.plusSeconds(9),
                        Map.of(),
                        OptionalLong.empty(),
                        "");
        var ledger = LedgerFile.open(folder);
        ledger.add(first);
        ledger.add(second);
        assertThat(LedgerFile.open(folder).since(Instant.EPOCH)).containsExactly(first, second);
        assertThat(LedgerFile.open(folder).since(START.plusSeconds(5))).containsExactly(second);
    }

    @Test
    @DisplayName("leaves out a line that a crash cut short, and goes on after it")
    void torn() throws Exception {
        var ledger = LedgerFile.open(folder);
        ledger.add(event(0, "good"));
        String whole = Files.readString(folder.resolve("ledger"));
        Files.writeString(folder.resolve("ledger"), whole.strip().substring(0, 40), APPEND);
        LedgerFile.open(folder).add(event(10, "after"));
        assertThat(LedgerFile.open(folder).since(Instant.EPOCH))
                .containsExactly(event(0, "good"), event(10, "after"));
    }

    @Test
    @DisplayName("keeps the newest in bounded space")
    void bounded() throws Exception {
        var ledger = LedgerFile.open(folder);
        String long_ = "x".repeat(4_000);
        for (int i = 0; i < 400; i++) ledger.add(event(i, long_));
        assertThat(Files.size(folder.resolve("ledger")) + Files.size(folder.resolve("ledger.1")))
                .isLessThan(1_100_000);
        var kept = LedgerFile.open(folder).since(Instant.EPOCH);
        assertThat(kept).hasSizeBetween(120, 270).isEqualTo(ledger.since(Instant.EPOCH));
        assertThat(kept.getLast()).isEqualTo(event(399, long_));
    }
}
