package io.matriarch.monitor.core;

import io.matriarch.api.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When which WAL was written: the position of each second of the last hour, and of each ten seconds
 * of the last day. It turns a distance in bytes into the time a standby, or the archive, is behind.
 *
 * <p>A primary notes what it wrote, a standby what it received; so after a failover the clock goes
 * on, less exact by the time the WAL was under way.
 */
public final class LsnClock {
    private static final int FINE = 3_600;
    private static final int COARSE = 8_280;
    private static final long COARSE_MILLIS = 10_000;

    /** Positions by time, both rising; the oldest is dropped when it is full. */
    private static final class Ring {
        final long[] millis;
        final long[] positions;
        int start;
        int size;

        Ring(int capacity) {
            millis = new long[capacity];
            positions = new long[capacity];
        }

        int at(int i) {
            return (start + i) % millis.length;
        }

        boolean full() {
            return size == millis.length;
        }

        void add(long time, long position) {
            if (full()) start = (start + 1) % millis.length;
            else size++;
            set(size - 1, time, position);
        }

        void set(int i, long time, long position) {
            millis[at(i)] = time;
            positions[at(i)] = position;
        }

        /** The last entry not after {@code position}; -1 if there is none. */
        int lastUpTo(long position) {
            int low = 0;
            int high = size;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (Long.compareUnsigned(positions[at(middle)], position) <= 0) low = middle + 1;
                else high = middle;
            }
            return low - 1;
        }
    }

    private final Ring fine = new Ring(FINE);
    private final Ring coarse = new Ring(COARSE);

    /** The position of that instant. One behind an earlier one starts a new history from there. */
    public void note(Instant now, Lsn position) {
        long millis = now.toEpochMilli();
        while (fine.size > 0
                && (Long.compareUnsigned(last(fine), position.value()) > 0
                        || fine.millis[fine.at(fine.size - 1)] > millis)) fine.size--;
        while (coarse.size > 0 && Long.compareUnsigned(last(coarse), position.value()) > 0)
            coarse.size--;
        if (fine.size > 0 && last(fine) == position.value()) {
            // Nothing written since: only the newest time at a position counts.
            fine.set(fine.size - 1, millis, position.value());
            return;
        }
        if (fine.full()) thin();
        fine.add(millis, position.value());
    }

    private static long last(Ring ring) {
        return ring.positions[ring.at(ring.size - 1)];
    }

    private void thin() {
        long millis = fine.millis[fine.at(0)];
        boolean due =
                coarse.size == 0
                        || millis - coarse.millis[coarse.at(coarse.size - 1)] >= COARSE_MILLIS;
        if (due) coarse.add(millis, fine.positions[fine.at(0)]);
    }

    /**
     * When the byte at {@code position} was written. Of WAL older than the clock: the clock's
     * beginning, so a lag computed from it is the least it can be.
     *
     * @return empty if nothing is noted yet, or it is not written yet
     */
    public Optional<Instant> timeAt(Lsn position) {
        if (fine.size == 0 || Long.compareUnsigned(position.value(), last(fine)) >= 0)
            return Optional.empty();
        int at = fine.lastUpTo(position.value());
        if (at >= 0) return Optional.of(between(fine, at, fine, at + 1, position.value()));
        int before = coarse.lastUpTo(position.value());
        if (before >= 0)
            return Optional.of(
                    before + 1 < coarse.size
                            ? between(coarse, before, coarse, before + 1, position.value())
                            : between(coarse, before, fine, 0, position.value()));
        var oldest = coarse.size > 0 ? coarse : fine;
        return Optional.of(Instant.ofEpochMilli(oldest.millis[oldest.at(0)]));
    }

    private static Instant between(Ring a, int i, Ring b, int j, long position) {
        long from = a.millis[a.at(i)];
        long to = b.millis[b.at(j)];
        double share =
                (double) (position - a.positions[a.at(i)])
                        / (b.positions[b.at(j)] - a.positions[a.at(i)]);
        return Instant.ofEpochMilli(from + Math.round((to - from) * share));
    }

    /** How long ago the first WAL behind {@code position} was written; zero if there is none. */
    public Duration lag(Lsn position, Instant now) {
        return timeAt(position)
                .map(written -> Duration.between(written, now))
                .filter(lag -> !lag.isNegative())
                .orElse(Duration.ZERO);
    }

    /** Whether anything is noted yet. */
    public boolean runs() {
        return fine.size > 0;
    }
}
