package io.matriarch.backup.progress;

import io.matriarch.api.MatriarchException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells every few seconds where work stands, on a thread beside it. */
public final class Teller {
    private static final Logger LOG = LoggerFactory.getLogger(Teller.class);
    private static final int EVERY_SECONDS = 2;

    private Teller() {}

    /** What is told about. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws MatriarchException, InterruptedException;
    }

    /**
     * @param tell called at once, every two seconds, and a last time when the work is done
     */
    public static <T> T during(Runnable tell, Work<T> work)
            throws MatriarchException, InterruptedException {
        T result;
        try (var teller =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofVirtual().name("progress").factory())) {
            var telling =
                    teller.scheduleAtFixedRate(
                            () -> told(tell), 0, EVERY_SECONDS, TimeUnit.SECONDS);
            try {
                result = work.run();
            } finally {
                telling.cancel(false);
            }
        }
        told(tell);
        return result;
    }

    /** Work goes on although nobody can be told of it; the executor would fall silent for good. */
    private static void told(Runnable tell) {
        try {
            tell.run();
        } catch (RuntimeException e) {
            LOG.warn("progress cannot be told", e);
        }
    }
}
