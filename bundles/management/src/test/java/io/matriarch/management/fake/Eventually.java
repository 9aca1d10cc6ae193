package io.matriarch.management.fake;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread brings about. */
public final class Eventually {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(5);

    private Eventually() {}

    /**
     * @param what is awaited, for the message if it does not come
     */
    public static void until(String what, BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - began > PATIENCE.toNanos())
                throw new AssertionError(
                        "waited %d s for %s".formatted(PATIENCE.toSeconds(), what));
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }
}
