package io.matriarch.backup.format;

import io.matriarch.api.Lsn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What WAL an archive id holds.
 *
 * @param runs without a hole each, by name
 * @param histories of timelines, oldest line first
 * @param segmentSize bytes
 */
public record WalInventory(List<Run> runs, Map<Integer, List<Fork>> histories, long segmentSize) {
    public WalInventory {
        runs = List.copyOf(runs);
        histories = Map.copyOf(histories);
        WalSegment.checkSize(segmentSize);
    }

    /**
     * Segments without a hole, on one timeline.
     *
     * @param lastStored when the last one was stored: nothing in it is younger
     */
    public record Run(WalSegment first, WalSegment last, Instant lastStored) {
        public boolean contains(WalSegment segment) {
            return new WalRange(first, last).contains(segment);
        }
    }

    /** The highest timeline there is anything of. */
    public OptionalInt newestTimeline() {
        var timelines = new ArrayList<>(histories.keySet());
        for (var run : runs) timelines.add(run.first.timeline());
        return timelines.stream()
                .mapToInt(Integer::intValue)
                .reduce((a, b) -> Integer.compareUnsigned(a, b) >= 0 ? a : b);
    }

    /** Where a timeline's history left another; empty if it did not come from it. */
    public Optional<Lsn> leftAt(int ancestor, int timeline) {
        return histories.getOrDefault(timeline, List.of()).stream()
                .filter(fork -> fork.timeline() == ancestor)
                .map(Fork::at)
                .findFirst();
    }

    /** Whether a timeline is another or came from it, as far as the archive knows. */
    public boolean descends(int timeline, int ancestor) {
        return timeline == ancestor || leftAt(ancestor, timeline).isPresent();
    }

    /**
     * How far WAL goes without a hole.
     *
     * @param last the last segment there is
     * @param lastStored when it was stored
     */
    public record Reach(WalSegment last, Instant lastStored) {}

    /**
     * How far one can replay from a segment on the way to a timeline: on each timeline up to where
     * the next one begins. Empty if the first segment is missing.
     */
    public Optional<Reach> reach(WalSegment from, int timeline) {
        Optional<Reach> reach = Optional.empty();
        var at = from;
        for (var fork : forksFrom(from.timeline(), timeline)) {
            var switchSegment = WalSegment.holding(fork.timeline(), fork.at(), segmentSize);
            if (at.onTimeline(fork.timeline()).compareTo(switchSegment) < 0) {
                var here = along(at.onTimeline(fork.timeline()));
                if (here.isEmpty()) return reach;
                reach = here;
                if (here.get().last.next(segmentSize).compareTo(switchSegment) < 0) return reach;
                at = switchSegment;
            }
        }
        var end = along(at.onTimeline(timeline));
        return end.isPresent() ? end : lastBeforeFork(at, from, timeline, reach);
    }

    /** A timeline that has just begun may have archived nothing yet; the old one has the start. */
    private Optional<Reach> lastBeforeFork(
            WalSegment at, WalSegment from, int timeline, Optional<Reach> reach) {
        var forks = forksFrom(from.timeline(), timeline);
        if (forks.isEmpty()) return reach;
        var old = along(at.onTimeline(forks.getLast().timeline()));
        return old.isEmpty()
                ? reach
                : Optional.of(
                        new Reach(at.onTimeline(forks.getLast().timeline()), old.get().lastStored));
    }

    private Optional<Reach> along(WalSegment segment) {
        return runs.stream()
                .filter(run -> run.contains(segment))
                .findFirst()
                .map(run -> new Reach(run.last, run.lastStored));
    }

    /** The forks on the way from one timeline to a later one. */
    private List<Fork> forksFrom(int from, int to) {
        if (from == to) return List.of();
        var forks = histories.getOrDefault(to, List.of());
        for (int i = 0; i < forks.size(); i++)
            if (forks.get(i).timeline() == from) return forks.subList(i, forks.size());
        return Collections.emptyList();
    }

    /** Whether every segment of a range is there. */
    public boolean holds(WalRange range) {
        return runs.stream()
                .anyMatch(run -> run.contains(range.first()) && run.contains(range.last()));
    }
}
