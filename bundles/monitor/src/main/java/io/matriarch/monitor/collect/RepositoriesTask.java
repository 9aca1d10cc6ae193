package io.matriarch.monitor.collect;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.Backups;
import io.matriarch.backup.api.RepositoryStatus;
import io.matriarch.backup.api.WalArchive;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.core.RepositoryFigures;
import io.matriarch.monitor.core.Samples;
import io.matriarch.schedule.api.ClusterJobs;
import io.matriarch.schedule.api.ClusterJobs.Job;
import io.matriarch.schedule.api.ClusterJobs.JobRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What lies in the repositories, and how backups ended. A look costs requests to their servers, so
 * it is rare.
 */
public final class RepositoriesTask implements Task {
    private final Identity identity;
    private final Supplier<Optional<Backups>> backups;
    private final Supplier<Optional<WalArchive>> archive;
    private final Supplier<Optional<ClusterJobs>> jobs;
    private final Duration interval;

    public RepositoriesTask(
            Identity identity,
            Supplier<Optional<Backups>> backups,
            Supplier<Optional<WalArchive>> archive,
            Supplier<Optional<ClusterJobs>> jobs,
            Duration interval) {
        this.identity = identity;
        this.backups = backups;
        this.archive = archive;
        this.jobs = jobs;
        this.interval = interval;
    }

    @Override
    public String id() {
        return "repositories";
    }

    @Override
    public Duration interval() {
        return interval;
    }

    /** A server that is away may take all the time there is. */
    @Override
    public boolean apart() {
        return true;
    }

    @Override
    public Outcome ask(Instant now) {
        var there = backups.get();
        if (there.isEmpty()) return new Outcome.NotAsked();
        var out = new Samples(identity);
        var repositories = there.get().repositories();
        for (var status : repositories) RepositoryFigures.add(status, out);
        RepositoryFigures.addDrills(repositories, out);
        RepositoryFigures.addRestoreTimes(repositories, out);
        for (var expiry : there.get().expiry()) RepositoryFigures.add(expiry, out);
        var names = repositories.stream().map(RepositoryStatus::name).toList();
        archive.get()
                .flatMap(WalArchive::lastCheck)
                .ifPresent(check -> RepositoryFigures.add(check, names, out));
        try {
            JobFigures.add(runs(), names, out);
        } catch (MatriarchException e) {
            return new Outcome.Partly(out.families(), String.valueOf(e.getMessage()));
        }
        return new Outcome.Answered(out.families());
    }

    private List<JobFigures.Known> runs() throws MatriarchException {
        var known = new ArrayList<JobFigures.Known>();
        var cluster = jobs.get();
        if (cluster.isEmpty()) return known;
        for (var job : cluster.get().jobs())
            if (JobFigures.wants(job))
                known.add(new JobFigures.Known(job, ended(cluster.get(), job)));
        return known;
    }

    /** Only while one is running, or did not run, the one before it has to be looked up. */
    private static List<JobRun> ended(ClusterJobs jobs, Job job) throws MatriarchException {
        var last = job.last().orElseThrow();
        return JobFigures.counts(last) ? List.of(last) : jobs.history(job.schedule());
    }
}
