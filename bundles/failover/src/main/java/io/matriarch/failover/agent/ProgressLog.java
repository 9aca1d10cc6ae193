package io.matriarch.failover.agent;

import io.matriarch.postgres.api.Progress;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the progress of a clone or rewind to the log: each step once, then every tenth of it. */
final class ProgressLog implements Consumer<Progress> {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressLog.class);

    private String step = "";
    private long tenths = -1;

    @Override
    public synchronized void accept(Progress now) {
        long reached = now.totalBytes() == 0 ? 0 : now.doneBytes() * 10 / now.totalBytes();
        if (now.step().equals(step) && reached <= tenths) return;
        if (!now.step().equals(step)) LOG.info("{} begins", now.step());
        else
            LOG.info("{}: {} of {} MiB", now.step(), now.doneBytes() >> 20, now.totalBytes() >> 20);
        step = now.step();
        tenths = reached;
    }
}
