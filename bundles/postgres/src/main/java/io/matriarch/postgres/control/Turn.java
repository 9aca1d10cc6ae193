package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.postgres.api.PostgresException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Lets operations run one at a time, and lets a stop cut a start or promotion short. */
final class Turn {
    private final ReentrantLock lock = new ReentrantLock();
    private volatile String holder = "";
    private volatile boolean cutShort;

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

    /**
     * @throws PostgresException another operation did not end within {@code patience}, or we were
     *     interrupted while waiting
     */
    <T> T call(String name, Duration patience, Operation<T> operation) throws PostgresException {
        acquire(name, patience);
        try {
            holder = name;
            cutShort = false;
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

    /** Tells the operation under way to give up waiting for the server. */
    void cutShort() {
        if (!lock.isHeldByCurrentThread()) cutShort = true;
    }

    boolean isCutShort() {
        return cutShort;
    }

    boolean busy() {
        return lock.isLocked();
    }
}
