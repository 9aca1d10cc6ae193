package io.matriarch.backup.wal.core;

import io.matriarch.backup.format.WalFile;
import io.matriarch.backup.format.WalRange;
import io.matriarch.backup.format.WalSegment;
import io.matriarch.backup.wal.core.TimelineHistory.Fork;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares an archive with what restores need: each backup its own WAL, and recovery to a point in
 * time everything behind the newest backup, over changes of timeline, to the archive's end.
 */
public final class Gaps {
    private final Holdings holdings;
    private final Instant settled;
    private final Map<WalSegment, TreeSet<String>> missing = new TreeMap<>();

    private Gaps(Holdings holdings, Instant settled) {
        this.holdings = holdings;
        this.settled = settled;
    }

    /** A backup that shall stay restorable. */
    public record Need(String label, WalRange wal) {}

    /**
     * A row of files that are missing.
     *
     * @param first a segment, or a timeline's history file
     * @param last the same if it is one
     * @param neededBy labels of backups; empty: only for a later point in time
     */
    public record Gap(WalFile first, WalFile last, long count, List<String> neededBy) {
        public Gap {
            neededBy = List.copyOf(neededBy);
        }

        /** Every file of it. */
        public List<WalFile> files(long segmentSize) {
            if (!(first instanceof WalFile.Segment(var from, _))) return List.of(first);
            var files = new ArrayList<WalFile>();
            var next = from;
            for (long i = 0; i < count; i++, next = next.next(segmentSize))
                files.add(new WalFile.Segment(next, false));
            return files;
        }
    }

    /**
     * @param needs backups of this cluster that are not to expire
     * @param settled WAL is archived in parallel, so a hole in front of something stored after this
     *     instant may be one that is just being filled
     * @return in the order of their names
     */
    public static List<Gap> find(Holdings holdings, List<Need> needs, Instant settled) {
        var gaps = new Gaps(holdings, settled);
        for (var need : needs) gaps.backup(need);
        gaps.pointInTime(needs);
        var all = new ArrayList<Gap>(gaps.histories(needs));
        all.addAll(gaps.rows());
        return all;
    }

    private void backup(Need need) {
        long count = need.wal().first().countTo(need.wal().last(), holdings.segmentSize());
        var segment = need.wal().first();
        for (long i = 0; i < count; i++, segment = segment.next(holdings.segmentSize()))
            if (!holdings.has(segment))
                missing.computeIfAbsent(segment, _ -> new TreeSet<>()).add(need.label());
    }

    // --- point in time

    private void pointInTime(List<Need> needs) {
        Optional<WalSegment> start =
                needs.stream()
                        .max(Comparator.comparing(Need::label))
                        .map(need -> need.wal().first())
                        .or(() -> Optional.ofNullable(firstOfAll()));
        if (start.isEmpty()) return;
        var path = path(start.get().timeline());
        var at = start.get();
        for (var fork : path) {
            if (fork.timeline() != at.timeline()) continue;
            var holding = WalSegment.holding(at.timeline(), fork.at(), holdings.segmentSize());
            upTo(at, holding, isSettled(fork));
            int next = following(path, fork);
            at = holding.onTimeline(next);
        }
        toTheEnd(at);
    }

    private @org.jspecify.annotations.Nullable WalSegment firstOfAll() {
        return holdings.segments().isEmpty() ? null : holdings.segments().firstKey();
    }

    /** The forks from this timeline to the latest; empty if the latest does not descend from it. */
    private List<Fork> path(int from) {
        var history = holdings.histories().get(holdings.latestTimeline());
        if (history == null) return List.of();
        int begin = -1;
        for (int i = 0; i < history.forks().size(); i++)
            if (history.forks().get(i).timeline() == from) begin = i;
        return begin < 0 ? List.of() : history.forks().subList(begin, history.forks().size());
    }

    private int following(List<Fork> path, Fork fork) {
        int next = path.indexOf(fork) + 1;
        return next < path.size() ? path.get(next).timeline() : holdings.latestTimeline();
    }

    /** What the old primary did not archive before it died shows only here: behind all there is. */
    private boolean isSettled(Fork fork) {
        Instant stored = holdings.historyStored().get(holdings.latestTimeline());
        boolean later =
                holdings.segments().tailMap(first(fork.timeline())).keySet().stream()
                        .anyMatch(segment -> segment.timeline() != fork.timeline());
        return later || stored != null && stored.isBefore(settled);
    }

    private static WalSegment first(int timeline) {
        return new WalSegment(timeline, 0, 0);
    }

    /** From one segment to another, that one excluded: it is the next timeline's to hold it. */
    private void upTo(WalSegment from, WalSegment end, boolean settled) {
        long count = end.number(holdings.segmentSize()) - from.number(holdings.segmentSize());
        var segment = from;
        for (long i = 0; i < count; i++, segment = segment.next(holdings.segmentSize()))
            if (!holdings.has(segment) && (settled || isFollowed(segment))) missed(segment);
    }

    private void toTheEnd(WalSegment from) {
        var rest = holdings.segments().tailMap(from, true);
        WalSegment last = null;
        for (var segment : rest.keySet()) if (segment.timeline() == from.timeline()) last = segment;
        if (last == null) return;
        upTo(from, last, false);
    }

    /** Whether something behind it on its timeline has been there for a while. */
    private boolean isFollowed(WalSegment segment) {
        for (var later : holdings.segments().tailMap(segment, false).entrySet()) {
            if (later.getKey().timeline() != segment.timeline()) return false;
            if (later.getValue().isBefore(settled)) return true;
        }
        return false;
    }

    private void missed(WalSegment segment) {
        missing.computeIfAbsent(segment, _ -> new TreeSet<>());
    }

    // --- histories

    /** Without a timeline's history nobody finds the way to it. */
    private List<Gap> histories(List<Need> needs) {
        var timelines = new TreeSet<Integer>(Integer::compareUnsigned);
        holdings.segments()
                .forEach((segment, stored) -> {
                    if (stored.isBefore(settled)) timelines.add(segment.timeline());
                });
        var gaps = new ArrayList<Gap>();
        for (int timeline : timelines) {
            if (timeline == 1 || holdings.histories().containsKey(timeline)) continue;
            var history = new WalFile.History(timeline);
            var labels =
                    needs.stream()
                            .filter(need -> need.wal().first().timeline() == timeline)
                            .map(Need::label)
                            .toList();
            gaps.add(new Gap(history, history, 1, labels));
        }
        return gaps;
    }

    // --- rows

    private List<Gap> rows() {
        var rows = new ArrayList<Gap>();
        var row = new ArrayList<WalSegment>();
        for (var segment : missing.keySet()) {
            if (!row.isEmpty() && !continues(row.getLast(), segment)) {
                rows.add(gap(row));
                row.clear();
            }
            row.add(segment);
        }
        if (!row.isEmpty()) rows.add(gap(row));
        return rows;
    }

    private boolean continues(WalSegment last, WalSegment segment) {
        return last.next(holdings.segmentSize()).equals(segment)
                && needers(last).equals(needers(segment));
    }

    private TreeSet<String> needers(WalSegment segment) {
        return missing.getOrDefault(segment, new TreeSet<>());
    }

    private Gap gap(List<WalSegment> row) {
        return new Gap(
                new WalFile.Segment(row.getFirst(), false),
                new WalFile.Segment(row.getLast(), false),
                row.size(),
                List.copyOf(needers(row.getFirst())));
    }
}
