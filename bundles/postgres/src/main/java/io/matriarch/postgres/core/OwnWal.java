package io.matriarch.postgres.core;

import io.matriarch.api.Lsn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which part of our WAL another server's history has not. */
public final class OwnWal {
    private static final Pattern SEGMENT = Pattern.compile("[0-9A-F]{24}(\\.partial)?");
    private static final long BYTES_OF_A_LOG = 1L << 32;

    private OwnWal() {}

    /** What we wrote of one timeline alone, from {@code begin} on. */
    public record Piece(int timeline, Lsn begin) {}

    /**
     * @param fork where the other left our history
     * @param history of our timeline; empty on timeline 1, or if it is not known
     * @return oldest first; at least one
     */
    public static List<Piece> pieces(Lsn fork, List<History.Line> history, int timeline) {
        var pieces = new ArrayList<Piece>();
        Lsn begin = Lsn.ZERO;
        for (var line : history) {
            if (line.switchPoint().isAfter(fork))
                pieces.add(new Piece(line.endedTimeline(), later(begin, fork)));
            begin = line.switchPoint();
        }
        pieces.add(new Piece(timeline, later(begin, fork)));
        return pieces;
    }

    private static Lsn later(Lsn one, Lsn other) {
        return one.isAfter(other) ? one : other;
    }

    /**
     * The segments that hold it.
     *
     * @param names of the files in {@code pg_wal}
     * @param end where our WAL ends; empty: as far as there are files, recycled ones too
     */
    public static List<String> segments(
            Collection<String> names, long segmentBytes, List<Piece> pieces, Optional<Lsn> end) {
        return names.stream()
                .filter(name -> SEGMENT.matcher(name).matches())
                .filter(name ->
                        pieces.stream().anyMatch(piece -> holds(name, segmentBytes, piece, end)))
                .sorted()
                .toList();
    }

    private static boolean holds(String name, long segmentBytes, Piece piece, Optional<Lsn> end) {
        if (Integer.parseUnsignedInt(name.substring(0, 8), 16) != piece.timeline()) return false;
        Lsn first = begin(name, segmentBytes);
        Lsn next = new Lsn(first.value() + segmentBytes);
        return next.isAfter(piece.begin()) && end.map(last -> !first.isAfter(last)).orElse(true);
    }

    /** The first position in the segment of that name. */
    public static Lsn begin(String name, long segmentBytes) {
        long log = Long.parseLong(name.substring(8, 16), 16);
        long segment = Long.parseLong(name.substring(16, 24), 16);
        return new Lsn(log * BYTES_OF_A_LOG + segment * segmentBytes);
    }

    /**
     * What has to go so that {@code coming} bytes more fit: the oldest first, and never more than
     * is needed.
     *
     * @param kept sizes, oldest first
     * @return how many of the oldest
     */
    public static int tooMany(List<Long> kept, long coming, long limit) {
        long sum = coming + kept.stream().mapToLong(Long::longValue).sum();
        int count = 0;
        while (sum > limit && count < kept.size()) sum -= kept.get(count++);
        return count;
    }
}
