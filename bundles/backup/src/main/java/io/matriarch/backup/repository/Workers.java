package io.matriarch.backup.repository;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Threads that do pieces of a bigger work. Few pieces wait at a time, so memory is bounded; after
 * the first failure no further one begins.
 */
public final class Workers implements AutoCloseable {
    private static final int WAITING_EACH = 4;
    private final ExecutorService threads;
    private final Semaphore room;
    private final int capacity;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    public Workers(String name, int count) {
        threads =
                Executors.newFixedThreadPool(
                        count, Thread.ofPlatform().name(name + "-", 1).daemon().factory());
        capacity = count * WAITING_EACH;
        room = new Semaphore(capacity);
    }

    /** A piece of work. */
    public interface Piece {
        void run() throws IOException, MatriarchException, InterruptedException;
    }

    /** Hands a piece over; waits while too many wait already. */
    public void submit(Piece piece) throws MatriarchException, IOException {
        throwFailure();
        try {
            room.acquire();
        } catch (InterruptedException e) {
            throw cancelled(e);
        }
        threads.execute(() -> {
            try {
                if (failure.get() == null) piece.run();
            } catch (Throwable e) { // told to the one who waits
                failure.compareAndSet(null, e);
            } finally {
                room.release();
            }
        });
    }

    /** Waits until all is done. */
    public void await() throws MatriarchException, IOException {
        try {
            room.acquire(capacity);
            room.release(capacity);
        } catch (InterruptedException e) {
            throw cancelled(e);
        }
        throwFailure();
    }

    private void throwFailure() throws MatriarchException, IOException {
        switch (failure.get()) {
            case null -> {}
            case MatriarchException e -> throw e;
            case IOException e -> throw e;
            case InterruptedException e -> throw cancelled(e);
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    private MatriarchException cancelled(InterruptedException e) {
        failure.compareAndSet(null, e);
        Thread.currentThread().interrupt();
        return new MatriarchException(
                Code.REFUSED, "it was cancelled", "it can be run again over what is there", e);
    }

    /** Ends the threads, whatever they are at, and waits for them. */
    @Override
    public void close() {
        failure.compareAndSet(null, new InterruptedException("closed"));
        threads.shutdownNow();
        boolean interrupted = Thread.interrupted();
        while (true) {
            try {
                if (threads.awaitTermination(1, TimeUnit.MINUTES)) break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
