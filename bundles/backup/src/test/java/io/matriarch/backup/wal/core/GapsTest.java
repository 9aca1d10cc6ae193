package io.matriarch.backup.wal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import io.matriarch.backup.format.WalRange;
import io.matriarch.backup.format.WalSegment;
import io.matriarch.backup.wal.core.Gaps.Need;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The gap scanner")
class GapsTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final Instant OLD = NOW.minusSeconds(3600);
    private static final Instant SETTLED = NOW.minusSeconds(120);

    private long size = 16 << 20;
    private final TreeMap<WalSegment, Instant> segments = new TreeMap<>();
    private final Map<Integer, TimelineHistory> histories = new HashMap<>();
    private final Map<Integer, Instant> historyStored = new HashMap<>();

    private WalSegment segment(int timeline, long number) {
        return WalSegment.holding(timeline, new Lsn(number * size), size);
    }

    private void holds(int timeline, long... numbers) {
        for (long number : numbers) segments.put(segment(timeline, number), OLD);
    }

    private void holdsRow(int timeline, long from, long to) {
        for (long number = from; number <= to; number++) holds(timeline, number);
    }

    /** A history whose forks lie in the middle of these segments. */
    private void history(int timeline, long... timelineAndSegment) {
        var text = new StringBuilder("# a comment\n\n");
        for (int i = 0; i < timelineAndSegment.length; i += 2)
            text.append(timelineAndSegment[i])
                    .append('\t')
                    .append(new Lsn(timelineAndSegment[i + 1] * size + 4711))
                    .append("\tno recovery target specified\n");
        histories.put(timeline, TimelineHistory.parse(timeline, text.toString()));
        historyStored.put(timeline, OLD);
    }

    private Need backup(String label, int timeline, long from, long to) {
        return new Need(label, new WalRange(segment(timeline, from), segment(timeline, to)));
    }

    private List<String> gaps(Need... needs) {
        var holdings = new Holdings(size, segments, histories, historyStored);
        return Gaps.find(holdings, List.of(needs), SETTLED).stream()
                .map(gap ->
                        "%s-%s %d %s"
                                .formatted(
                                        gap.first().name(),
                                        gap.last().name(),
                                        gap.count(),
                                        gap.neededBy()))
                .toList();
    }

    private String gap(int timeline, long from, long to, String neededBy) {
        return "%s-%s %d [%s]"
                .formatted(segment(timeline, from), segment(timeline, to), to - from + 1, neededBy);
    }

    @Test
    @DisplayName("finds nothing in an archive that is whole, or empty")
    void whole() {
        assertThat(gaps()).isEmpty();
        holdsRow(1, 5, 20);
        assertThat(gaps(backup("F1", 1, 6, 7), backup("F2", 1, 12, 12))).isEmpty();
        assertThat(gaps()).isEmpty();
    }

    @Test
    @DisplayName("names what a backup needs itself, also the last segment it waits for")
    void backupsOwn() {
        holds(1, 5, 7);
        assertThat(gaps(backup("F1", 1, 5, 8)))
                .containsExactly(gap(1, 6, 6, "F1"), gap(1, 8, 8, "F1"));
    }

    @Test
    @DisplayName("tells holes of backups from those that only a later point in time falls into")
    void behindTheNewest() {
        holdsRow(1, 5, 9);
        holds(1, 12, 15);
        assertThat(gaps(backup("F1", 1, 5, 6)))
                .containsExactly(gap(1, 10, 11, ""), gap(1, 13, 14, ""));
    }

    @Test
    @DisplayName("does not miss what may have expired between older backups")
    void expired() {
        holds(1, 5, 20, 21);
        assertThat(gaps(backup("F1", 1, 5, 5), backup("F2", 1, 20, 20))).isEmpty();
    }

    @Test
    @DisplayName("lets WAL that is archived in parallel just now come in")
    void comingIn() {
        holds(1, 5, 6);
        segments.put(segment(1, 8), NOW);
        assertThat(gaps(backup("F1", 1, 5, 6))).isEmpty();
        segments.put(segment(1, 8), SETTLED.minusSeconds(1));
        assertThat(gaps(backup("F1", 1, 5, 6))).containsExactly(gap(1, 7, 7, ""));
    }

    @ParameterizedTest
    @ValueSource(longs = {1 << 20, 16 << 20, 1 << 30})
    @DisplayName("counts over the border of 4 GiB, for any segment size")
    void border(long segmentSize) {
        size = segmentSize;
        long border = (1L << 32) / size;
        holds(1, border - 2, border + 2);
        assertThat(gaps()).containsExactly(gap(1, border - 1, border + 1, ""));
    }

    @Test
    @DisplayName("follows a failover: the segment of the fork is the new timeline's")
    void failover() {
        holdsRow(1, 5, 9);
        history(2, 1, 10);
        holdsRow(2, 10, 12);
        assertThat(gaps(backup("F1", 1, 5, 6))).isEmpty();
        segments.remove(segment(2, 10));
        assertThat(gaps(backup("F1", 1, 5, 6))).containsExactly(gap(2, 10, 10, ""));
    }

    @Test
    @DisplayName("finds what a primary that died had not archived yet, behind all it had")
    void deadPrimary() {
        holdsRow(1, 5, 7);
        history(2, 1, 10);
        assertThat(gaps(backup("F1", 1, 5, 6))).containsExactly(gap(1, 8, 9, ""));
        historyStored.put(2, NOW);
        assertThat(gaps(backup("F1", 1, 5, 6))).as("may be under way").isEmpty();
        holds(2, 10);
        assertThat(gaps(backup("F1", 1, 5, 6))).containsExactly(gap(1, 8, 9, ""));
    }

    @Test
    @DisplayName("follows several failovers, and begins in the middle of them")
    void failovers() {
        history(2, 1, 10);
        history(3, 1, 10, 2, 20);
        history(4, 1, 10, 2, 20, 3, 20);
        holdsRow(2, 15, 18);
        holdsRow(4, 20, 25);
        segments.remove(segment(4, 22));
        assertThat(gaps(backup("F1", 2, 15, 16)))
                .containsExactly(gap(2, 19, 19, ""), gap(4, 22, 22, ""));
    }

    @Test
    @DisplayName("keeps a backup on a timeline that was left restorable on its own")
    void left() {
        holdsRow(1, 1, 10);
        history(2, 1, 5);
        holdsRow(2, 5, 8);
        history(3, 1, 6);
        holdsRow(3, 6, 9);
        segments.remove(segment(2, 7));
        assertThat(gaps(backup("F1", 2, 5, 5))).containsExactly(gap(2, 7, 7, ""));
    }

    @Test
    @DisplayName("misses the history of a timeline, without which nobody gets there")
    void histories() {
        holdsRow(2, 5, 8);
        assertThat(gaps(backup("F1", 2, 5, 5)))
                .containsExactly("00000002.history-00000002.history 1 [F1]");
    }

    @Test
    @DisplayName("names one hole needed by several backups once")
    void several() {
        holds(1, 5, 8);
        assertThat(gaps(backup("F1", 1, 5, 7), backup("F2", 1, 6, 8)))
                .containsExactly(gap(1, 6, 7, "F1, F2"));
    }

    @Test
    @DisplayName("reads a history as PostgreSQL does, and refuses what is none")
    void historyText() {
        assertThat(TimelineHistory.parse(3, "1\t0/3000060\tafter\n\n2 1/A0 x y z\n").forks())
                .containsExactly(
                        new TimelineHistory.Fork(1, Lsn.parse("0/3000060")),
                        new TimelineHistory.Fork(2, Lsn.parse("1/A0")));
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> TimelineHistory.parse(3, "nonsense"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("history of timeline 3");
    }
}
