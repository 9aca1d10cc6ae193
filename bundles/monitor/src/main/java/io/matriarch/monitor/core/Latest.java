package io.matriarch.monitor.core;

import io.matriarch.monitor.api.Family;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The newest answer of everybody asked; what {@code /metrics} is made of. Time as in {@link Plan}.
 */
public final class Latest {
    private static final int INTERVALS_KEPT = 3;

    private record Answer(List<Family> families, Duration at, Duration interval) {
        boolean stale(Duration now) {
            return now.minus(at).compareTo(interval.multipliedBy(INTERVALS_KEPT)) > 0;
        }
    }

    private final Map<String, Answer> answers = new ConcurrentSkipListMap<>();

    /**
     * @param interval until the next answer is expected
     */
    public void put(String id, List<Family> families, Duration at, Duration interval) {
        answers.put(id, new Answer(List.copyOf(families), at, interval));
    }

    public void forget(String id) {
        answers.remove(id);
    }

    /** Everything not older than three of its intervals. */
    public List<Family> families(Duration now) {
        var all = new ArrayList<Family>();
        answers.values()
                .forEach(answer -> {
                    if (!answer.stale(now)) all.addAll(answer.families());
                });
        return all;
    }
}
