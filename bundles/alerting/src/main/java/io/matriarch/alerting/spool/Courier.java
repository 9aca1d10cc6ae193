package io.matriarch.alerting.spool;

import io.matriarch.alerting.spool.Delivery.DeliveryException;
import io.matriarch.alerting.spool.Spooled.State;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what is released and due, one notice after the other for each receiver, so that a slow
 * one keeps no other waiting. It knows no threads: {@link #deliver} is called by one per receiver.
 */
public final class Courier {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

    /**
     * How a receiver does.
     *
     * @param taken notices it took since the start
     * @param refused tries that failed since the start
     * @param lastAnswer what it said last when it took one; empty if it never did
     * @param error of the last try, empty if that one was taken
     */
    public record Standing(
            long taken, long refused, String lastAnswer, String error, Optional<Instant> lastAt) {
        static final Standing NEW = new Standing(0, 0, "", "", Optional.empty());

        Standing taken(Instant now, String answer) {
            return new Standing(taken + 1, refused, answer, "", Optional.of(now));
        }

        Standing refused(Instant now, String why) {
            return new Standing(taken, refused + 1, lastAnswer, why, Optional.of(now));
        }
    }

    private final Spool spool;
    private final InstantSource clock;
    private final Map<String, Standing> standings = new ConcurrentHashMap<>();
    private volatile Map<String, Delivery> ways = Map.of();

    public Courier(Spool spool, InstantSource clock) {
        this.spool = spool;
        this.clock = clock;
    }

    /** From now on these receivers are known. */
    public void ways(Map<String, Delivery> byReceiver) {
        ways = Map.copyOf(byReceiver);
    }

    /**
     * Delivers what is due to one receiver.
     *
     * @param mayStill asked before each notice: whether it is still ours to send
     */
    public void deliver(String receiver, Predicate<Spooled> mayStill) {
        for (var spooled : spool.list()) {
            if (!spooled.notice().receiver().equals(receiver)) continue;
            if (spooled.due(clock.instant()) && mayStill.test(spooled)) one(spooled);
        }
    }

    private void one(Spooled spooled) {
        var notice = spooled.notice();
        var way = ways.get(notice.receiver());
        var now = clock.instant();
        try {
            if (way == null) {
                LOG.warn(
                        "Notice {} is for {}, which is not configured any more",
                        notice.id(),
                        notice.receiver());
                spool.giveUp(notice.id());
                return;
            }
            var answer = way.deliver(notice, now);
            spool.delivered(notice.id());
            standing(notice.receiver(), s -> s.taken(now, answer));
            LOG.info("Told {}: {} ({})", notice.receiver(), notice.subject(), answer);
        } catch (DeliveryException e) {
            refused(spooled, now, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            LOG.error("Spool: {} cannot be written: {}", notice.id(), e.toString());
        }
    }

    private void refused(Spooled spooled, Instant now, String why) {
        var notice = spooled.notice();
        standing(notice.receiver(), s -> s.refused(now, why));
        try {
            if (spooled.expired(now)) {
                LOG.error(
                        "Gave up telling {}: {} ({} tries, {})",
                        notice.receiver(),
                        notice.subject(),
                        spooled.tries() + 1,
                        why);
                spool.giveUp(notice.id());
            } else {
                if (!why.equals(spooled.error()))
                    LOG.warn(
                            "{} did not take \"{}\": {}", notice.receiver(), notice.subject(), why);
                spool.failed(spooled.failed(now, why));
            }
        } catch (IOException e) {
            LOG.error("Spool: {} cannot be written: {}", notice.id(), e.toString());
        }
    }

    private void standing(String receiver, java.util.function.UnaryOperator<Standing> change) {
        standings.compute(receiver, (_, old) -> change.apply(old == null ? Standing.NEW : old));
    }

    public Standing standing(String receiver) {
        return standings.getOrDefault(receiver, Standing.NEW);
    }

    /** For each receiver how old its oldest notice is that it has not taken. */
    public Map<String, Duration> oldest() {
        var oldest = new LinkedHashMap<String, Duration>();
        for (var spooled : spool.list())
            if (spooled.state() == State.RELEASED && spooled.tries() > 0)
                oldest.putIfAbsent(
                        spooled.notice().receiver(),
                        Duration.between(spooled.notice().at(), clock.instant()));
        return oldest;
    }

    public long waiting(String receiver) {
        return spool.list().stream()
                .filter(s -> s.notice().receiver().equals(receiver))
                .filter(s -> s.state() == State.RELEASED)
                .count();
    }
}
