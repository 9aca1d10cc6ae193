package io.matriarch.monitor.collect;

import io.matriarch.monitor.core.Latest;
import io.matriarch.monitor.core.Plan;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every {@link Task} when {@link Plan} says so, one after another; those that may last long on
 * a thread of their own, and never twice at a time.
 */
public final class CollectorLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CollectorLoop.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration FIRST_APART = Duration.ofSeconds(20);

    private final Map<String, Task> tasks = new HashMap<>();
    private final Plan plan = new Plan();
    private final Latest latest;
    private final Book book;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final long startNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private final Set<String> running = new HashSet<>(); // under lock, as plan is
    private final Thread thread;
    private final ExecutorService apart =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("monitor-", 0).factory());
    private volatile boolean closed;

    public CollectorLoop(
            List<Task> tasks,
            Latest latest,
            Book book,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.latest = latest;
        this.book = book;
        this.clock = clock;
        this.nanoTime = nanoTime;
        startNanos = nanoTime.getAsLong();
        var first = Duration.ZERO;
        for (var task : tasks) {
            this.tasks.put(task.id(), task);
            // What may last long begins when the rest has settled.
            if (task.apart()) first = first.plus(FIRST_APART);
            plan.add(task.id(), task.interval(), task.apart() ? first : Duration.ZERO);
        }
        // Of the platform: it wakes each second and reads one socket all its life, so nothing is
        // won by a carrier in between.
        thread = Thread.ofPlatform().name("monitor").daemon(true).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** The time since the start, as {@link Latest} and {@link Plan} count it. */
    public Duration elapsed() {
        return Duration.ofNanos(nanoTime.getAsLong() - startNanos);
    }

    private void run() {
        while (!closed) {
            for (var task : due()) {
                if (closed) return;
                if (!task.apart()) ask(task);
                else if (!apart.isShutdown()) apart.execute(() -> ask(task));
            }
            if (!rest()) return;
        }
    }

    private List<Task> due() {
        lock.lock();
        try {
            var due =
                    plan.due(elapsed()).stream()
                            .filter(id -> !running.contains(id))
                            .map(id -> Objects.requireNonNull(tasks.get(id)))
                            .toList();
            due.forEach(task -> running.add(task.id()));
            return due;
        } finally {
            lock.unlock();
        }
    }

    private void ask(Task task) {
        var started = elapsed();
        var outcome = outcome(task);
        var took = elapsed().minus(started);
        Duration interval;
        lock.lock();
        try {
            boolean failed = outcome instanceof Task.Outcome.Failed;
            if (outcome instanceof Task.Outcome.NotAsked) plan.skipped(task.id(), elapsed());
            else plan.done(task.id(), started, took, !failed);
            interval = plan.interval(task.id());
            running.remove(task.id());
            woken.signalAll();
        } finally {
            lock.unlock();
        }
        switch (outcome) {
            case Task.Outcome.Answered(var families) ->
                    latest.put(task.id(), families, started, interval);
            case Task.Outcome.Partly(var families, _) ->
                    latest.put(task.id(), families, started, interval);
            case Task.Outcome.NotAsked _, Task.Outcome.NotForIt _ -> latest.forget(task.id());
            case Task.Outcome.Failed(_, var families) -> {
                // What is known ages, and is not told when it is old.
                if (!families.isEmpty()) latest.put(task.id(), families, started, interval);
            }
        }
        book.note(task.id(), outcome, took);
    }

    private Task.Outcome outcome(Task task) {
        try {
            return task.ask(clock.instant());
        } catch (RuntimeException e) {
            // A defect in one collector must not take the others with it.
            LOG.error("collector {} failed: a defect of ours, please report it", task.id(), e);
            return new Task.Outcome.Failed("a defect of ours: " + e);
        }
    }

    /** False if the loop is to end. */
    private boolean rest() {
        lock.lock();
        try {
            var until = plan.untilNext(elapsed());
            boolean onlyRunning = until.isZero() && !running.isEmpty();
            if (onlyRunning || until.compareTo(LONGEST_WAIT) > 0) until = LONGEST_WAIT;
            if (!closed && until.isPositive()) woken.awaitNanos(until.toNanos());
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false; // only a close that lost its patience interrupts
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        lock.lock();
        try {
            woken.signalAll();
        } finally {
            lock.unlock();
        }
        apart.shutdownNow(); // an interrupt closes the socket under a virtual thread
        try {
            if (!thread.join(PATIENCE)) {
                thread.interrupt();
                LOG.warn("the collectors do not end in {} s", PATIENCE.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
