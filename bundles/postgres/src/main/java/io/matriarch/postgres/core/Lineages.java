package io.matriarch.postgres.core;

import io.matriarch.api.Lsn;
import io.matriarch.postgres.api.ControlData;
import io.matriarch.postgres.api.Lineage;
import io.matriarch.postgres.api.ServerView;
import java.util.List;
import java.util.Optional;

/** Puts together what {@link Lineage} tells. */
public final class Lineages {
    /** Our side of it. */
    public record Local(int timeline, Lsn lsn, boolean formerPrimary, boolean cleanShutdown) {}

    /**
     * The other side.
     *
     * @param history of its timeline; empty on timeline 1
     */
    public record Other(int timeline, boolean inRecovery, List<History.Line> history) {
        public Other {
            history = List.copyOf(history);
        }
    }

    private Lineages() {}

    public static Local running(ServerView.Live live) {
        return new Local(
                live.timeline(),
                live.inRecovery() ? live.replayed() : live.flushed(),
                !live.inRecovery(),
                false);
    }

    /**
     * A standby that never replayed anything has no end of recovery, and counts as the primary its
     * files were copied from.
     */
    public static Local stopped(ControlData control) {
        boolean standby =
                control.wasStandby()
                        && !control.minRecoveryEnd().equals(Lsn.ZERO)
                        && control.minRecoveryEndTimeline() != 0;
        return standby
                ? new Local(
                        control.minRecoveryEndTimeline(),
                        control.minRecoveryEnd(),
                        false,
                        control.state().startsWith("shut down"))
                : new Local(
                        control.checkpointTimeline(),
                        control.checkpoint(),
                        true,
                        control.state().startsWith("shut down"));
    }

    /**
     * @param history of our timeline; empty if its file is not there, then timelines are compared
     *     by their numbers
     */
    public static Lineage compare(
            Local local,
            Optional<List<History.Line>> history,
            Other other,
            Optional<Lsn> checkpointEnd) {
        return new Lineage(
                local.timeline(),
                local.lsn(),
                checkpointEnd,
                local.formerPrimary(),
                local.cleanShutdown(),
                other.timeline(),
                other.inRecovery(),
                history.map(ours -> History.fork(ours, local.timeline(), other.history()))
                        .orElseGet(() -> History.switchPoint(other.history(), local.timeline())));
    }
}
