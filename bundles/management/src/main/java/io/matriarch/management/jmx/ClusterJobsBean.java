package io.matriarch.management.jmx;

import io.matriarch.api.MatriarchException;
import io.matriarch.failover.api.Answer;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.core.Refused;
import io.matriarch.schedule.api.ClusterJobs;
import io.matriarch.schedule.api.ClusterJobs.JobRun.State;
import java.util.List;

final class ClusterJobsBean implements ClusterJobsMXBean {
    private final Neighbours neighbours;

    ClusterJobsBean(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    private interface Ask<T> {
        T of(ClusterJobs jobs) throws MatriarchException;
    }

    private <T> T ask(Ask<T> what) throws Refused {
        try {
            return what.of(neighbours.clusterJobs());
        } catch (MatriarchException e) {
            throw Refused.of(e);
        }
    }

    @Override
    public List<Views.ClusterJob> getJobs() {
        return Calls.get(
                () -> ask(jobs -> jobs.jobs().stream().map(Views.ClusterJob::of).toList()));
    }

    @Override
    public int getRunningCount() {
        return (int)
                getJobs().stream()
                        .filter(job -> job.last().state().equals(Views.name(State.RUNNING)))
                        .count();
    }

    @Override
    public List<Views.JobRun> history(String schedule) {
        return Calls.get(
                () -> ask(jobs -> jobs.history(schedule).stream().map(Views.JobRun::of).toList()));
    }

    @Override
    public Views.Outcome start(String schedule) {
        return Calls.perform(() -> {
            String id = ask(jobs -> jobs.start(schedule, false));
            return new Answer(202, schedule + " began on this member, run " + id);
        });
    }

    @Override
    public Views.Outcome startDryRun(String schedule) {
        return Calls.perform(() -> {
            ask(jobs -> jobs.start(schedule, true));
            return new Answer(200, schedule + " would begin on this member");
        });
    }

    @Override
    public Views.Outcome stop(String schedule) {
        return Calls.perform(() ->
                ask(jobs -> {
                    jobs.stop(schedule);
                    return new Answer(202, schedule + " is asked to stop");
                }));
    }
}
