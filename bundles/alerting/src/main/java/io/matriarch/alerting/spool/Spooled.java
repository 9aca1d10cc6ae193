package io.matriarch.alerting.spool;

import io.matriarch.alerting.core.Notice;
import java.time.Duration;
import java.time.Instant;

/**
 * A notice on its way.
 *
 * @param next when it is tried next
 * @param error of the last try; empty before it
 */
public record Spooled(Notice notice, State state, int tries, Instant next, String error) {
    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofMinutes(15);

    /** How long a notice is tried before it is given up. */
    public static final Duration LIFE = Duration.ofHours(24);

    /** How far it has come. */
    public enum State {
        /** On disk; whether it is ours to send is not settled yet. */
        PREPARED,
        /** To be sent. */
        RELEASED,
        /** Taken by its receiver; the ledger does not say so yet. */
        DELIVERED
    }

    static Spooled prepared(Notice notice) {
        return new Spooled(notice, State.PREPARED, 0, notice.at(), "");
    }

    Spooled as(State other) {
        return new Spooled(notice, other, tries, next, error);
    }

    /** After a try that failed: 10 s, 20 s, 40 s and so on, a quarter of an hour at most. */
    Spooled failed(Instant now, String why) {
        var pause = FIRST.multipliedBy(1L << Math.min(tries, 10));
        return new Spooled(
                notice,
                state,
                tries + 1,
                now.plus(pause.compareTo(LONGEST) > 0 ? LONGEST : pause),
                why);
    }

    boolean due(Instant now) {
        return state == State.RELEASED && !now.isBefore(next);
    }

    boolean expired(Instant now) {
        return now.isAfter(notice.at().plus(LIFE));
    }
}
