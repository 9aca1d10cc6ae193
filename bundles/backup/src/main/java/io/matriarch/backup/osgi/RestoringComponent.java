package io.matriarch.backup.osgi;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.Restoring;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.restore.LocalRestores;
import io.matriarch.backup.restore.RestoreJobs;
import io.matriarch.backup.restore.Restores;
import io.matriarch.storage.api.Storage;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

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

    @Activate
    public RestoringComponent(BackupConfig config, @Reference BackupFigures figures) {
        this.figures = figures;
        this.config = config;
        local =
                new LocalRestores(
                        Path.of(config.dataDir()), config.restoreCommand(), config.processes());
    }

    @Deactivate
    public void stop() {
        jobs.close();
    }

    @Override
    public Plan plan(Wanted wanted) throws MatriarchException {
        var ask = local.ask(wanted);
        return with(restores -> LocalRestores.plan(wanted, restores.plan(ask)));
    }

    @Override
    public String start(Wanted wanted) throws MatriarchException {
        var plan = plan(wanted); // refused at once, not by a job that fails
        var ask = local.ask(wanted);
        return jobs.start(
                wanted.target(),
                plan.repository(),
                Path.of(wanted.directory()).normalize(),
                progress ->
                        with(restores -> {
                            var begun = clock.instant();
                            return LocalRestores.run(restores, restores.plan(ask), progress, begun);
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
