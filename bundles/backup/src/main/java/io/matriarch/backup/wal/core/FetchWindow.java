package io.matriarch.backup.wal.core;

import io.matriarch.backup.format.WalSegment;
import java.util.ArrayList;
import java.util.List;

/** Which segments to have ready for whoever replays. */
public final class FetchWindow {
    private FetchWindow() {}

    /**
     * The segments behind the one asked for, on its timeline, as far as the room goes.
     *
     * @param segmentSize bytes
     * @param room bytes of the spool
     */
    public static List<WalSegment> after(WalSegment asked, long segmentSize, long room) {
        var window = new ArrayList<WalSegment>();
        var next = asked;
        for (long left = room / segmentSize; left > 0; left--) {
            next = next.next(segmentSize);
            window.add(next);
        }
        return window;
    }
}
