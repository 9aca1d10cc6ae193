package io.matriarch.schedule.core;

import io.matriarch.schedule.api.ClusterJobs.JobRun;
import io.matriarch.schedule.api.ClusterTask.Fitness;
import io.matriarch.schedule.api.Schedules.Missed;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Who runs what when: one decision of one member about one schedule, without I/O. */
public final class JobRules {
    /** What each better placed member is left. */
    static final Duration PER_RANK = Duration.ofSeconds(5);

    /** A run that can begin within this much of its time is late, not missed. */
    static final Duration LATE = Duration.ofMinutes(10);

    /** A run that took so many members with it is not tried on yet another. */
    static final int MOST_ATTEMPTS = 3;

    /** How long at most until the next look, whatever is known. */
    static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private JobRules() {}

    /**
     * @param entry what the store knows; empty if nothing yet
     * @param claimed whether some member holds the claim now
     * @param before the schedule whose run must end first, since their tasks are of one group;
     *     empty if there is none
     */
    public static Step decide(
            Timetable timetable,
            Optional<Entry> entry,
            boolean claimed,
            Optional<String> before,
            Fitness fitness,
            Instant now) {
        if (entry.isEmpty()) return new Step.Begin();
        var known = entry.get();
        if (claimed) return new Step.Wait(now.plus(LONGEST_WAIT), "it is running");
        if (known.isRunning()) return orphan(known.run().orElseThrow(), before, fitness, now);
        if (!known.cron().equals(timetable.cron())) return new Step.Begin();
        if (known.asked().isPresent())
            return due(Missed.SKIP, known.asked().get().due(), Duration.ZERO, before, fitness, now);
        var newest = timetable.newestWithin(known.handled(), now);
        if (newest.isPresent()) {
            var late = Duration.between(newest.get(), timetable.withJitter(newest.get()));
            return due(timetable.missed(), newest.get(), late, before, fitness, now);
        }
        var next = timetable.after(now).map(timetable::withJitter);
        return new Step.Wait(soonest(next.orElse(now.plus(LONGEST_WAIT)), now), "not due");
    }

    private static Instant soonest(Instant wanted, Instant now) {
        Instant latest = now.plus(LONGEST_WAIT);
        return wanted.isBefore(latest) ? wanted : latest;
    }

    private static Step due(
            Missed missed,
            Instant due,
            Duration jitter,
            Optional<String> before,
            Fitness fitness,
            Instant now) {
        Instant begin = due.plus(jitter);
        if (now.isBefore(begin)) return new Step.Wait(begin, "not due");
        if (missed == Missed.SKIP && now.isAfter(begin.plus(LATE)))
            return new Step.Skip(due, reason(before, fitness));
        if (before.isPresent())
            return new Step.Wait(now.plus(PER_RANK), before.get() + " runs first");
        return switch (fitness) {
            case Fitness.Unfit(var why) -> new Step.Wait(now.plus(PER_RANK), why);
            case Fitness.Fit(int rank, _) -> turn(begin, due, 1, rank, now);
        };
    }

    private static String reason(Optional<String> before, Fitness fitness) {
        if (before.isPresent()) return before.get() + " ran for too long";
        return fitness instanceof Fitness.Unfit(var why)
                ? "no member could run it: " + why
                : "no member was there in time";
    }

    /** Waits until the better placed ones have had their chance. */
    private static Step turn(Instant begin, Instant due, int attempt, int rank, Instant now) {
        Instant ours = begin.plus(PER_RANK.multipliedBy(rank));
        return now.isBefore(ours)
                ? new Step.Wait(ours, "a better placed member goes first")
                : new Step.Claim(due, attempt);
    }

    /** Nobody holds the claim of what is told as running: its member died. */
    private static Step orphan(JobRun run, Optional<String> before, Fitness fitness, Instant now) {
        if (run.attempt() >= MOST_ATTEMPTS)
            return new Step.GiveUp(
                    "member %s ended while it ran this, the last of %d attempts"
                            .formatted(run.member(), run.attempt()));
        if (before.isPresent())
            return new Step.Wait(now.plus(PER_RANK), before.get() + " runs first");
        return switch (fitness) {
            case Fitness.Unfit(var why) -> {
                boolean late = now.isAfter(run.started().orElse(run.due()).plus(LATE));
                yield late
                        ? new Step.GiveUp(
                                "member %s ended while it ran this, and no other could: %s"
                                        .formatted(run.member(), why))
                        : new Step.Wait(now.plus(PER_RANK), why);
            }
            case Fitness.Fit _ -> new Step.Claim(run.due(), run.attempt() + 1);
        };
    }
}
