package io.matriarch.schedule.cluster;

import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.schedule.api.ClusterJobs.JobRun;
import io.matriarch.schedule.api.ClusterJobs.JobRun.State;
import io.matriarch.schedule.cluster.JobBook.View;
import io.matriarch.schedule.core.Entry;
import io.matriarch.schedule.core.JobRules;
import io.matriarch.schedule.core.JobStore;
import io.matriarch.schedule.core.Step;
import io.matriarch.schedule.core.Timetable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This member's part. {@link #look} and {@link #keep} are called by one thread, again and again; a
 * run has a thread of its own.
 */
public final class JobAgent {
    private static final Logger LOG = LoggerFactory.getLogger(JobAgent.class);

    /** Whoever dies is replaced after this. */
    static final Duration LEASE = Duration.ofSeconds(15);

    /** The claim is renewed, and wishes to stop are seen, as often as this. */
    public static final Duration KEEP_EVERY = Duration.ofSeconds(4);

    /** How long the end of a run is tried to be told. */
    private static final Duration TELL_WITHIN = Duration.ofMinutes(10);

    /**
     * What is around it.
     *
     * @param clock the wall clock, for due times
     * @param nanos a clock that only goes on, for leases
     * @param runs gives each run a thread
     * @param pause waits before the end of a run is told again; false to give up
     */
    public record Surroundings(
            String member,
            JobStore keys,
            Duration deadline,
            InstantSource clock,
            LongSupplier nanos,
            Executor runs,
            Pause pause) {}

    /** A wait between two attempts. */
    @FunctionalInterface
    public interface Pause {
        boolean waited();
    }

    private final Surroundings around;
    private final JobBook book;
    private final ClusterTasks tasks;
    private final Map<String, ActiveRun> active = new ConcurrentHashMap<>();

    public JobAgent(Dcs dcs, ClusterTasks tasks, Surroundings around) {
        this.around = around;
        this.tasks = tasks;
        book = new JobBook(dcs, around.keys(), around.deadline());
    }

    JobBook book() {
        return book;
    }

    /** Whether anything of this member runs: then {@link #keep} is needed. */
    public boolean isBusy() {
        return !active.isEmpty();
    }

    /**
     * Decides about each schedule and acts.
     *
     * @return when to look again at the latest
     * @throws DcsException the store does not answer: look again soon
     */
    public Instant look(Collection<Timetable> timetables) throws DcsException {
        View view = book.view();
        Instant next = around.clock().instant().plus(Duration.ofHours(1));
        for (Timetable timetable : timetables) {
            Instant again = look(timetable, view);
            if (again.isBefore(next)) next = again;
        }
        return next;
    }

    private Instant look(Timetable timetable, View view) throws DcsException {
        String name = timetable.name();
        Instant now = around.clock().instant();
        var step =
                JobRules.decide(
                        timetable,
                        view.entry(name),
                        view.claim(name).isPresent() || active.containsKey(name),
                        before(timetable, view),
                        tasks.fitness(timetable.task()),
                        now);
        LOG.trace("{}: {}", name, step);
        switch (step) {
            case Step.Wait(var until, _) -> {
                return until;
            }
            case Step.Begin _ -> {
                Optional<JobRun> before = view.entry(name).flatMap(Entry::run);
                var wish = view.entry(name).flatMap(Entry::asked);
                var fresh = new Entry(timetable.cron(), now, before, wish);
                book.replace(name, view.revision(name), fresh);
            }
            case Step.Claim(var due, int attempt) -> {
                Entry entry = view.entry(name).orElseThrow();
                Entry handled = attempt == 1 ? entry.handledUpTo(due) : entry;
                var wish = attempt == 1 ? entry.askedAt(due) : Optional.<Entry.Asked>empty();
                claim(
                        timetable,
                        view.revision(name),
                        handled,
                        wish.map(Entry.Asked::id).orElseGet(JobAgent::newId),
                        due,
                        attempt);
            }
            case Step.Skip(var due, var why) -> {
                LOG.warn("schedule {} of {} was missed: {}", name, due, why);
                Entry entry = view.entry(name).orElseThrow().handledUpTo(due);
                var run = over(name, due, "", State.SKIPPED, 0, Optional.empty(), now, why);
                book.end(name, view.revision(name), entry.with(run));
            }
            case Step.GiveUp(var why) -> {
                LOG.error("schedule {} is given up: {}", name, why);
                Entry entry = view.entry(name).orElseThrow();
                JobRun run = entry.run().orElseThrow();
                var failed =
                        over(
                                name,
                                run.due(),
                                run.member(),
                                State.FAILED,
                                run.attempt(),
                                run.started(),
                                now,
                                why);
                book.end(name, view.revision(name), entry.with(failed));
            }
        }
        return now;
    }

    /** The schedule that runs now and excludes this one. */
    Optional<String> before(Timetable timetable, View view) {
        return tasks.group(timetable.task())
                .flatMap(view::inGroup)
                .filter(schedule -> !schedule.equals(timetable.name()));
    }

