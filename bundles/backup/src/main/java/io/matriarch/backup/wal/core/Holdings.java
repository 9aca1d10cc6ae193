package io.matriarch.backup.wal.core;

import io.matriarch.backup.format.WalSegment;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What an archive holds of one cluster.
 *
 * @param segmentSize bytes
 * @param segments when each was stored
 * @param histories by timeline, those that are there
 * @param historyStored when each history was stored
 */
public record Holdings(
        long segmentSize,
        NavigableMap<WalSegment, Instant> segments,
        Map<Integer, TimelineHistory> histories,
        Map<Integer, Instant> historyStored) {
    public Holdings {
        segments = new TreeMap<>(segments);
        histories = Map.copyOf(histories);
        historyStored = Map.copyOf(historyStored);
    }

    public boolean has(WalSegment segment) {
        return segments.containsKey(segment);
    }

    /** The newest timeline anything is known of; 0 if the archive is empty. */
    public int latestTimeline() {
        int newest = 0;
        for (int timeline : histories.keySet())
            if (Integer.compareUnsigned(timeline, newest) > 0) newest = timeline;
        if (!segments.isEmpty()
                && Integer.compareUnsigned(segments.lastKey().timeline(), newest) > 0)
            newest = segments.lastKey().timeline();
        return newest;
    }
}
