package io.matriarch.failover.agent;

import io.matriarch.dcs.api.DcsException;
import io.matriarch.failover.api.Answer;
import io.matriarch.failover.api.DemoteRequest;
import io.matriarch.failover.core.ClusterRole;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.Member;
import io.matriarch.failover.core.Role;
import io.matriarch.failover.core.StoreLayout;
import io.matriarch.failover.core.StoreState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A standby cluster becomes one that writes, or the reverse: checked, written, awaited. */
final class ClusterRoles {
    private static final Duration POLL = Duration.ofMillis(50);

    /** A demotion waits until all WAL is sent, and for crash recovery at worst. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final AgentState state;
    private final StoreMirror mirror;
    private final Store store;
    private final Runnable wake;

    ClusterRoles(AgentState state, StoreMirror mirror, Store store, Runnable wake) {
        this.state = state;
        this.mirror = mirror;
        this.store = store;
        this.wake = wake;
    }

    Answer promote(boolean dryRun) {
        return change(Optional.empty(), dryRun);
    }

    Answer demote(DemoteRequest request, boolean dryRun) {
        return change(Optional.of(ClusterRole.section(request)), dryRun);
    }

    private Answer change(Optional<Map<String, Object>> section, boolean dryRun) {
        mirror.markStale();
        if (!(mirror.state(Duration.ZERO, state.policy().retryTimeout())
                instanceof StoreState.Seen(var view)))
            return new Answer(503, "the store is away: nothing was changed");
        var refusal = ClusterRole.refuse(view, section);
        if (refusal.isPresent()) return refusal.get();
        if (dryRun) return new Answer(200, ClusterRole.plan(view, section));
        var after = ClusterRole.config(view, section);
        try {
            if (!store.updateConfig(view.config(), StoreLayout.json(after)))
                return new Answer(409, "somebody changed it at the same time: read it again");
        } catch (DcsException e) {
            return new Answer(503, e.getMessage() + " (" + e.fate() + ")");
        }
        mirror.markStale();
        wake.run();
        return await(section.isPresent() ? Role.STANDBY_LEADER : Role.PRIMARY);
    }

    private Answer await(Role wanted) {
        String done = wanted == Role.PRIMARY ? "promoted" : "demoted";
        return Waiting.until(PATIENCE, POLL, () -> leaderThatIs(wanted))
                .map(leader ->
                        new Answer(
                                200,
                                "the cluster is %s; %s leads it".formatted(done, leader.name())))
                .orElseGet(() ->
                        new Answer(
                                503,
                                ("the configuration is changed, but the cluster is not %s after %d"
                                                + " s; it may still be: see `matriarchctl list` and"
                                                + " `matriarchctl events`")
                                        .formatted(done, PATIENCE.toSeconds())));
    }

    private Optional<Member> leaderThatIs(Role wanted) {
        return mirror.lastKnown()
                .flatMap(ClusterView::leaderMember)
                .filter(leader -> leader.role().equals(wanted.text()) && leader.running());
    }
}
