package io.matriarch.backup.osgi;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.WalArchive;
import io.matriarch.backup.drill.Drill;
import io.matriarch.backup.engine.BackupEnvironment;
import io.matriarch.backup.engine.BackupEnvironment.LoadSource;
import io.matriarch.backup.engine.sql.PgServer;
import io.matriarch.backup.fence.StockLock;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.restore.Programs;
import io.matriarch.backup.restore.Restores;
import io.matriarch.backup.task.MakeBackup;
import io.matriarch.backup.task.Placement;
import io.matriarch.backup.task.ProgressText;
import io.matriarch.backup.task.SharedDirectory;
import io.matriarch.failover.api.Failover;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.api.LocalPostgres;
import io.matriarch.schedule.api.ClusterTask;
import io.matriarch.storage.api.Location;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/**
 * The tasks {@code backup-full}, {@code backup-diff} and {@code backup-incr}. The parts of the
 * agent it asks may be swapped while a backup runs: each is looked up when it is needed.
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = "io.matriarch.backup",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class BackupComponent {
    /** One of them at a time in the cluster, and none beside an expiry. */
    static final String GROUP = "backup";

    private static final String TASK = "backup-";

    private final BackupConfig config;
    private final BackupFigures figures;
    private final InstantSource clock = InstantSource.system();
    private final MakeBackup make = new MakeBackup(clock);
    private final List<ServiceRegistration<?>> services = new ArrayList<>();

    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL)
    private volatile @Nullable LocalPostgres postgres;

    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL)
    private volatile @Nullable Failover failover;

    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL)
    private volatile @Nullable WalArchive archive;

    @Activate
    public BackupComponent(
            BundleContext context, BackupConfig config, @Reference BackupFigures figures) {
        this.config = config;
        this.figures = figures;
        for (var type : BackupType.values())
            services.add(
                    context.registerService(
                            ClusterTask.class,
                            new Task(type),
                            new Hashtable<>(
                                    Map.of(
                                            ClusterTask.NAME,
                                            TASK + type,
                                            ClusterTask.GROUP,
                                            GROUP))));
        services.add(
                context.registerService(
                        ClusterTask.class,
                        new DrillTask(),
                        new Hashtable<>(Map.of(ClusterTask.NAME, "drill"))));
    }

    @Deactivate
    public void stop() {
        services.forEach(ServiceRegistration::unregister);
    }

    private final class Task implements ClusterTask {
        private final BackupType type;

        Task(BackupType type) {
            this.type = type;
        }

        @Override
        public Fitness fitness() {
            var agent = failover;
            if (agent == null) return new Fitness.Unfit("the failover agent is not there");
            if (postgres == null) return new Fitness.Unfit("PostgreSQL's minder is not there");
            if (archive == null) return new Fitness.Unfit("the WAL archive is not there");
            return Placement.of(
                    ConfiguredBackup.preference(config.from()),
                    config.name(),
                    agent.cluster(),
                    uselessOnStandby());
        }

        @Override
        public String run(Run run) throws MatriarchException, InterruptedException {
            return new EachRepository(config.repositories())
                    .run(json -> one(ConfiguredRepository.read(json), json, run));
        }

        private String one(ConfiguredRepository one, String json, Run run)
                throws MatriarchException, InterruptedException {
            try (var _ = StockLock.take(Path.of(config.stockLockDir()), config.stanza());
                    var storage = figures.open(one)) {
                var repository = new Repository(one.name(), storage, one.passphrase());
                String source = source();
                return make.run(
                        environment(repository),
                        ConfiguredBackup.request(config, type),
                        ConfiguredRetention.read(json),
                        now -> {
                            figures.running().standing(one.name(), source, now);
                            var at = clock.instant();
                            run.progress(
                                    ProgressText.of(one.name(), now, at),
                                    ProgressText.figures(one.name(), now, at));
                        });
            } catch (MatriarchException e) {
                if (!Thread.currentThread().isInterrupted()) figures.failed(one.name(), e.code());
                throw e;
            } finally {
                figures.running().ended(one.name());
            }
        }

        /** Whose files are read: it is made where it runs. */
        private String source() throws MatriarchException {
            return here(failover, "the failover agent").node().leader() ? "primary" : "standby";
        }
    }

    private final class DrillTask implements ClusterTask {
        @Override
        public Fitness fitness() {
            var server = postgres;
            var agent = failover;
            if (server == null || server.programs().isEmpty())
                return new Fitness.Unfit("PostgreSQL's programs are not there");
            if (agent == null) return new Fitness.Unfit("the failover agent is not there");
            return Placement.ofDrill(agent.node().leader(), uselessOnStandby());
        }

        @Override
        public String run(Run run) throws MatriarchException, InterruptedException {
            return new EachRepository(config.repositories())
                    .run(json -> one(ConfiguredRepository.read(json), run));
        }

        private String one(ConfiguredRepository one, Run run)
                throws MatriarchException, InterruptedException {
            var server = here(postgres, "PostgreSQL's minder");
            var access =
                    ConfiguredBackup.access(
                            config.authentication(), server.localAddress(), server.database());
            String folder = config.drillDirectory();
            try (var storage = figures.open(one)) {
                var repository = new Repository(one.name(), storage, one.passphrase());
                var setting =
                        new Drill.Setting(
                                config.name(),
                                folder.isEmpty()
                                        ? Path.of(config.spoolDir(), "drill")
                                        : Path.of(folder),
                                new Programs(
                                        here(
                                                server.programs().orElse(null),
                                                "PostgreSQL's program directory"),
                                        List.of()),
                                access.user(),
                                server.database(),
                                config.restoreCommand(),
                                List.of(config.drillSql()),
                                config.processes());
                return new Drill(setting, clock)
                        .run(
                                new Restores(List.of(repository), config.stanza(), clock),
                                run::progress);
            }
        }
    }

    /** A directory of this node alone is no place for a standby's backup. */
    private Optional<String> uselessOnStandby() {
        try {
            for (String json : config.repositories()) {
                var one = ConfiguredRepository.read(json);
                if (!(one.location() instanceof Location.Directory(Path root))) continue;
                var trouble = SharedDirectory.trouble(one.name(), root, config.stanza());
                if (trouble.isPresent()) return trouble;
            }
            return Optional.empty();
        } catch (MatriarchException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private BackupEnvironment environment(Repository repository) throws MatriarchException {
        var server = here(postgres, "PostgreSQL's minder");
        var access =
                ConfiguredBackup.access(
                        config.authentication(), server.localAddress(), server.database());
        return new BackupEnvironment(
                repository.stanza(config.stanza()),
                config.name(),
                () -> PgServer.open(access),
                server.dataDirectory(),
                (first, last, patience) ->
                        here(archive, "the WAL archive").awaitArchived(first, last, patience),
                this::endSegmentOfPrimary,
                LoadSource.OF_SERVER,
                Path.of(config.spoolDir(), "backup"),
                clock);
    }

    private void endSegmentOfPrimary() throws MatriarchException {
        var cluster = here(failover, "the failover agent").cluster();
        var primary =
                cluster.members().stream()
                        .filter(member -> member.name().equals(cluster.leader()))
                        .findFirst()
                        .orElseThrow(() ->
                                new MatriarchException(
                                        Code.BACKUP,
                                        "nobody leads the cluster",
                                        "wait for a leader: matriarchctl list"));
        var address = new HostPort(primary.host(), primary.port());
        String database = here(postgres, "PostgreSQL's minder").database();
        PgServer.switchWal(ConfiguredBackup.access(config.authentication(), address, database));
    }

    private static <T> T here(@Nullable T service, String what) throws MatriarchException {
        if (service != null) return service;
        throw new MatriarchException(
                Code.BACKUP,
                what + " is not there",
                "one of the agent's bundles is being swapped, or does not start: matriarchctl"
                        + " bundles");
    }
}
