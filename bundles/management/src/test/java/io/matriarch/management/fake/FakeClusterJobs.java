package io.matriarch.management.fake;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.schedule.api.ClusterJobs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One schedule, {@code full}, running on n2; it ran once before. */
public final class FakeClusterJobs implements ClusterJobs {
    private static final Instant DUE = Instant.parse("2026-11-22T01:30:00Z");
    public final List<String> calls = new ArrayList<>();

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
                text);
    }

    private static void known(String schedule) throws MatriarchException {
        if (!schedule.equals("full"))
            throw new MatriarchException(
                    Code.REFUSED, "there is no schedule \"" + schedule + '"', "there is: full");
    }

    @Override
    public List<Job> jobs() {
        var running = run(JobRun.State.RUNNING, Optional.empty(), "40 %");
        return List.of(
                new Job(
                        "full",
                        "backup-full",
                        "0 30 1 ? * SUN",
                        "UTC",
                        Optional.of(Instant.parse("2026-11-29T01:30:00Z")),
                        Optional.of(running)));
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
    public void stop(String schedule) throws MatriarchException {
        known(schedule);
        calls.add("stop " + schedule);
    }
}
