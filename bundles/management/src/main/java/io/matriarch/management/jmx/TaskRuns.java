package io.matriarch.management.jmx;

import io.matriarch.api.MatriarchException;
import io.matriarch.failover.api.Answer;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.core.Refused;
import io.matriarch.schedule.api.ClusterJobs.JobRun;
import io.matriarch.schedule.api.ClusterJobs.Wish;
import java.time.Duration;
import java.util.Optional;

/** Asks for a run of one of the cluster's tasks and follows it, on whatever member it is. */
final class TaskRuns {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** A store or a bundle that is away for a moment ends nothing; for longer it does. */
    private static final int MOST_FAILURES = 120;

    private static final int DONE = 200;
    private static final int STOPPED = 409;
    private static final int SKIPPED = 412;
    private static final int FAILED = 500;
    private static final int UNKNOWN = 503;

    private final Neighbours neighbours;

    TaskRuns(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    /** Returns when it is over. */
    Answer run(String task, Jobs.Progress progress) throws Refused {
        try {
            var wish = neighbours.clusterJobs().ask(task, false);
            return follow(wish, progress);
        } catch (MatriarchException e) {
            throw Refused.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(UNKNOWN, task + " goes on; ClusterJobs tells how it ends");
        }
    }

    private Answer follow(Wish wish, Jobs.Progress progress) throws InterruptedException {
        String told = "";
        String why = "";
        for (int failures = 0; failures < MOST_FAILURES; Thread.sleep(LOOK_EVERY)) {
            try {
                var run = find(wish);
                failures = 0;
                if (run.isEmpty()) continue;
                String text = run.get().text();
                if (run.get().state() != JobRun.State.RUNNING) return ended(run.get());
                if (!text.isEmpty() && !text.equals(told))
                    progress.tell(text, ProgressView.of(run.get().progress()));
                told = text;
            } catch (MatriarchException | Refused e) {
                failures++;
                why = String.valueOf(e.getMessage());
            }
        }
        return new Answer(UNKNOWN, "what became of " + wish.schedule() + " cannot be seen: " + why);
    }

    private Optional<JobRun> find(Wish wish) throws MatriarchException, Refused {
        var jobs = neighbours.clusterJobs();
        for (var job : jobs.jobs())
            if (job.schedule().equals(wish.schedule())
                    && job.last().filter(run -> run.due().equals(wish.due())).isPresent())
                return job.last();
        return jobs.history(wish.schedule()).stream()
                .filter(run -> run.due().equals(wish.due()))
                .findFirst();
    }

    private static Answer ended(JobRun run) {
        int status =
                switch (run.state()) {
                    case DONE -> DONE;
                    case STOPPED -> STOPPED;
                    case SKIPPED -> SKIPPED;
                    case FAILED -> FAILED;
                    case RUNNING -> throw new IllegalArgumentException("not ended: " + run.id());
                };
        String member = run.member().isEmpty() ? "" : run.member() + ": ";
        return new Answer(status, member + run.text());
    }
}
