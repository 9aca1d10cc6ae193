package io.matriarch.failover.simulation;

import io.matriarch.api.Lsn;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.FailsafeKey;
import io.matriarch.failover.core.LocalView;
import io.matriarch.failover.core.PeerAnswer;
import io.matriarch.failover.core.Policy;
import io.matriarch.failover.core.StandbyNames;
import io.matriarch.failover.core.StoreState;
import io.matriarch.failover.core.SyncKey;
import io.matriarch.failover.core.SyncMemory;
import io.matriarch.failover.core.Synchronous.Next;
import io.matriarch.failover.core.WritePath;
import io.matriarch.postgres.api.ServerView.Live;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Rules of the core are taken away by hiding from it what they look at, or by changing what it
 * decided; so the core under test is the one that ships.
 */
final class Mutations {
    private final Rules rules;

    Mutations(Rules rules) {
        this.rules = rules;
    }

    /** What a decision is taken on. */
    StoreState seen(StoreState store, SimNode by) {
        if (rules.broken().isEmpty() || !(store instanceof StoreState.Seen(var view))) return store;
        var list = rules.keep(Rule.ON_THE_LIST) ? view.failsafe() : Optional.<FailsafeKey>empty();
        var sync = view.sync();
        if (!rules.keep(Rule.SYNC_RACE)) sync = Optional.empty();
        if (!rules.keep(Rule.SYNC_RECHECK) && view.ledBy(by.name)) sync = Optional.empty();
        if (!rules.keep(Rule.QUORUM_VOTES)) sync = sync.map(Mutations::withoutQuorum);
        return new StoreState.Seen(
                new ClusterView(
                        view.revision(),
                        view.initialize(),
                        view.config(),
                        view.leader(),
                        view.status(),
                        view.failover(),
                        view.history(),
                        list,
                        sync,
                        view.members()));
    }

    /** What the configuration means to a decision. */
    Policy policy(Policy policy, LocalView local) {
        if (policy.standbyCluster().isEmpty()) return policy;
        boolean running = local.server().running();
        boolean hidden =
                !rules.keep(Rule.STANDBY_NOT_STARTED) && !running
                        || !rules.keep(Rule.STANDBY_NOT_PROMOTED) && running && !local.isPrimary();
        return hidden ? withoutStandbyCluster(policy) : policy;
    }

    private static Policy withoutStandbyCluster(Policy policy) {
        return new Policy(
                policy.ttl(),
                policy.loopWait(),
                policy.retryTimeout(),
                policy.maximumLagBytes(),
                policy.checkTimeline(),
                policy.primaryStartTimeout(),
                policy.memberSlotsTtl(),
                policy.useSlots(),
                policy.paused(),
                policy.maxTimelinesHistory(),
                policy.failsafe(),
                policy.sync(),
                Optional.empty(),
                policy.replacement());
    }

    private static SyncKey withoutQuorum(SyncKey key) {
        return new SyncKey(key.leader(), key.voters(), 0, key.modRevision());
    }

    PeerAnswer heard(PeerAnswer answer) {
        if (rules.broken().isEmpty()) return answer;
        return new PeerAnswer(
                answer.reachable(),
                answer.primary(),
                rules.keep(Rule.QUORUM_AHEAD) ? answer.position() : Lsn.ZERO,
                rules.keep(Rule.SYNC_TIMELINE) ? answer.timeline() : 0,
                answer.tags(),
                answer.watchdogFailed(),
                rules.keep(Rule.ROOM_ASKED) ? answer.room() : WritePath.Room.FREE);
    }

    /** What the leader remembers of its standbys. */
    SyncMemory remembered(SyncMemory before, Live live) {
        var now = before.after(rules.keep(Rule.SYNC_IN_FORCE) ? live : inForce(live));
        if (rules.keep(Rule.SYNC_CONFIRMED) && rules.keep(Rule.SYNC_SINCE)) return now;
        var confirmed = new TreeSet<>(now.confirmed());
        for (var sender : live.walSenders()) {
            boolean synchronous = !sender.syncState().equals("async");
            if (synchronous || !rules.keep(Rule.SYNC_CONFIRMED))
                confirmed.add(new io.matriarch.api.MemberName(sender.applicationName()));
        }
        return new SyncMemory(now.names(), now.inForce(), now.since(), confirmed);
    }

    private static Live inForce(Live live) {
        return new Live(
                live.inRecovery(),
                live.timeline(),
                live.flushed(),
                live.received(),
                live.replayed(),
                live.replayedAt(),
                live.replayPaused(),
                live.replicationState(),
                live.upstream(),
                live.primarySlotName(),
                live.serverVersion(),
                live.postmasterStartTime(),
                live.walSenders(),
                live.synchronousStandbyNames(),
                true);
    }

    /** The wrong one of two changes first. */
    Next changed(Next next, ClusterView view, Live live) {
        var names = StandbyNames.parse(live.synchronousStandbyNames());
        return switch (next) {
            case Next.WriteKey(var key, var why)
                    when !rules.keep(Rule.SYNC_SHRINK_FIRST)
                            && key.voters().isEmpty()
                            && !names.names().isEmpty()
                            && view.sync().map(old -> !old.voters().isEmpty()).orElse(false) ->
                    new Next.SetNames(StandbyNames.NONE, why);
            case Next.WriteKey(var key, var why)
                    when !rules.keep(Rule.QUORUM_ORDER)
                            && key.voters().size() < names.names().size() ->
                    new Next.SetNames(any(names, key), why);
            case Next.SetNames(var wanted, var why)
                    when !rules.keep(Rule.SYNC_GROW_LAST) && lacks(view, wanted) ->
                    new Next.WriteKey(with(view, wanted), why);
            case Next.SetNames(var wanted, var why)
                    when !rules.keep(Rule.QUORUM_ORDER) && lacks(view, wanted) ->
                    new Next.WriteKey(with(view, wanted), why);
            default -> next;
        };
    }

    private static StandbyNames any(StandbyNames names, SyncKey key) {
        var left = key.voters().stream().map(name -> name.value()).toList();
        return left.isEmpty()
                ? StandbyNames.NONE
                : new StandbyNames(
                        StandbyNames.Kind.ANY, Math.min(names.number(), left.size()), left);
    }

    private static boolean lacks(ClusterView view, StandbyNames wanted) {
        return view.sync().isPresent()
                && wanted.names().stream()
                        .filter(name -> !name.equals(StandbyNames.PLACEHOLDER))
                        .anyMatch(name ->
                                !view.sync().get().votes(new io.matriarch.api.MemberName(name)));
    }

    private static SyncKey with(ClusterView view, StandbyNames wanted) {
        var key = view.sync().orElseThrow();
        var voters = new TreeSet<>(key.voters());
        wanted.names().forEach(name -> voters.add(new io.matriarch.api.MemberName(name)));
        return new SyncKey(key.leader(), voters, key.quorum(), 0);
    }
}
