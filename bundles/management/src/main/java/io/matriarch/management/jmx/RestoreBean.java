package io.matriarch.management.jmx;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.Restoring;
import io.matriarch.backup.api.Restoring.Job;
import io.matriarch.backup.api.Restoring.State;
import io.matriarch.failover.api.Answer;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.core.Refused;
import io.matriarch.management.core.Requests;
import io.matriarch.management.core.Route;
import java.time.Duration;
import java.util.List;

final class RestoreBean implements RestoreMXBean {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int DONE = 200;
    private static final int ACCEPTED = 202;
    private static final int CANCELLED = 409;
    private static final int FAILED = 500;
    private static final int UNKNOWN = 503;

    private final Neighbours neighbours;
    private final Jobs jobs;

    RestoreBean(Neighbours neighbours, Jobs jobs) {
        this.neighbours = neighbours;
        this.jobs = jobs;
    }

    @Override
    public List<Views.Restore> getRestores() {
        return Calls.get(
                () -> neighbours.restoring().jobs().stream().map(Views.Restore::of).toList());
    }

    @Override
    public int getRunningCount() {
        return (int) getRestores().stream().filter(each -> each.state().equals("running")).count();
    }

    private static Restoring.Wanted wanted(
            String target,
            String directory,
            String timeline,
            String backup,
            String tablespaces,
            String databases,
            boolean delta)
            throws Refused {
        return Requests.restore(
                Calls.parameters(
                        Route.RESTORE,
                        Calls.named(
                                "target", target,
                                "directory", directory,
                                "timeline", timeline,
                                "backup", backup,
                                "tablespaces", tablespaces,
                                "databases", databases,
                                "delta", delta)));
    }

    @Override
    public Views.RestorePlan plan(
            String target,
            String directory,
            String timeline,
            String backup,
            String tablespaces,
            String databases,
            boolean delta) {
        return Calls.get(() -> {
            try {
                return Views.RestorePlan.of(
                        neighbours
                                .restoring()
                                .plan(
                                        wanted(
                                                target,
                                                directory,
                                                timeline,
                                                backup,
                                                tablespaces,
                                                databases,
                                                delta)));
            } catch (MatriarchException e) {
                throw Refused.of(e);
            }
        });
    }

    @Override
    public JobView restore(
            String target,
            String directory,
            String timeline,
            String backup,
            String tablespaces,
            String databases,
            boolean delta) {
        return jobs.start(
                "restore",
                (Jobs.LongWork)
                        progress -> {
                            try {
                                var wanted =
                                        wanted(
                                                target,
                                                directory,
                                                timeline,
                                                backup,
                                                tablespaces,
                                                databases,
                                                delta);
                                return follow(neighbours.restoring().start(wanted), progress);
                            } catch (MatriarchException e) {
                                throw Refused.of(e);
                            }
                        });
    }

    private Answer follow(String id, Jobs.Progress progress) throws Refused {
        try {
            for (; ; Thread.sleep(LOOK_EVERY)) {
                var found = neighbours.restoring().jobs().stream();
                var job = found.filter(each -> each.id().equals(id)).findFirst();
                if (job.isEmpty())
                    return new Answer(
                            UNKNOWN, "the agent was started anew, restore " + id + " ended");
                if (job.get().state() != State.RUNNING) return ended(job.get());
                progress.tell(job.get().text(), ProgressView.of(job.get().progress()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(UNKNOWN, "restore " + id + " goes on");
        }
    }

    private static Answer ended(Job job) {
        int status =
                switch (job.state()) {
                    case DONE -> DONE;
                    case CANCELLED -> CANCELLED;
                    case FAILED -> FAILED;
                    case RUNNING -> throw new IllegalArgumentException("not ended: " + job.id());
                };
        return new Answer(status, job.text());
    }

    @Override
    public Views.Outcome cancel(String id) {
        return Calls.perform(() -> {
            try {
                neighbours.restoring().cancel(id);
                return new Answer(ACCEPTED, "restore " + id + " is asked to end");
            } catch (MatriarchException e) {
                throw Refused.of(e);
            }
        });
    }
}
