package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.postgres.api.PostgresException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Looks again and again, at first every few milliseconds, until something is so or time is up. */
final class Waiting {
    private static final long SHORTEST = 4;
    private static final long LONGEST = 50;

    private final long end;
    private long pause = SHORTEST;

    Waiting(Duration timeout) {
        end = System.nanoTime() + timeout.toNanos();
    }

    /**
     * False if time was up.
     *
     * @throws PostgresException we were interrupted; the interrupt stays set
     */
    boolean until(BooleanSupplier condition) throws PostgresException {
        while (!condition.getAsBoolean()) if (!pause()) return false;
        return true;
    }

    /** Waits a little; false if time is up. */
    boolean pause() throws PostgresException {
        if (System.nanoTime() >= end) return false;
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresException(Code.POSTGRES_CONTROL, "cancelled while waiting", "", e);
        }
        pause = Math.min(LONGEST, pause * 5 / 4 + 1);
        return true;
    }

    Duration left() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }
}
