package io.matriarch.monitor.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What is to be asked when. Time is the time since the start, on a clock that does not jump.
 *
 * <p>What takes more than a fifth of its interval is asked half as often, again and again until it
 * fits; what fails likewise, so that a server in trouble is not troubled further. What has been
 * quick ten times in a row comes back to its interval step by step.
 */
public final class Plan {
    private static final int SHARE = 5;
    private static final int QUICK_SHARE = 20;
    private static final int QUICK_RUNS = 10;

    /** No interval is stretched beyond it, or beyond the interval itself if that is longer. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private static final Duration SOONEST = Duration.ofSeconds(1);
    private static final Duration LATEST = Duration.ofSeconds(60);

    private static final class Entry {
        final Duration interval;
        Duration present;
        Duration next;
        int quick;

        Entry(Duration interval, Duration first) {
            this.interval = interval;
            present = interval;
            next = first;
        }
    }

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /**
     * @param first when it is due for the first time
     */
    public void add(String id, Duration interval, Duration first) {
        entries.put(id, new Entry(interval, first));
    }

    /** What is due, the most frequent first. */
    public List<String> due(Duration now) {
        var due = new ArrayList<String>();
        entries.forEach((id, entry) -> {
            if (entry.next.compareTo(now) <= 0) due.add(id);
        });
        due.sort((a, b) -> entry(a).interval.compareTo(entry(b).interval));
        return due;
    }

    /** How long nothing is due. */
    public Duration untilNext(Duration now) {
        return entries.values().stream()
                .map(entry -> entry.next.minus(now))
                .min(Duration::compareTo)
                .filter(Duration::isPositive)
                .orElse(Duration.ZERO);
    }

    /** What was asked is answered, or has failed. Beats that were missed meanwhile are left out. */
    public void done(String id, Duration started, Duration took, boolean good) {
        var entry = entry(id);
        if (!good || took.multipliedBy(SHARE).compareTo(entry.present) > 0) slower(entry);
        else if (took.multipliedBy(QUICK_SHARE).compareTo(entry.interval) < 0) faster(entry);
        else entry.quick = 0;
        var next = entry.next.plus(entry.present);
        var ended = started.plus(took);
        entry.next = onBeat(next.compareTo(ended) > 0 ? next : ended.plus(entry.present));
    }

    /**
     * There was nobody to ask: again soon, a thirtieth of the interval and between a second and a
     * minute from now, so that the first answers are there soon after the server is.
     */
    public void skipped(String id, Duration now) {
        var entry = entry(id);
        var soon = entry.interval.dividedBy(30);
        if (soon.compareTo(SOONEST) < 0) soon = SOONEST;
        if (soon.compareTo(LATEST) > 0) soon = LATEST;
        entry.next = onBeat(now.plus(soon.compareTo(entry.interval) < 0 ? soon : entry.interval));
    }

    /** The next whole second: what is due at about the same time is asked in one go. */
    private static Duration onBeat(Duration time) {
        return time.getNano() == 0 ? time : Duration.ofSeconds(time.toSeconds() + 1);
    }

    private static void slower(Entry entry) {
        entry.quick = 0;
        var longest = entry.interval.compareTo(LONGEST) > 0 ? entry.interval : LONGEST;
        var doubled = entry.present.multipliedBy(2);
        entry.present = doubled.compareTo(longest) < 0 ? doubled : longest;
    }

    private static void faster(Entry entry) {
        if (entry.present.equals(entry.interval) || ++entry.quick < QUICK_RUNS) return;
        entry.quick = 0;
        var halved = entry.present.dividedBy(2);
        entry.present = halved.compareTo(entry.interval) > 0 ? halved : entry.interval;
    }

    /** How often it is asked at present. */
    public Duration interval(String id) {
        return entry(id).present;
    }

    private Entry entry(String id) {
        return Objects.requireNonNull(entries.get(id), id);
    }
}
