package io.matriarch.monitor.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far the clocks of other members are from ours. A single answer may be wrong by half the time
 * it took, so of the last answers the quickest one counts.
 */
public final class ClockOffsets {
    private static final int KEPT = 8;
    private static final Duration LATELY = Duration.ofMinutes(3);

    private record Answer(Instant at, Duration offset, Duration took) {}

    private final Map<String, Deque<Answer>> answers = new TreeMap<>();

    /**
     * @param at on our clock, or on another one that only goes forward
     * @param offset the peer's clock less ours
     * @param took the time from question to answer
     */
    public void note(Instant at, String peer, Duration offset, Duration took) {
        var its = answers.computeIfAbsent(peer, _ -> new ArrayDeque<>());
        its.addLast(new Answer(at, offset, took));
        if (its.size() > KEPT) its.removeFirst();
    }

    /** The offsets as far as they are known lately, by peer. */
    public Map<String, Duration> lately(Instant now) {
        var offsets = new TreeMap<String, Duration>();
        answers.values()
                .forEach(its ->
                        its.removeIf(answer ->
                                Duration.between(answer.at(), now).compareTo(LATELY) > 0));
        answers.values().removeIf(Deque::isEmpty);
        answers.forEach((peer, its) ->
                its.stream()
                        .min(Comparator.comparing(Answer::took))
                        .ifPresent(best -> offsets.put(peer, best.offset())));
        return offsets;
    }
}
