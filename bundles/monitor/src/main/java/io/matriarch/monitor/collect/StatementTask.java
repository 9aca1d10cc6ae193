package io.matriarch.monitor.collect;

import io.matriarch.monitor.core.Collector;
import java.time.Duration;
import java.time.Instant;

/** One statement, over the lasting connection. */
record StatementTask(Collector collector, Server server, Duration interval) implements Task {
    @Override
    public String id() {
        return collector.id();
    }

    @Override
    public Outcome ask(Instant now) {
        return server.ask(collector, now);
    }
}
