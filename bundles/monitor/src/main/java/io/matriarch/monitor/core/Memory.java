package io.matriarch.monitor.core;

import io.matriarch.api.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What readings remember from one answer to the next. Of one server: begun anew with another one.
 */
public final class Memory {
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    private static final Duration ONE_MINUTE = Duration.ofMinutes(1);

    private final LsnClock clock;
    private final Map<String, Window> windows = new HashMap<>();
    private final Map<String, Instant> since = new HashMap<>();
    private Lsn written = Lsn.ZERO;
    private double unarchivedBytes = Double.NaN;
    private double archivedTimeline;
    private double archivedPosition = Double.NaN;
    private String settingsHash = "";
    private Optional<Instant> settingsChanged = Optional.empty();

    public Memory(LsnClock clock) {
        this.clock = clock;
    }

    public LsnClock clock() {
        return clock;
    }

    void written(Instant now, Lsn position) {
        written = position;
        clock.note(now, position);
        window("wal").note(now, position.value());
    }

    /** The newest position: written by a primary, received by a standby. */
    public Lsn written() {
        return written;
    }

    void unarchived(double bytes) {
        unarchivedBytes = bytes;
    }

    /**
     * Up to where a timeline is archived, as far as we were told.
     *
     * @param position NaN if the server does not say
     * @return NaN if nobody has said so far
     */
    double archived(double timeline, double position) {
        if (timeline != archivedTimeline) archivedPosition = Double.NaN;
        archivedTimeline = timeline;
        if (!Double.isNaN(position)) archivedPosition = position;
        return archivedPosition;
    }

    /** NaN if not known. */
    double unarchived() {
        return unarchivedBytes;
    }

    /** The last five minutes of a counter. */
    Window window(String counter) {
        return windows.computeIfAbsent(counter, _ -> new Window(FIVE_MINUTES));
    }

    /** The last minute of a counter. */
    Window minute(String counter) {
        return windows.computeIfAbsent("minute " + counter, _ -> new Window(ONE_MINUTE));
    }

    /** Since when {@code what} has been so, as far as we saw. */
    Instant since(String what, Instant now) {
        return since.computeIfAbsent(what, _ -> now);
    }

    /** Of everything that begins so, only these are still so. */
    void only(String prefix, Set<String> still) {
        since.keySet().removeIf(what -> what.startsWith(prefix) && !still.contains(what));
    }

    /** When the settings last changed while we looked; empty if they have not. */
    Optional<Instant> settings(String hash, Instant now) {
        if (!settingsHash.isEmpty() && !settingsHash.equals(hash))
            settingsChanged = Optional.of(now);
        settingsHash = Objects.requireNonNull(hash);
        return settingsChanged;
    }
}
