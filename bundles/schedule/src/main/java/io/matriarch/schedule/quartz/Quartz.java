package io.matriarch.schedule.quartz;

import java.util.concurrent.atomic.AtomicLong;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.core.QuartzScheduler;
import org.quartz.core.QuartzSchedulerResources;
import org.quartz.impl.DefaultThreadExecutor;
import org.quartz.impl.StdJobRunShellFactory;
import org.quartz.impl.StdScheduler;
import org.quartz.simpl.CascadingClassLoadHelper;
import org.quartz.simpl.RAMJobStore;
import org.quartz.simpl.SimpleThreadPool;
import org.quartz.spi.JobFactory;

/**
 * Puts a scheduler together by hand: its factories read property files, load classes by name and
 * keep the scheduler in a static table, none of which suits a bundle that comes and goes.
 */
final class Quartz {
    private static final int THREADS = 3;
    private static final long IDLE_WAIT_MILLIS = 30_000;
    private static final long STORE_RETRY_MILLIS = 15_000; // of no use with a store in memory
    private static final AtomicLong COUNT = new AtomicLong();

    private Quartz() {}

    static Scheduler start(JobFactory jobs) throws SchedulerException {
        String name = "matriarch-" + COUNT.incrementAndGet();
        var threads = new SimpleThreadPool(THREADS, Thread.NORM_PRIORITY);
        threads.setMakeThreadsDaemons(true);
        threads.setInstanceName(name);
        threads.setThreadNamePrefix("schedule");
        threads.initialize();
        var store = new RAMJobStore();
        var shells = new StdJobRunShellFactory();

        var parts = new QuartzSchedulerResources();
        parts.setName(name);
        parts.setInstanceId(name);
        parts.setThreadName("schedule-clock");
        parts.setMakeSchedulerThreadDaemon(true);
        parts.setThreadPool(threads);
        parts.setThreadExecutor(new DefaultThreadExecutor());
        parts.setJobStore(store);
        parts.setJobRunShellFactory(shells);
        parts.setJMXExport(false);

        var core = new QuartzScheduler(parts, IDLE_WAIT_MILLIS, STORE_RETRY_MILLIS);
        store.initialize(new CascadingClassLoadHelper(), core.getSchedulerSignaler());
        var scheduler = new StdScheduler(core);
        shells.initialize(scheduler);
        core.initialize();
        scheduler.setJobFactory(jobs);
        scheduler.start();
        return scheduler;
    }
}
