package io.matriarch.management.fake;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.schedule.api.ClusterJobs;
import io.matriarch.schedule.api.JobProgress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** One schedule, {@code full}, running on n2; it ran once before. */
public final class FakeClusterJobs implements ClusterJobs {
    private static final Instant DUE = Instant.parse("2026-11-22T01:30:00Z");
    public static final JobProgress PROGRESS =
            new JobProgress(
                    "copying",
                    "local",
                    40,
                    100,
                    2,
                    5,
                    10,
                    DUE.plusSeconds(1),
                    Optional.of(DUE.plusSeconds(7)));
    public final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile String askedFor = "";
    private volatile JobRun.State asked = JobRun.State.DONE;

    private static JobRun run(JobRun.State state, Optional<Instant> ended, String text) {
        return new JobRun(
                "the-id",
                "full",
                DUE,
                "n2",
                state,
                1,
                Optional.of(DUE.plusSeconds(1)),
                ended,
                text,
                state == JobRun.State.RUNNING ? Optional.of(PROGRESS) : Optional.empty());
    }

    /** What becomes of the run that is asked for. */
    public void asked(JobRun.State state) {
        asked = state;
    }

    private static void known(String schedule) throws MatriarchException {
        if (!schedule.equals("full"))
            throw new MatriarchException(
                    Code.REFUSED, "there is no schedule \"" + schedule + '"', "there is: full");
    }

    @Override
    public List<Job> jobs() {
        var running = run(JobRun.State.RUNNING, Optional.empty(), "40 %");
        var all = new ArrayList<Job>();
        if (!askedFor.isEmpty())
            all.add(
                    new Job(
                            ON_DEMAND + askedFor,
                            askedFor,
                            "",
                            "UTC",
                            Optional.empty(),
                            Optional.of(
                                    asked == JobRun.State.RUNNING
                                            ? running
                                            : run(asked, Optional.of(DUE), "3 GB"))));
        all.add(
                new Job(
                        "full",
                        "backup-full",
                        "0 30 1 ? * SUN",
                        "UTC",
                        Optional.of(Instant.parse("2026-11-29T01:30:00Z")),
                        Optional.of(running)));
        return all;
    }

    @Override
    public List<JobRun> history(String schedule) throws MatriarchException {
        known(schedule);
        return List.of(run(JobRun.State.DONE, Optional.of(DUE.plusSeconds(60)), "3 GB"));
    }

    @Override
    public String start(String schedule, boolean dryRun) throws MatriarchException {
        known(schedule);
        calls.add("start " + schedule + (dryRun ? " dry" : ""));
        return dryRun ? "" : "the-id";
    }

    @Override
    public Wish ask(String task, boolean dryRun) throws MatriarchException {
        if (!task.startsWith("backup-") && !List.of("verify", "expire", "drill").contains(task))
            throw new MatriarchException(
                    Code.REFUSED, "there is no task \"" + task + '"', "tasks here: backup-full");
        calls.add("ask " + task + (dryRun ? " dry" : ""));
        if (!dryRun) askedFor = task;
        return new Wish(dryRun ? "" : "the-id", ON_DEMAND + task, DUE);
    }

    @Override
    public void stop(String schedule) throws MatriarchException {
        known(schedule);
        calls.add("stop " + schedule);
    }
}
