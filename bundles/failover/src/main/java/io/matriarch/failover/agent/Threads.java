package io.matriarch.failover.agent;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends threads without leaving one behind. */
final class Threads {
    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);

    private Threads() {}

    /**
     * Waits for a thread that was told to end, then interrupts it, then says so.
     *
     * @param patience before, and again after, the interruption
     */
    static void end(Thread thread, Duration patience) {
        if (thread.getState() == Thread.State.NEW || thread == Thread.currentThread()) return;
        try {
            if (thread.join(patience)) return;
            thread.interrupt();
            if (!thread.join(patience)) LOG.error("thread {} does not end", thread.getName());
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
