package io.matriarch.failover.agent;

import io.matriarch.api.MemberName;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.failover.api.Answer;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.Handover;
import io.matriarch.failover.core.StoreLayout;
import io.matriarch.failover.core.StoreState;
import io.matriarch.failover.rest.core.Requests;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Switchover and failover as a person asks for them: checked, written to the store, awaited
 * (interop page, 2.7).
 */
final class Handovers {
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration LEAST_PATIENCE = Duration.ofSeconds(20);

    private final AgentState state;
    private final StoreMirror mirror;
    private final Store store;
    private final Peers peers;
    private final Runnable wake;

    Handovers(AgentState state, StoreMirror mirror, Store store, Peers peers, Runnable wake) {
        this.state = state;
        this.mirror = mirror;
        this.store = store;
        this.peers = peers;
        this.wake = wake;
    }

    Answer request(
            Optional<String> leader,
            Optional<String> candidate,
            Optional<Instant> at,
            boolean switchover,
            boolean dryRun) {
        mirror.markStale();
        if (!(mirror.state(Duration.ZERO, state.policy().retryTimeout())
                instanceof StoreState.Seen(var view)))
            return new Answer(503, "the store is away: nothing can be handed over now");
        var policy = state.policy();
        var refusal =
                switchover
                        ? Requests.refuseSwitchover(
                                view, policy, leader, candidate, at, Instant.now())
                        : Requests.refuseFailover(view, candidate);
        if (refusal.isPresent()) return refusal.get();
        var considered = Requests.considered(view, candidate);
        if (at.isEmpty() && !Handover.anybodyFit(peers.ask(considered, policy.retryTimeout())))
            return new Answer(
                    412,
                    (switchover ? "switchover" : "failover")
                            + " is not possible: no good candidates have been found");
        if (dryRun)
            return new Answer(
                    200, "would be done" + candidate.map(name -> ", to " + name).orElse(""));
        return write(view, switchover ? leader : Optional.empty(), candidate, at);
    }

    private Answer write(
            ClusterView view,
            Optional<String> leader,
            Optional<String> candidate,
            Optional<Instant> at) {
        try {
            store.requestHandover(StoreLayout.writeFailover(leader, candidate, at));
        } catch (DcsException e) {
            return new Answer(503, "failed to write failover key into DCS");
        }
        wake.run();
        if (at.isPresent()) return new Answer(202, "Switchover scheduled");
        return await(view.leader().map(ClusterView.LeaderKey::name), candidate, leader.isPresent());
    }

    /** The mirror is fed by the watch, so this hears of the end as soon as the store does. */
    private Answer await(
            Optional<MemberName> before, Optional<String> candidate, boolean switchover) {
        String what = switchover ? "Switchover" : "Failover";
        var loops = state.policy().loopWait().multipliedBy(2);
        var patience = loops.compareTo(LEAST_PATIENCE) > 0 ? loops : LEAST_PATIENCE;
        var requestSeen = new AtomicBoolean();
        return Waiting.until(
                        patience, POLL, () -> outcome(before, candidate, switchover, requestSeen))
                .orElseGet(() ->
                        new Answer(
                                503,
                                what
                                        + " status unknown after "
                                        + patience.toSeconds()
                                        + " seconds; operation may still be in progress"));
    }

    private Optional<Answer> outcome(
            Optional<MemberName> before,
            Optional<String> candidate,
            boolean switchover,
            AtomicBoolean requestSeen) {
        var view = mirror.lastKnown();
        var leader = view.flatMap(ClusterView::leader).map(ClusterView.LeaderKey::name);
        if (leader.isPresent() && !leader.equals(before))
            return Optional.of(done(leader.get(), candidate, switchover));
        boolean there = view.flatMap(ClusterView::failover).isPresent();
        if (there) requestSeen.set(true);
        boolean refused = requestSeen.get() && !there && leader.equals(before);
        return refused && before.isPresent()
                ? Optional.of(new Answer(503, (switchover ? "Switchover" : "Failover") + " failed"))
                : Optional.empty();
    }

    private static Answer done(MemberName leader, Optional<String> candidate, boolean switchover) {
        if (candidate.isPresent() && !candidate.get().equals(leader.value()))
            return new Answer(
                    200,
                    (switchover ? "Switched" : "Failed")
                            + " over to \""
                            + leader
                            + "\" instead of \""
                            + candidate.get()
                            + "\"");
        return new Answer(
                200,
                "Successfully "
                        + (switchover ? "switched" : "failed")
                        + " over to \""
                        + leader
                        + "\"");
    }

    Answer cancel() {
        var request =
                mirror.lastKnown()
                        .flatMap(ClusterView::failover)
                        .filter(some -> some.at().isPresent());
        if (request.isEmpty()) return new Answer(404, "no switchover is scheduled");
        try {
            boolean cleared = store.clearHandover(request.get());
            wake.run();
            return cleared
                    ? new Answer(200, "scheduled switchover deleted")
                    : new Answer(409, "the request was changed at the same time: look again");
        } catch (DcsException e) {
            return new Answer(503, String.valueOf(e.getMessage()));
        }
    }
}
