package io.matriarch.schedule.quartz;

import io.matriarch.schedule.core.Outcome;
import java.time.Instant;
import java.util.function.BiConsumer;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/**
 * The one Job class Quartz ever sees. It knows a task by name only, so Quartz holds no class of a
 * task's bundle. A schedule never overlaps itself; different schedules may.
 */
@DisallowConcurrentExecution
final class TaskJob implements Job {
    static final String TASK = "task";

    /** One run that ended. */
    record Run(String schedule, String task, String outcome) {}

    private final Tasks tasks;
    private final BiConsumer<Run, Instant> ended;

    TaskJob(Tasks tasks, BiConsumer<Run, Instant> ended) {
        this.tasks = tasks;
        this.ended = ended;
    }

    @Override
    public void execute(JobExecutionContext context) {
        String schedule = context.getJobDetail().getKey().getName();
        String task = context.getMergedJobDataMap().getString(TASK);
        ended.accept(
                new Run(schedule, task, outcomeOf(schedule, task)),
                context.getFireTime().toInstant());
    }

    private String outcomeOf(String schedule, String task) {
        try {
            return tasks.run(task, schedule) ? Outcome.OK : Outcome.absent(task);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.failed(e);
        } catch (Exception | LinkageError e) {
            // LinkageError: the task's bundle was swapped under its feet; the next run finds the
            // new one
            return Outcome.failed(e);
        }
    }
}
