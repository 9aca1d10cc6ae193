package io.matriarch.itests;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for a condition by asking again and again; a failure tells what was seen last. */
final class Await {
    /** Generous: no test is about how long something takes. */
    static final Duration LONG = Duration.ofSeconds(180);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private Await() {}

    /**
     * @param what completes the sentence "waited for ..."
     * @param condition an exception counts as "not yet"
     * @param seen told when the limit passes
     */
    static void until(
            String what, Duration limit, Callable<Boolean> condition, Supplier<String> seen) {
        long deadline = System.nanoTime() + limit.toNanos();
        String trouble = "";
        while (System.nanoTime() - deadline < 0) {
            try {
                if (condition.call()) {
                    return;
                }
                trouble = "";
            } catch (Exception e) {
                trouble = "; last trouble: " + e;
            }
            pause(PAUSE);
        }
        throw new AssertionError(
                "waited %d s for %s%s%n%s".formatted(limit.toSeconds(), what, trouble, seen.get()));
    }

    static void until(String what, Callable<Boolean> condition, Supplier<String> seen) {
        until(what, LONG, condition, seen);
    }

    /** As {@link #until}, for what is there at last. */
    static <T> T value(String what, Callable<T> source, Supplier<String> seen) {
        var got = new ArrayList<T>();
        until(what, () -> got.add(source.call()), seen);
        return got.getFirst();
    }

    /** The rhythm of a client or probe loop; never a substitute for a condition. */
    static void pause(Duration duration) {
        LockSupport.parkNanos(duration.toNanos());
    }
}
