package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.postgres.api.PostgresException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** Lets operations run one at a time, and lets a stop or kill cut one that waits short. */
final class Turn {
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicInteger stopsWaiting = new AtomicInteger();
    private final AtomicInteger kills = new AtomicInteger();
    private volatile int killsBefore;
    private volatile String holder = "";

    interface Operation<T> {
        T run() throws PostgresException;
    }

    interface Action {
        void run() throws PostgresException;
    }

    /** Runs when it is its turn, however long that takes. */
    void take(String name, Action action) throws PostgresException {
        call(
                name,
                Duration.ofDays(1),
                () -> {
                    action.run();
                    return name;
                });
    }

    /** As {@link #call}, and the operation under way gives up waiting for the server. */
    <T> T interruptAndCall(String name, Duration patience, Operation<T> operation)
            throws PostgresException {
        stopsWaiting.incrementAndGet();
        boolean mine = false;
        try {
            acquire(name, patience);
            mine = true;
        } finally {
            stopsWaiting.decrementAndGet();
            if (mine) holder = name;
        }
        return runHeld(name, operation);
    }

    /**
     * @throws PostgresException another operation did not end within {@code patience}, or we were
     *     interrupted while waiting
     */
    <T> T call(String name, Duration patience, Operation<T> operation) throws PostgresException {
        acquire(name, patience);
        return runHeld(name, operation);
    }

    private <T> T runHeld(String name, Operation<T> operation) throws PostgresException {
        try {
            holder = name;
            killsBefore = kills.get();
            return operation.run();
        } finally {
            holder = "";
            lock.unlock();
        }
    }

    private void acquire(String name, Duration patience) throws PostgresException {
        try {
            if (!lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS))
                throw new PostgresException(
                        Code.REFUSED,
                        name + " has to wait: " + holder + " is under way",
                        "Try again when it is done.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresException(
                    Code.POSTGRES_CONTROL, name + " was cancelled while waiting", "", e);
        }
    }

    /** Runs {@code action} if nothing is under way, and says whether it did. */
    boolean tryNow(String name, Action action) throws PostgresException {
        if (!lock.tryLock()) return false;
        runHeld(
                name,
                () -> {
                    action.run();
                    return name;
                });
        return true;
    }

    /** From now on the operation under way counts as killed. */
    void killed() {
        kills.incrementAndGet();
    }

    /** Whether the operation under way should give up: it was killed, or a stop waits. */
    boolean isCutShort() {
        return wasKilled() || stopsWaiting.get() > 0;
    }

    /** Whether the server was killed since the operation under way began. */
    boolean wasKilled() {
        return kills.get() != killsBefore;
    }

    boolean busy() {
        return lock.isLocked();
    }
}
