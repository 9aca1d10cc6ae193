package io.matriarch.backup.osgi;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.expire.core.Retention;
import io.matriarch.backup.fence.StockLock;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.task.Expire;
import io.matriarch.backup.task.Verify;
import io.matriarch.schedule.api.ClusterTask;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** What schedules of the cluster can run here while a repository is configured. */
@Component(
        immediate = true,
        service = {},
        configurationPid = "io.matriarch.backup",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class TasksComponent {
    private final BackupFigures figures;
    private final String stanza;
    private final String[] configured;
    private final List<ServiceRegistration<?>> services = new ArrayList<>();

    @Activate
    public TasksComponent(
            BundleContext context, BackupConfig config, @Reference BackupFigures figures) {
        this.figures = figures;
        stanza = config.stanza();
        configured = config.repositories();
        var clock = InstantSource.system();
        var verify = new Verify(config.processes(), Path.of(config.spoolDir(), "verify"), clock);
        var expire = new Expire(clock);
        register(context, "verify", (at, _, run) -> verify.run(at, run::progress));
        var locks = Path.of(config.stockLockDir());
        register(
                context,
                "expire",
                (at, retention, run) -> {
                    try (var _ = StockLock.take(locks, at.name())) {
                        return expire.run(at, retention, run::progress);
                    }
                });
    }

    /** Nothing expires under a backup that is being made. */
    private static Map<String, String> properties(String name) {
        return name.equals("expire")
                ? Map.of(ClusterTask.NAME, name, ClusterTask.GROUP, BackupComponent.GROUP)
                : Map.of(ClusterTask.NAME, name);
    }

    private interface Work {
        String on(Stanza stanza, Retention retention, ClusterTask.Run run)
                throws MatriarchException, InterruptedException;
    }

    private void register(BundleContext context, String name, Work work) {
        services.add(
                context.registerService(
                        ClusterTask.class, new Task(work), new Hashtable<>(properties(name))));
    }

    private final class Task implements ClusterTask {
        private final Work work;

        Task(Work work) {
            this.work = work;
        }

        @Override
        public Fitness fitness() {
            return new Fitness.Fit(0, "repositories are configured");
        }

        @Override
        public String run(Run run) throws MatriarchException, InterruptedException {
            return new EachRepository(configured).run(json -> one(json, run));
        }

        private String one(String json, Run run) throws MatriarchException, InterruptedException {
            var one = ConfiguredRepository.read(json);
            run.progress("in repository " + one.name());
            try (var storage = figures.open(one)) {
                var repository = new Repository(one.name(), storage, one.passphrase());
                return work.on(repository.stanza(stanza), ConfiguredRetention.read(json), run);
            }
        }
    }

    @Deactivate
    public void stop() {
        services.forEach(ServiceRegistration::unregister);
    }
}