    private static JobRun over(
            String schedule,
            Instant due,
            String member,
            State state,
            int attempt,
            Optional<Instant> started,
            Instant ended,
            String text) {
        return new JobRun(
                newId(), schedule, due, member, state, attempt, started, Optional.of(ended), text);
    }

    static String newId() {
        return UUID.randomUUID().toString();
    }

    /** The run, if the claim was ours. */
    Optional<JobRun> claim(
            Timetable timetable, long seen, Entry entry, String id, Instant due, int attempt)
            throws DcsException {
        String name = timetable.name();
        var run =
                new JobRun(
                        id,
                        name,
                        due,
                        around.member(),
                        State.RUNNING,
                        attempt,
                        Optional.of(around.clock().instant()),
                        Optional.empty(),
                        "");
        long left = around.nanos().getAsLong();
        var lease = book.grant(LEASE);
        Optional<Long> revision = Optional.empty();
        try {
            var group = tasks.group(timetable.task());
            revision = book.claim(name, group, seen, entry.with(run), lease.id());
        } finally {
            if (revision.isEmpty()) revoke(lease.id());
        }
        if (revision.isEmpty()) return Optional.empty();
        var ours = new ActiveRun(run, revision.get(), lease.id(), left + LEASE.toNanos());
        active.put(name, ours);
        LOG.info(
                "schedule {} begins: task {}, due {}, run {}",
                name,
                timetable.task(),
                due,
                run.id());
        around.runs().execute(() -> carryOut(timetable, entry, ours));
        return Optional.of(run);
    }

    /** If it fails the lease ends by itself, and a claim that may still arrive with it. */
    private void revoke(long leaseId) {
        try {
            book.revoke(leaseId);
        } catch (DcsException e) {
            LOG.debug("lease {} is left to end by itself: {}", leaseId, e.getMessage());
        }
    }

    private void carryOut(Timetable timetable, Entry entry, ActiveRun run) {
        String said = "";
        @Nullable Throwable failure = null;
        run.onThisThread();
        try {
            said = tasks.run(timetable.task(), run);
        } catch (Exception | LinkageError e) {
            failure = e;
        } finally {
            run.taskOver();
        }
        if (run.isLost() && failure != null) leave(run);
        else tell(entry, run, run.ended(around.clock().instant(), said, failure));
    }

    /** It did not end by itself: another member, or this one later, begins it anew. */
    private void leave(ActiveRun run) {
        LOG.warn("schedule {}: run {} is left to whoever takes it over", run.schedule(), run.id());
        active.remove(run.schedule(), run);
        revoke(run.leaseId());
    }

    private void tell(Entry entry, ActiveRun run, JobRun ended) {
        String name = run.schedule();
        if (ended.state() == State.FAILED) LOG.error("schedule {} failed: {}", name, ended.text());
        else LOG.info("schedule {}: {}: {}", name, ended.state(), ended.text());
        long end = around.nanos().getAsLong() + TELL_WITHIN.toNanos();
        try {
            while (around.nanos().getAsLong() - end < 0) {
                try {
                    if (!book.end(name, run.entryRevision(), entry.with(ended)))
                        LOG.warn(
                                "schedule {}: another member has taken run {} over",
                                name,
                                run.id());
                    else book.trim(name);
                    return;
                } catch (DcsException e) {
                    LOG.debug("the end of {} is not told yet: {}", name, e.getMessage());
                    if (!around.pause().waited()) return;
                }
            }
        } finally {
            active.remove(name, run);
            revoke(run.leaseId());
        }
    }

    /** Renews claims, tells progress, and hears of wishes to stop. */
    public void keep() {
        for (ActiveRun run : active.values()) {
            long left = around.nanos().getAsLong();
            try {
                if (book.renew(run.leaseId()).isPresent()) run.renewed(left + LEASE.toNanos());
                else run.lose();
                var progress = run.freshProgress();
                if (progress.isPresent())
                    book.progress(run.schedule(), progress.get(), run.leaseId());
                if (book.view().stop(run.schedule()).filter(run.id()::equals).isPresent())
                    run.stop();
            } catch (DcsException e) {
                LOG.debug("claim of {} is not renewed: {}", run.schedule(), e.getMessage());
            }
            loseIfExpired(run);
        }
    }

    private void loseIfExpired(ActiveRun run) {
        if (!run.isExpired(around.nanos().getAsLong()) || run.isLost()) return;
        LOG.warn(
                "schedule {}: the claim of run {} is over, it ends here", run.schedule(), run.id());
        run.lose();
    }

    /** For tests: the ids of runs that this member believes are its own. */
    Collection<String> believed() {
        return active.values().stream()
                .filter(run -> !run.isLost() && !run.isExpired(around.nanos().getAsLong()))
                .map(ActiveRun::id)
                .toList();
    }

    /** The agent ends: what runs is interrupted, and left for another member to begin anew. */
    public void stop() {
        active.values().forEach(ActiveRun::lose);
    }
}
