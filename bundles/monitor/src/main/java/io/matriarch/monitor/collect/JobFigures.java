package io.matriarch.monitor.collect;

import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import io.matriarch.monitor.core.Samples;
import io.matriarch.schedule.api.ClusterJobs.Job;
import io.matriarch.schedule.api.ClusterJobs.JobRun;
import io.matriarch.schedule.api.ClusterJobs.JobRun.State;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** How the last runs of the cluster's jobs ended, as figures. */
public final class JobFigures {
    private static final String BACKUP = "backup-";

    private static final Metric RESULT =
            Native.gauge(
                    "backup_last_result",
                    "1 if the last backup of that type went well, 0 if it failed; repo: those it was"
                            + " to go to, separated by commas. What a person stopped, or nobody"
                            + " could run, is not counted.",
                    "repo",
                    "type");

    private JobFigures() {}

    public static List<Metric> metrics() {
        return List.of(RESULT);
    }

    /**
     * What is known of a schedule.
     *
     * @param ended its runs that are over, in any order
     */
    public record Known(Job job, List<JobRun> ended) {
        public Known {
            ended = List.copyOf(ended);
        }
    }

    /**
     * @param repositories where backups go
     */
    public static void add(List<Known> all, List<String> repositories, Samples out) {
        var newest = new TreeMap<String, JobRun>();
        for (var known : all) {
            if (!known.job().task().startsWith(BACKUP)) continue;
            last(known)
                    .ifPresent(run ->
                            newest.merge(
                                    known.job().task().substring(BACKUP.length()),
                                    run,
                                    (a, b) -> at(a).isAfter(at(b)) ? a : b));
        }
        newest.forEach((type, run) ->
                out.add(
                        RESULT,
                        run.state() == State.DONE ? 1 : 0,
                        String.join(",", repositories),
                        type));
    }

    /** Whether a schedule has anything to tell. */
    public static boolean wants(Job job) {
        return job.task().startsWith(BACKUP) && job.last().isPresent();
    }

    /** Whether a run is over, and by itself. */
    public static boolean counts(JobRun run) {
        return run.state() == State.DONE || run.state() == State.FAILED;
    }

    private static Optional<JobRun> last(Known known) {
        return known.ended().stream()
                .filter(JobFigures::counts)
                .max(Comparator.comparing(JobFigures::at));
    }

    private static Instant at(JobRun run) {
        return run.ended().orElse(run.due());
    }
}
