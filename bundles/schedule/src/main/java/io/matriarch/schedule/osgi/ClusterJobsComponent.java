package io.matriarch.schedule.osgi;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.api.MatriarchException;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.schedule.api.ClusterJobs;
import io.matriarch.schedule.api.Schedules.Missed;
import io.matriarch.schedule.cluster.JobAgent;
import io.matriarch.schedule.cluster.JobLoop;
import io.matriarch.schedule.cluster.StoreJobs;
import io.matriarch.schedule.core.JobStore;
import io.matriarch.schedule.core.Timetable;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;

/** This member's part in the cluster's jobs, for as long as there are schedules or may be some. */
@Component(
        immediate = true,
        configurationPid = "io.matriarch.schedule",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ClusterJobsConfig.class)
public final class ClusterJobsComponent implements ClusterJobs {
    private static final Duration STORE_DEADLINE = Duration.ofSeconds(3);

    private final CurrentDcs dcs = new CurrentDcs();
    private final StoreJobs jobs;
    private final JobLoop loop;

    /**
     * @throws IOException a schedule is no JSON object
     * @throws IllegalArgumentException a schedule's cron or zone is wrong
     */
    @Activate
    public ClusterJobsComponent(BundleContext context, ClusterJobsConfig config)
            throws IOException {
        var configured = timetables(config.schedules());
        var tasks = new RegisteredClusterTasks(context);
        Supplier<List<Timetable>> timetables = () -> withThoseOnDemand(configured, tasks.names());
        var clock = InstantSource.system();
        var agent =
                new JobAgent(
                        dcs,
                        tasks,
                        new JobAgent.Surroundings(
                                config.name(),
                                JobStore.of(config.namespace(), config.scope()),
                                STORE_DEADLINE,
                                clock,
                                System::nanoTime,
                                run -> Thread.ofPlatform().name("cluster-job").start(run),
                                ClusterJobsComponent::pause));
        jobs = new StoreJobs(timetables, agent, tasks, clock);
        loop = new JobLoop(timetables, agent, clock);
    }

    private static List<Timetable> withThoseOnDemand(
            List<Timetable> configured, List<String> tasks) {
        var all = new ArrayList<>(configured);
        for (String task : tasks) all.add(Timetable.onDemand(task));
        return all;
    }

    static List<Timetable> timetables(String[] schedules) throws IOException {
        var timetables = new ArrayList<Timetable>();
        for (String schedule : schedules) timetables.add(timetable(JSON.std.mapFrom(schedule)));
        return timetables;
    }

    private static Timetable timetable(Map<String, Object> fields) {
        return new Timetable(
                text(fields, "name", ""),
                text(fields, "task", ""),
                text(fields, "cron", ""),
                ZoneId.of(text(fields, "zone", "UTC")),
                Duration.ofSeconds(Long.parseLong(text(fields, "jitter", "0"))),
                text(fields, "missed", "skip").equals("run") ? Missed.RUN_ONCE_NOW : Missed.SKIP);
    }

    private static String text(Map<String, Object> fields, String name, String fallback) {
        return String.valueOf(fields.getOrDefault(name, fallback));
    }

    private static boolean pause() {
        try {
            Thread.sleep(JobAgent.KEEP_EVERY);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Reference(
            policy = ReferencePolicy.DYNAMIC,
            cardinality = ReferenceCardinality.OPTIONAL,
            unbind = "unbindDcs")
    void bindDcs(Dcs service) {
        dcs.bind(service);
    }

    void unbindDcs(Dcs service) {
        dcs.unbind(service);
    }

    @Deactivate
    public void stop() {
        loop.close();
    }

    @Override
    public List<Job> jobs() throws MatriarchException {
        return jobs.jobs();
    }

    @Override
    public List<JobRun> history(String schedule) throws MatriarchException {
        return jobs.history(schedule);
    }

    @Override
    public String start(String schedule, boolean dryRun) throws MatriarchException {
        return jobs.start(schedule, dryRun);
    }

    @Override
    public Wish ask(String task, boolean dryRun) throws MatriarchException {
        return jobs.ask(task, dryRun);
    }

    @Override
    public void stop(String schedule) throws MatriarchException {
        jobs.stop(schedule);
    }
}
