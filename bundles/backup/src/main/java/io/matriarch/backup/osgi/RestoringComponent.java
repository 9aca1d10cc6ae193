package io.matriarch.backup.osgi;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.Restoring;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.restore.LocalRestores;
import io.matriarch.backup.restore.Programs;
import io.matriarch.backup.restore.RestoreJobs;
import io.matriarch.backup.restore.Restores;
import io.matriarch.postgres.api.LocalPostgres;
import io.matriarch.storage.api.Storage;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Restores that somebody asks for; repositories are open while one plans or runs. */
@Component(
        configurationPid = "io.matriarch.backup",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class RestoringComponent implements Restoring {
    private final BackupFigures figures;
    private final BackupConfig config;
    private final InstantSource clock = InstantSource.system();
    private final RestoreJobs jobs = new RestoreJobs(clock);
    private final LocalRestores local;
    private volatile @Nullable LocalPostgres postgres;

    @Activate
    public RestoringComponent(BackupConfig config, @Reference BackupFigures figures) {
        this.figures = figures;
        this.config = config;
        local =
                new LocalRestores(
                        Path.of(config.dataDir()), config.restoreCommand(), config.processes());
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindPostgres(LocalPostgres there) {
        postgres = there;
    }

    void unbindPostgres(LocalPostgres gone) {
        if (postgres == gone) postgres = null;
    }

    private Programs programs() throws MatriarchException {
        var server = postgres;
        return Optional.ofNullable(server)
                .flatMap(LocalPostgres::programs)
                .map(directory -> new Programs(directory, List.of()))
                .orElseThrow(() ->
                        new MatriarchException(
                                Code.POSTGRES_BINARIES,
                                "PostgreSQL's programs are not known here",
                                "name their directory: postgresql.bin_dir"));
    }

    @Deactivate
    public void stop() {
        jobs.close();
    }

    @Override
    public Plan plan(Wanted wanted) throws MatriarchException {
        var ask = local.ask(wanted);
        return with(restores -> {
            var planned = restores.plan(ask);
            local.check(wanted, planned);
            return LocalRestores.plan(wanted, planned);
        });
    }

    @Override
    public String start(Wanted wanted) throws MatriarchException {
        var plan = plan(wanted); // refused at once, not by a job that fails
        var ask = local.ask(wanted);
        var programs = wanted.replacement() ? Optional.of(programs()) : Optional.<Programs>empty();
        return jobs.start(
                wanted.target(),
                plan.repository(),
                Path.of(plan.directory()).normalize(),
                progress ->
                        with(restores -> {
                            var begun = clock.instant();
                            var planned = restores.plan(ask);
                            local.check(wanted, planned);
                            return LocalRestores.run(restores, planned, progress, begun, programs);
                        }));
    }

    @Override
    public List<Job> jobs() {
        return jobs.jobs();
    }

    @Override
    public void cancel(String id) throws MatriarchException {
        jobs.cancel(id);
    }

    private interface Use<T> {
        T of(Restores restores) throws MatriarchException;
    }

    private <T> T with(Use<T> use) throws MatriarchException {
        var open = new ArrayList<Storage>();
        try {
            var repositories = new ArrayList<Repository>();
            for (String json : config.repositories()) {
                var one = ConfiguredRepository.read(json);
                var storage = figures.open(one);
                open.add(storage);
                repositories.add(new Repository(one.name(), storage, one.passphrase()));
            }
            return use.of(new Restores(repositories, config.stanza(), clock));
        } finally {
            open.forEach(Storage::close);
        }
    }
}
