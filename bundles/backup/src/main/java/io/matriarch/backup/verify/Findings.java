package io.matriarch.backup.verify;

import io.matriarch.backup.format.Label;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** Gathers what many threads find. */
final class Findings {
    private static final int KEPT = 1000;
    private final List<Damage> damages = new ArrayList<>();
    private final Map<Label, String> damaged = new TreeMap<>();
    private long count;
    private final LongAdder files = new LongAdder();
    private final LongAdder segments = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final VerifyProgress progress = new VerifyProgress();

    VerifyProgress progress() {
        return progress;
    }

    /**
     * @param stored bytes of it
     */
    void fileRead(long stored) {
        files.increment();
        bytes.add(stored);
        progress.done(stored);
    }

    /**
     * @param stored bytes of it
     */
    void segmentRead(long stored) {
        segments.increment();
        bytes.add(stored);
        progress.done(stored);
    }

    synchronized void add(Damage damage) {
        count++;
        if (damages.size() < KEPT) damages.add(damage);
        damage.backup().ifPresent(label -> damaged.putIfAbsent(label, damage.toString()));
    }

    /** A backup that is not sound for something another one holds. */
    synchronized void unsound(Label label, String why) {
        damaged.putIfAbsent(label, why);
    }

    synchronized VerifyReport report(Set<Label> verified) {
        var sound = new HashSet<>(verified);
        sound.removeAll(damaged.keySet());
        return new VerifyReport(
                damages, count, damaged, sound, files.sum(), segments.sum(), bytes.sum());
    }
}
