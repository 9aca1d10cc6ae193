package io.matriarch.backup.osgi;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.WalArchive;
import io.matriarch.backup.api.WalSource;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.restore.RepositoryReplica;
import io.matriarch.backup.restore.Restores;
import io.matriarch.backup.wal.ArchiveWatch;
import io.matriarch.backup.wal.WalService;
import io.matriarch.backup.wal.WalSettings;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import io.matriarch.postgres.api.ReplicaSource;
import io.matriarch.storage.api.Storage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Puts the WAL archive, and replicas out of backups, into the framework while a repository is
 * configured.
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = "io.matriarch.backup",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = BackupConfig.class)
public final class WalComponent {
    private final List<WalSource> others = new CopyOnWriteArrayList<>();
    private final List<Storage> storages = new ArrayList<>();
    private final List<ServiceRegistration<?>> services = new ArrayList<>();
    private final WalService service;
    private final ArchiveWatch watch;

    @Activate
    public WalComponent(
            BundleContext context, BackupConfig config, @Reference BackupFigures figures)
            throws MatriarchException {
        var archives = new ArrayList<RepositoryArchive>();
        var repositories = new ArrayList<Repository>();
        try {
            for (String json : config.repositories()) {
                var configured = ConfiguredRepository.read(json);
                var storage = figures.open(configured);
                storages.add(storage);
                var repository =
                        new Repository(configured.name(), storage, configured.passphrase());
                repositories.add(repository);
                archives.add(
                        new RepositoryArchive(
                                repository.stanza(config.stanza()), configured.required()));
            }
            service = new WalService(settings(config), archives, () -> others, Clock.systemUTC());
        } catch (MatriarchException | RuntimeException e) {
            storages.forEach(Storage::close);
            throw e;
        }
        watch = new ArchiveWatch(service, archives, Path.of(config.dataDir()));
        services.add(context.registerService(WalArchive.class, service, null));
        services.add(
                context.registerService(
                        ReplicaSource.class,
                        new RepositoryReplica(
                                new Restores(repositories, config.stanza(), Clock.systemUTC()),
                                config.archiveProcesses()),
                        null));
        services.add(
                context.registerService(
                        WalSource.class,
                        service.local(),
                        new Hashtable<>(Map.of(WalSource.LOCAL, true))));
    }

    private static WalSettings settings(BackupConfig config) {
        var compression = ConfiguredBackup.compression(config);
        int level = ConfiguredBackup.level(config, compression);
        return new WalSettings(
                config.name(),
                config.stanza(),
                Path.of(config.dataDir()),
                Path.of(config.stateDir(), "run", "wal.sock"),
                Path.of(config.spoolDir()),
                config.archivePrefetch(),
                compression,
                level,
                config.archiveProcesses(),
                config.archiveProcesses());
    }

    @Reference(
            target = "(!(" + WalSource.LOCAL + "=true))",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addSource(WalSource source) {
        others.add(source);
    }

    void removeSource(WalSource source) {
        others.remove(source);
    }

    /** PostgreSQL's commands find nobody until the next instance listens, and try again. */
    @Deactivate
    public void stop() {
        services.forEach(ServiceRegistration::unregister);
        watch.close();
        service.close();
        storages.forEach(Storage::close);
    }
}
