package io.matriarch.monitor.pgbouncer;

import io.matriarch.monitor.collect.Task;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.core.PoolerFigures;
import io.matriarch.monitor.core.Samples;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;

/** Asks the PgBouncer beside this node; one connection each time, which it does not count. */
public final class PgBouncerTask implements Task {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /**
     * @param address of its port, on this machine
     * @param username one of its {@code stats_users} or {@code admin_users}
     */
    public record Settings(String address, int port, String username, String password) {
        @Override
        public String toString() { // the password stays out of logs
            return "PgBouncer[%s@%s:%d]".formatted(username, address, port);
        }
    }

    private final Identity identity;
    private final Settings settings;
    private final Duration interval;

    public PgBouncerTask(Identity identity, Settings settings, Duration interval) {
        this.identity = identity;
        this.settings = settings;
        this.interval = interval;
    }

    @Override
    public String id() {
        return "pgbouncer";
    }

    @Override
    public Duration interval() {
        return interval;
    }

    /** It may keep us waiting for all of its time-out. */
    @Override
    public boolean apart() {
        return true;
    }

    @Override
    public Outcome ask(Instant now) {
        var out = new Samples(identity);
        try {
            var address =
                    new InetSocketAddress(
                            InetAddress.getByName(settings.address()), settings.port());
            try (var console =
                    Console.open(address, settings.username(), settings.password(), TIMEOUT)) {
                PoolerFigures.tell(
                        console.show("POOLS"),
                        console.show("DATABASES"),
                        console.show("STATS"),
                        out);
            }
            return new Outcome.Answered(out.families());
        } catch (IOException e) {
            var down = new Samples(identity).add(PoolerFigures.UP, 0);
            return new Outcome.Failed(
                    "PgBouncer at %s:%d: %s"
                            .formatted(settings.address(), settings.port(), e.getMessage()),
                    down.families());
        }
    }
}
