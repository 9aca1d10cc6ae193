package io.matriarch.failover.core;

import io.matriarch.api.Lsn;
import io.matriarch.postgres.api.Lineage;

/**
 * Whether our WAL is a part of the leader's history (interop page, 5.9).
 *
 * @see <a href="https://www.postgresql.org/docs/current/app-pgrewind.html">pg_rewind</a>
 */
sealed interface Divergence {
    String why();

    record None(String why) implements Divergence {}

    record Diverged(String why) implements Divergence {}

    /** Crashed as a primary: how far its WAL really goes is known after recovery only. */
    record Unclean(String why) implements Divergence {}

    record Undecided(String why) implements Divergence {}

    static Divergence of(Lineage facts) {
        int ours = facts.localTimeline();
        int theirs = facts.upstreamTimeline();
        if (facts.upstreamInRecovery()) return new Undecided("the leader is still in recovery");
        if (ours == theirs && facts.switchPoint().isEmpty())
            return new None("we are on the leader's timeline " + theirs);
        if (ours == theirs)
            return new Diverged(
                    "our timeline "
                            + ours
                            + " is another than the leader's of the same number: it left our history at "
                            + facts.switchPoint().get());
        if (ours > theirs)
            return new Diverged(
                    "our timeline " + ours + " is not in the history of the leader's " + theirs);
        if (facts.switchPoint().isEmpty())
            return new Diverged(
                    "timeline " + ours + " is not in the history of the leader's " + theirs);
        Lsn left = facts.switchPoint().get();
        if (!facts.formerPrimary()) return standby(facts, left);
        if (!facts.cleanShutdown())
            return new Unclean(
                    "crashed as a primary on timeline "
                            + ours
                            + ", which the leader left at "
                            + left);
        boolean ends =
                facts.localLsn().compareTo(left) < 0
                        && facts.checkpointEnd().map(left::equals).orElse(false);
        return ends
                ? new None(
                        "our WAL ends at "
                                + left
                                + ", where the leader's timeline "
                                + theirs
                                + " begins")
                : new Diverged(
                        "as a primary we wrote past "
                                + left
                                + ", where the leader left timeline "
                                + ours);
    }

    private static Divergence standby(Lineage facts, Lsn left) {
        return facts.localLsn().isAfter(left)
                ? new Diverged(
                        "we have WAL of timeline "
                                + facts.localTimeline()
                                + " up to "
                                + facts.localLsn()
                                + ", the leader left it at "
                                + left)
                : new None("our WAL is before " + left + ", where the leader left our timeline");
    }
}
