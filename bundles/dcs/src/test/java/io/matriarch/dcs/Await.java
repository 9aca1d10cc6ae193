package io.matriarch.dcs;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what will come, with a limit so generous that only a defect meets it. */
public final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long STEP = TimeUnit.MILLISECONDS.toNanos(10);

    private Await() {}

    public interface Condition {
        boolean holds() throws Exception;
    }

    public static void until(String what, Condition condition) throws Exception {
        long begin = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - begin > LIMIT.toNanos()) {
                throw new AssertionError("waited " + LIMIT + " in vain: " + what);
            }
            LockSupport.parkNanos(STEP);
        }
    }
}
