package io.matriarch.schedule.cluster;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.schedule.api.ClusterJobs;
import io.matriarch.schedule.api.ClusterTask.Fitness;
import io.matriarch.schedule.cluster.JobBook.View;
import io.matriarch.schedule.core.Entry;
import io.matriarch.schedule.core.Timetable;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What people and programs ask about the cluster's jobs, answered from the store. */
public final class StoreJobs implements ClusterJobs {
    private final List<Timetable> timetables;
    private final JobAgent agent;
    private final ClusterTasks tasks;
    private final InstantSource clock;

    public StoreJobs(
            List<Timetable> timetables, JobAgent agent, ClusterTasks tasks, InstantSource clock) {
        this.timetables = List.copyOf(timetables);
        this.agent = agent;
        this.tasks = tasks;
        this.clock = clock;
    }

    @Override
    public List<Job> jobs() throws MatriarchException {
        View view = agent.book().view();
        return timetables.stream().map(each -> job(each, view)).toList();
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
        return new JobRun(
                run.id(),
                run.schedule(),
                run.due(),
                run.member(),
                run.state(),
                run.attempt(),
                run.started(),
                run.ended(),
                view.progress(run.schedule()).orElse(""));
    }

    @Override
    public List<JobRun> history(String schedule) throws MatriarchException {
        return agent.book().history(known(schedule).name());
    }

    private Timetable known(String schedule) throws MatriarchException {
        return timetables.stream()
                .filter(each -> each.name().equals(schedule))
                .findFirst()
                .orElseThrow(() ->
                        refused(
                                "there is no schedule \"" + schedule + '"',
                                "schedules here: "
                                        + String.join(
                                                ", ",
                                                timetables.stream()
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
        if (dryRun) return "";
        var run = agent.claim(timetable, view.revision(schedule), entry, now, 1);
        return run.orElseThrow(() ->
                        refused(
                                schedule + " was begun by another member this moment",
                                "look where it stands"))
                .id();
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
