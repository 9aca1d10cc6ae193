package io.matriarch.itests;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * For how long two servers accepted writes at once, out of single successful writes.
 *
 * <p>A <em>reign</em> is one node writing on one timeline: from its first acknowledged write to the
 * moment its last successful one was sent, all by one clock, so that a reign is never taken for
 * longer than it was. Two reigns must not overlap.
 */
final class Reigns {
    private record Key(String node, String timeline) {}

    /** Times of {@link System#nanoTime()}. */
    private record Reign(
            Key key, long firstAcknowledged, long lastSent, long lastAcknowledged, int writes) {
        private Reign with(Reign later) {
            return new Reign(
                    key,
                    Math.min(firstAcknowledged, later.firstAcknowledged),
                    Math.max(lastSent, later.lastSent),
                    Math.max(lastAcknowledged, later.lastAcknowledged),
                    writes + later.writes);
        }

        private Duration overlap(Reign other) {
            long from = Math.max(firstAcknowledged, other.firstAcknowledged);
            long to = Math.min(lastSent, other.lastSent);
            return to - from > 0 ? Duration.ofNanos(to - from) : Duration.ZERO;
        }
    }

    private final Map<Key, Reign> reigns = new HashMap<>();

    /**
     * A write that the server acknowledged.
     *
     * @param sent when it left, in nanoseconds
     * @param acknowledged when the answer was there
     */
    synchronized void wrote(String node, String timeline, long sent, long acknowledged) {
        var key = new Key(node, timeline);
        reigns.merge(key, new Reign(key, acknowledged, sent, acknowledged, 1), Reign::with);
    }

    synchronized boolean isEmpty() {
        return reigns.isEmpty();
    }

    /** The sum over all pairs of reigns. */
    synchronized Duration overlap() {
        var all = List.copyOf(reigns.values());
        var sum = Duration.ZERO;
        for (int i = 0; i < all.size(); i++) {
            for (int j = i + 1; j < all.size(); j++) {
                sum = sum.plus(all.get(i).overlap(all.get(j)));
            }
        }
        return sum;
    }

    /**
     * The longest time between one server's last write and the next server's first: for how long no
     * server accepted one. A client's gap is longer by what it waits for a server that is gone.
     */
    synchronized Duration longestVacancy() {
        var all = inOrder();
        long longest = 0;
        long end = all.isEmpty() ? 0 : all.getFirst().lastAcknowledged;
        for (Reign reign : all) {
            longest = Math.max(longest, reign.firstAcknowledged - end);
            end = Math.max(end, reign.lastAcknowledged);
        }
        return Duration.ofNanos(longest);
    }

    private List<Reign> inOrder() {
        return reigns.values().stream()
                .sorted(Comparator.comparingLong(Reign::firstAcknowledged))
                .toList();
    }

    /** Who wrote on which timeline how often, in the order of time. */
    @Override
    public synchronized String toString() {
        return inOrder().stream()
                .map(r -> r.key.node + "/" + r.key.timeline + " " + r.writes + " writes")
                .toList()
                .toString();
    }
}
