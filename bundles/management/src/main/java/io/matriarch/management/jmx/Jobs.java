package io.matriarch.management.jmx;

import io.matriarch.failover.api.Answer;
import io.matriarch.management.core.Refused;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs long operations beside the caller, each on its own virtual thread. One under way when this
 * bundle goes is not interrupted: half a switchover is worse than an answer nobody reads.
 */
final class Jobs implements JobsMXBean {
    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
    private static final int KEPT = 50;

    /** What a job does. */
    @FunctionalInterface
    interface Work {
        Answer run() throws Refused;
    }

    /** What is told while a job runs. */
    @FunctionalInterface
    interface Progress {
        void tell(String sentence, ProgressView figures);
    }

    /** What a job does that tells where it stands. */
    @FunctionalInterface
    interface LongWork {
        Answer run(Progress progress) throws Refused;
    }

    private final InstantSource clock;
    private final Consumer<JobView> whenBegun;
    private final Consumer<JobView> whenEnded;
    private final Consumer<JobView> whenFurther;
    private final Map<String, JobView> jobs = new LinkedHashMap<>(); // guarded by this
    private long count; // guarded by this

    /**
     * @param whenBegun called by the thread that asked
     */
    Jobs(
            InstantSource clock,
            Consumer<JobView> whenBegun,
            Consumer<JobView> whenEnded,
            Consumer<JobView> whenFurther) {
        this.clock = clock;
        this.whenBegun = whenBegun;
        this.whenEnded = whenEnded;
        this.whenFurther = whenFurther;
    }

    JobView start(String operation, Work work) {
        return start(operation, (LongWork) _ -> work.run());
    }

    JobView start(String operation, LongWork work) {
        JobView job = add(operation);
        whenBegun.accept(job);
        Thread.ofVirtual().name(job.id()).start(() -> end(job, outcome(job, work)));
        return job;
    }

    /** An operation whose parameters are wrong: it is over before it began. */
    JobView refused(String operation, Refused why) {
        return end(add(operation), Views.Outcome.of(why));
    }

    private synchronized JobView add(String operation) {
        String id = operation + "-" + ++count;
        JobView job = JobView.running(id, operation, clock.instant().toString());
        jobs.put(id, job);
        var eldest = jobs.entrySet().iterator();
        while (jobs.size() > KEPT && eldest.hasNext())
            if (!eldest.next().getValue().state().equals("running")) eldest.remove();
        return job;
    }

    private void further(JobView job, String sentence, ProgressView figures) {
        JobView standing = job.standing(sentence, figures);
        synchronized (this) {
            jobs.replace(job.id(), standing);
        }
        whenFurther.accept(standing);
    }

    private JobView end(JobView job, Views.Outcome outcome) {
        JobView ended = job.ended(clock.instant().toString(), outcome);
        synchronized (this) {
            jobs.replace(job.id(), ended);
        }
        LOG.info("Job {} {}: {} {}", ended.id(), ended.state(), ended.status(), ended.text());
        whenEnded.accept(ended);
        return ended;
    }

    private Views.Outcome outcome(JobView job, LongWork work) {
        try {
            return Views.Outcome.of(
                    work.run((sentence, figures) -> further(job, sentence, figures)));
        } catch (Refused e) {
            return Views.Outcome.of(e);
        } catch (RuntimeException e) {
            LOG.error("Job {} failed", job.id(), e);
            return new Views.Outcome(500, "this is a defect of ours: " + e, "see the log");
        }
    }

    @Override
    public synchronized List<JobView> getJobs() {
        return new ArrayList<>(jobs.values());
    }

    @Override
    public synchronized int getRunningCount() {
        return (int) jobs.values().stream().filter(j -> j.state().equals("running")).count();
    }

    @Override
    public synchronized JobView job(String id) {
        @Nullable JobView job = jobs.get(id);
        if (job == null)
            throw new IllegalArgumentException(
                    "there is no job \"" + id + "\": the latest are " + jobs.keySet());
        return job;
    }
}
