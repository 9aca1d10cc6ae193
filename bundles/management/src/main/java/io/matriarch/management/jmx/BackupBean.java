package io.matriarch.management.jmx;

import io.matriarch.api.MatriarchException;
import io.matriarch.failover.api.Answer;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.core.Refused;
import io.matriarch.management.core.Route;
import io.matriarch.management.core.Task;
import java.util.List;

/** Operations and not attributes: consoles read attributes every few seconds. */
final class BackupBean implements BackupMXBean {
    private static final int OK = 200;

    private final Neighbours neighbours;
    private final Jobs jobs;
    private final TaskRuns runs;

    BackupBean(Neighbours neighbours, Jobs jobs) {
        this.neighbours = neighbours;
        this.jobs = jobs;
        runs = new TaskRuns(neighbours);
    }

    @Override
    public List<Views.BackupRepository> repositories() {
        return Calls.get(() ->
                neighbours.backups().repositories().stream()
                        .map(Views.BackupRepository::of)
                        .toList());
    }

    @Override
    public List<Views.Expiry> expiry() {
        return Calls.get(
                () -> neighbours.backups().expiry().stream().map(Views.Expiry::of).toList());
    }

    @Override
    public JobView backup(String type) {
        try {
            String task = task(type);
            return jobs.start("backup", (Jobs.LongWork) progress -> runs.run(task, progress));
        } catch (Refused e) {
            return jobs.refused("backup", e);
        }
    }

    private static String task(String type) throws Refused {
        return Task.backup(Calls.parameters(Route.BACKUP, Calls.named("type", type)));
    }

    @Override
    public Views.Outcome backupDryRun(String type) {
        return Calls.perform(() -> dry(task(type)));
    }

    private Answer dry(String task) throws Refused {
        try {
            neighbours.clusterJobs().ask(task, true);
        } catch (MatriarchException e) {
            throw Refused.of(e);
        }
        return new Answer(OK, task + " would be asked for");
    }

    @Override
    public Views.Outcome verifyDryRun() {
        return Calls.perform(() -> dry("verify"));
    }

    @Override
    public Views.Outcome expireDryRun() {
        return Calls.perform(() -> dry("expire"));
    }

    @Override
    public Views.Outcome drillDryRun() {
        return Calls.perform(() -> dry("drill"));
    }

    @Override
    public JobView verify() {
        return jobs.start("verify", (Jobs.LongWork) progress -> runs.run("verify", progress));
    }

    @Override
    public JobView drill() {
        return jobs.start("drill", (Jobs.LongWork) progress -> runs.run("drill", progress));
    }

    @Override
    public JobView expire() {
        return jobs.start("expire", (Jobs.LongWork) progress -> runs.run("expire", progress));
    }
}
