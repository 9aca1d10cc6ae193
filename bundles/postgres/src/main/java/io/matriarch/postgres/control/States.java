package io.matriarch.postgres.control;

import io.matriarch.postgres.api.PostgresState;
import java.time.Duration;
import java.util.Optional;

/** The server's state and since when; operations set it, looks at the server propose it. */
final class States {
    /** One state, told apart from a later return to the same one. */
    record Stamp(Optional<PostgresState> state, long sinceNanos) {}

    private Stamp current = new Stamp(Optional.empty(), System.nanoTime());

    synchronized Stamp stamp() {
        return current;
    }

    synchronized void set(PostgresState state) {
        if (!current.state().equals(Optional.of(state)))
            current = new Stamp(Optional.of(state), System.nanoTime());
    }

    /** Takes over what a look found, unless the state changed since that look began. */
    synchronized Stamp propose(Stamp before, PostgresState state) {
        if (current.equals(before)) set(state);
        return current;
    }

    static Duration age(Stamp stamp) {
        return Duration.ofNanos(System.nanoTime() - stamp.sinceNanos());
    }
}
