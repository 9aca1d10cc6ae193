package io.matriarch.schedule.quartz;

import io.matriarch.schedule.api.Schedules;
import io.matriarch.schedule.core.Cron;
import io.matriarch.schedule.core.Outcome;
import io.matriarch.schedule.core.Plan;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.concurrent.ConcurrentHashMap;
import org.quartz.CronScheduleBuilder;
import org.quartz.JobBuilder;
import org.quartz.JobKey;
import org.quartz.ScheduleBuilder;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Schedules in memory. Schedules of one name never overlap themselves; what was missed while all
 * threads were busy follows {@link Schedules.Missed}; a single run is never dropped for being late.
 */
public final class QuartzSchedules implements Schedules, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QuartzSchedules.class);

    /**
     * Single runs that are over stay in the list up to this many, so that one can read how they
     * ended.
     */
    private static final int FINISHED_KEPT = 50;

    private final Map<String, Plan> plans = new ConcurrentHashMap<>();
    private final Scheduler scheduler;

    /**
     * @throws IllegalStateException if Quartz does not start
     */
    public QuartzSchedules(Tasks tasks) {
        try {
            scheduler = Quartz.start((bundle, quartz) -> new TaskJob(tasks, this::ended));
        } catch (SchedulerException e) {
            throw new IllegalStateException("the scheduler did not start: " + e.getMessage(), e);
        }
    }

    @Override
    public void at(String name, Instant when, String task) {
        var once = SimpleScheduleBuilder.simpleSchedule().withMisfireHandlingInstructionFireNow();
        add(Plan.fresh(name, task, ""), once, Date.from(when));
    }

    @Override
    public void cron(String name, String expression, ZoneId zone, Missed missed, String task) {
        var cron = Cron.parse(expression, TimeZone.getTimeZone(zone));
        var builder = CronScheduleBuilder.cronSchedule(cron);
        var schedule =
                switch (missed) {
                    case RUN_ONCE_NOW -> builder.withMisfireHandlingInstructionFireAndProceed();
                    case SKIP -> builder.withMisfireHandlingInstructionDoNothing();
                };
        add(Plan.fresh(name, task, expression.strip()), schedule, new Date());
    }

    private void add(Plan plan, ScheduleBuilder<?> schedule, Date start) {
        requireText("name of a schedule", plan.name());
        requireText("task of schedule \"" + plan.name() + "\"", plan.task());
        var job =
                JobBuilder.newJob(TaskJob.class)
                        .withIdentity(plan.name())
                        .usingJobData(TaskJob.TASK, plan.task())
                        .build();
        Trigger trigger =
                TriggerBuilder.newTrigger()
                        .withIdentity(plan.name())
                        .withSchedule(schedule)
                        .startAt(start)
                        .build();
        if (trigger.getFireTimeAfter(new Date(start.getTime() - 1000)) == null)
            throw new IllegalArgumentException(
                    "schedule \"%s\" would never run: no date fits cron expression \"%s\""
                            .formatted(plan.name(), plan.expression()));
        // First the memory, then the trigger: a run that starts at once must find its plan.
        plans.merge(plan.name(), plan, Plan::replacedBy);
        try {
            scheduler.scheduleJob(job, Set.of(trigger), true);
        } catch (SchedulerException e) {
            plans.remove(plan.name());
            throw new IllegalStateException(
                    "schedule \"%s\" was not accepted: %s".formatted(plan.name(), e.getMessage()),
                    e);
        }
    }

    private static void requireText(String what, String value) {
        if (value.isBlank()) throw new IllegalArgumentException("the " + what + " is blank");
    }

    /**
     * {@inheritDoc}
     *
     * <p>A single run that is over is forgotten too, and answered with false: nothing was
     * prevented.
     */
    @Override
    public boolean cancel(String name) {
        plans.remove(name);
        try {
            return scheduler.deleteJob(JobKey.jobKey(name));
        } catch (SchedulerException e) {
            throw new IllegalStateException(
                    "schedule \"%s\" was not cancelled: %s".formatted(name, e.getMessage()), e);
        }
    }

    @Override
    public List<Entry> list() {
        return plans.values().stream()
                .sorted(Comparator.comparing(Plan::name))
                .map(p ->
                        new Entry(
                                p.name(),
                                p.task(),
                                p.expression(),
                                next(p.name()),
                                p.previous(),
                                p.last()))
                .toList();
    }

    private Optional<Instant> next(String name) {
        try {
            return Optional.ofNullable(scheduler.getTrigger(TriggerKey.triggerKey(name)))
                    .map(Trigger::getNextFireTime)
                    .map(Date::toInstant);
        } catch (SchedulerException e) {
            throw new IllegalStateException("the scheduler does not answer: " + e.getMessage(), e);
        }
    }

    private void ended(TaskJob.Run run, Instant at) {
        // A run that outlives its schedule's replacement must not speak for the new one.
        plans.computeIfPresent(
                run.schedule(),
                (_, plan) -> {
                    if (!plan.task().equals(run.task())) return plan;
                    log(plan, run);
                    return plan.ran(at, run.outcome());
                });
        forgetOldSingleRuns();
    }

    /** Bad news once: a task that is absent for a night shall not fill the log. */
    private static void log(Plan plan, TaskJob.Run run) {
        if (plan.last().equals(run.outcome())) return;
        if (run.outcome().equals(Outcome.OK))
            LOG.info("Schedule {} ran task {}: ok", run.schedule(), run.task());
        else LOG.warn("Schedule {} of task {} {}", run.schedule(), run.task(), run.outcome());
    }

    private void forgetOldSingleRuns() {
        plans.values().stream()
                .filter(Plan::finished)
                .sorted(Comparator.comparing((Plan p) -> p.previous().orElseThrow()).reversed())
                .skip(FINISHED_KEPT)
                .forEach(old -> plans.remove(old.name(), old));
    }

    /**
     * Starts nothing more and returns at once. A run under way ends by itself, on its own thread;
     * interrupting it might leave half a backup behind.
     */
    @Override
    public void close() {
        try {
            scheduler.shutdown(false);
        } catch (SchedulerException e) {
            throw new IllegalStateException(
                    "the scheduler did not shut down: " + e.getMessage(), e);
        }
    }
}
