package io.matriarch.monitor.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The history of this node")
class HistoryTest {
    private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
    private static final Duration WEEK = Duration.ofDays(7);

    @TempDir Path folder;

    private static Instant at(long second) {
        return START.plusSeconds(second);
    }

    private static void write(History history, long second, double value) throws IOException {
        history.write(at(second), Map.of("a", value));
    }

    private static List<Double> read(History history, long from, long to, int points)
            throws IOException {
        return history.read(List.of("a"), at(from), at(to), at(to), points).getFirst().values();
    }

    @Test
    @DisplayName("is there again after a restart, with gaps where nothing was written")
    void persists() throws Exception {
        try (var history = History.open(folder, WEEK)) {
            write(history, 0, 1);
            write(history, 10, 2);
            write(history, 30, 4);
        }
        try (var history = History.open(folder, WEEK)) {
            assertThat(history.names()).containsExactly("a");
            assertThat(read(history, 0, 39, 100)).containsExactly(1.0, 2.0, Double.NaN, 4.0);
            assertThat(read(history, 0, 39, 2)).containsExactly(1.5, 4.0);
            assertThat(history.read(List.of("unknown"), at(0), at(10), at(10), 5)).isEmpty();
        }
    }

    @Test
    @Tag("long")
    @DisplayName("keeps ten seconds for a day and minutes for a week, in space that does not grow")
    void bounded() throws Exception {
        try (var history = History.open(folder, WEEK)) {
            for (int second = 0; second < 9 * 86_400; second += 10) write(history, second, second);
            long now = 9 * 86_400;
            var series =
                    history.read(List.of("a"), at(now - 6 * 86_400), at(now), at(now), 2000)
                            .getFirst();
            assertThat(series.step()).isEqualTo(Duration.ofMinutes(5));
            assertThat(series.values().subList(0, 1700)).doesNotContain(Double.NaN);
            assertThat(read(history, now - 60, now - 1, 100))
                    .containsExactly(
                            now - 60.0, now - 50.0, now - 40.0, now - 30.0, now - 20.0, now - 10.0);
            assertThat(read(history, 0, 86_400, 10))
                    .as("older than a week")
                    .containsOnly(Double.NaN);
        }
        assertThat(Files.size(folder.resolve("history-10s"))).isLessThan(2_400_000);
        assertThat(Files.size(folder.resolve("history-60s"))).isLessThan(2_800_000);
    }

    @Test
    @DisplayName("a slot torn by a crash is left out, the others are there")
    void torn() throws Exception {
        try (var history = History.open(folder, WEEK)) {
            for (int second = 0; second < 50; second += 10) write(history, second, second + 1);
        }
        var file = folder.resolve("history-10s");
        try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(64 + 64 * 128 + (at(20).getEpochSecond() / 10 % 8641) * 268 + 9);
            bytes.write(0x55);
        }
        try (var history = History.open(folder, WEEK)) {
            assertThat(read(history, 0, 49, 100))
                    .containsExactly(1.0, 11.0, Double.NaN, 31.0, 41.0);
        }
    }

    @Test
    @DisplayName("a file that is none of ours, or cut short, or of another length is begun anew")
    void foreign() throws Exception {
        for (byte[] content : List.of(new byte[0], "something else".getBytes(), new byte[3_000])) {
            Files.write(folder.resolve("history-10s"), content);
            try (var history = History.open(folder, WEEK)) {
                write(history, 0, 7);
                assertThat(read(history, 0, 9, 10)).containsExactly(7.0);
            }
        }
        try (var history = History.open(folder, Duration.ofDays(3))) {
            assertThat(read(history, 0, 9, 10))
                    .as("only the other file is anew")
                    .containsExactly(7.0);
        }
    }

    @Test
    @DisplayName("a standby that is gone for long gives its place to a new one")
    void columns() throws Exception {
        var many =
                IntStream.range(0, RingFile.COLUMNS)
                        .boxed()
                        .collect(Collectors.toMap(i -> "old" + i, i -> 1.0));
        try (var ring =
                RingFile.open(folder.resolve("r"), Duration.ofSeconds(10), Duration.ofMinutes(5))) {
            assertThat(ring.write(1_000, many)).isEmpty();
            assertThat(ring.write(1_010, Map.of("new", 1.0))).containsExactly("new");
            assertThat(ring.write(1_010, Map.of("x".repeat(200), 1.0))).hasSize(1);
            assertThat(ring.write(2_000, Map.of("new", 1.0))).isEmpty();
            assertThat(ring.names()).contains("new", "old1").doesNotContain("old0");
        }
    }
}
