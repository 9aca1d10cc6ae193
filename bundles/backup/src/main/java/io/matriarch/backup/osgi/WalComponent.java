package io.matriarch.backup.osgi;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.WalArchive;
import io.matriarch.backup.engine.sql.MemberWal;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.restore.RepositoryReplica;
import io.matriarch.backup.restore.Restores;
import io.matriarch.backup.wal.ArchiveWatch;
import io.matriarch.backup.wal.WalService;
import io.matriarch.backup.wal.WalSettings;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import io.matriarch.backup.wal.check.WalSource;
import io.matriarch.failover.api.Failover;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.api.LocalPostgres;
import io.matriarch.postgres.api.ReplicaSource;
import io.matriarch.storage.api.Storage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Logger log = LoggerFactory.getLogger(WalComponent.class);

    /** States of members whose server answers questions. */
    private static final Set<String> RUNNING =
            Set.of("running", "streaming", "in archive recovery");

    private final List<Storage> storages = new ArrayList<>();
    private final List<ServiceRegistration<?>> services = new ArrayList<>();
    private final WalService service;
    private final ArchiveWatch watch;

    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL)
    private volatile @Nullable Failover failover;

    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL)
    private volatile @Nullable LocalPostgres postgres;

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
            service =
                    new WalService(
                            settings(config), archives, () -> members(config), Clock.systemUTC());
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

    /** Whose {@code pg_wal} may have what the archive lacks: every other member that runs. */
    private List<WalSource> members(BackupConfig config) {
        var agent = failover;
        var server = postgres;
        var sources = new ArrayList<WalSource>();
        if (agent == null || server == null) return sources;
        try {
            for (var member : agent.cluster().members())
                if (!member.name().equals(config.name()) && RUNNING.contains(member.state()))
                    sources.add(
                            new MemberWal(
                                    member.name(),
                                    ConfiguredBackup.access(
                                            config.authentication(),
                                            new HostPort(member.host(), member.port()),
                                            server.database())));
        } catch (MatriarchException | IllegalArgumentException e) {
            log.warn("the other members cannot be asked for WAL: {}", e.getMessage());
        }
        return sources;
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
