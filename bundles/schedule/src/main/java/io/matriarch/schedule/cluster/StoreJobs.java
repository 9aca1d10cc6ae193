package io.matriarch.schedule.cluster;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.schedule.api.ClusterJobs;
import io.matriarch.schedule.api.ClusterTask.Fitness;
import io.matriarch.schedule.cluster.JobBook.View;
import io.matriarch.schedule.core.Entry;
import io.matriarch.schedule.core.Standing;
import io.matriarch.schedule.core.Timetable;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What people and programs ask about the cluster's jobs, answered from the store. */
public final class StoreJobs implements ClusterJobs {
    private final Supplier<List<Timetable>> timetables;
    private final JobAgent agent;
    private final ClusterTasks tasks;
    private final InstantSource clock;

    public StoreJobs(
            Supplier<List<Timetable>> timetables,
            JobAgent agent,
            ClusterTasks tasks,
            InstantSource clock) {
        this.timetables = timetables;
        this.agent = agent;
        this.tasks = tasks;
        this.clock = clock;
    }

    @Override
    public List<Job> jobs() throws MatriarchException {
        View view = agent.book().view();
        return timetables.get().stream().map(each -> job(each, view)).toList();
    }

    private Job job(Timetable timetable, View view) {
        String name = timetable.name();
        Optional<Entry> entry = view.entry(name);
        Instant now = clock.instant();
        Instant handled = entry.map(Entry::handled).orElse(now);
        Optional<Instant> next =
                timetable
                        .newestWithin(handled, now)
                        .or(() -> timetable.after(handled.isAfter(now) ? handled : now))
                        .map(timetable::withJitter);
        return new Job(
                name,
                timetable.task(),
                timetable.cron(),
                timetable.zone().getId(),
                next,
                entry.flatMap(Entry::run).map(run -> withProgress(run, view)));
    }

    private static JobRun withProgress(JobRun run, View view) {
        if (run.state() != JobRun.State.RUNNING) return run;
        var standing = view.progress(run.schedule()).orElse(Standing.NONE);
        return run.standing(standing.text(), standing.figures());
    }

    @Override
    public List<JobRun> history(String schedule) throws MatriarchException {
        return agent.book().history(known(schedule).name());
    }

    private Timetable known(String schedule) throws MatriarchException {
        return timetables.get().stream()
                .filter(each -> each.name().equals(schedule))
                .findFirst()
                .orElseThrow(() ->
                        refused(
                                "there is no schedule \"" + schedule + '"',
                                "schedules here: "
                                        + String.join(
                                                ", ",
                                                timetables.get().stream()
                                                        .map(Timetable::name)
                                                        .toList())));
    }

    @Override
    public String start(String schedule, boolean dryRun) throws MatriarchException {
        var timetable = known(schedule);
        if (tasks.fitness(timetable.task()) instanceof Fitness.Unfit(var why))
            throw refused(
                    "this member cannot run %s: %s".formatted(schedule, why),
                    "ask another member, or put right what is missing here");
        View view = agent.book().view();
        Instant now = clock.instant();
        var entry = view.entry(schedule).orElseGet(() -> Entry.fresh(timetable, now));
        if (view.claim(schedule).isPresent() || entry.isRunning())
            throw refused(
                    schedule + " is running already, on " + entry.run().orElseThrow().member(),
                    "wait for its end, or stop it first");
        var before = agent.before(timetable, view);
        if (before.isPresent())
            throw refused(
                    "%s is running, and %s must not run beside it"
                            .formatted(before.get(), schedule),
                    "wait for its end, or stop it first");
        if (dryRun) return "";
        var run = agent.claim(timetable, view.revision(schedule), entry, JobAgent.newId(), now, 1);
        return run.orElseThrow(() ->
                        refused(
                                schedule + " was begun by another member this moment",
                                "look where it stands"))
                .id();
    }

    @Override
    public Wish ask(String task, boolean dryRun) throws MatriarchException {
        if (!tasks.names().contains(task))
            throw refused(
                    "there is no task \"" + task + '"',
                    "tasks here: " + String.join(", ", tasks.names()));
        var timetable = Timetable.onDemand(task);
        String name = timetable.name();
        View view = agent.book().view();
        Instant now = clock.instant();
        var entry = view.entry(name).orElseGet(() -> Entry.fresh(timetable, now));
        if (view.claim(name).isPresent() || entry.isRunning())
            throw refused(
                    task + " is running already, on " + entry.run().orElseThrow().member(),
                    "wait for its end, or stop it first: " + name);
        if (entry.asked().isPresent())
            throw refused(
                    task + " is asked for since " + entry.asked().get().due(),
                    "it begins as soon as a member can run it");
        if (dryRun) return new Wish("", name, now);
        var wish = new Entry.Asked(JobAgent.newId(), now);
        if (!agent.book().replace(name, view.revision(name), entry.asking(wish)))
            throw refused(
                    task + " was begun or asked for by somebody else this moment",
                    "look where it stands");
        return new Wish(wish.id(), name, wish.due());
    }

    @Override
    public void stop(String schedule) throws MatriarchException {
        var timetable = known(schedule);
        String id =
                agent.book()
                        .view()
                        .claim(timetable.name())
                        .orElseThrow(() ->
                                refused(
                                        "nothing of " + schedule + " is running",
                                        "its history tells how the last run ended"));
        agent.book().askToStop(timetable.name(), id);
    }

    private static MatriarchException refused(String message, String hint) {
        return new MatriarchException(Code.REFUSED, message, hint);
    }
}
