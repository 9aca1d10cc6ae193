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
    private record Reign(Key key, long firstAcknowledged, long lastSent, int writes) {
        private Reign with(long sent) {
            return new Reign(key, firstAcknowledged, Math.max(lastSent, sent), writes + 1);
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
        reigns.merge(key, new Reign(key, acknowledged, sent, 1), (reign, _) -> reign.with(sent));
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

    /** Who wrote on which timeline how often, in the order of time. */
    @Override
    public synchronized String toString() {
        return reigns.values().stream()
                .sorted(Comparator.comparingLong(Reign::firstAcknowledged))
                .map(r -> r.key.node + "/" + r.key.timeline + " " + r.writes + " writes")
                .toList()
                .toString();
    }
}
