package io.matriarch.failover.core;

import io.matriarch.api.MemberName;
import io.matriarch.failover.core.Synchronous.Next;
import io.matriarch.postgres.api.ServerView;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** {@code synchronous_mode: on}: every voter has every acknowledged commit. */
final class Priority {
    private final ClusterView view;
    private final MemberName self;
    private final ServerView.Live live;
    private final SyncMemory memory;
    private final SyncPolicy policy;
    private final StandbyNames names;

    Priority(
            ClusterView view,
            MemberName self,
            ServerView.Live live,
            SyncMemory memory,
            SyncPolicy policy) {
        this.view = view;
        this.self = self;
        this.live = live;
        this.memory = memory;
        this.policy = policy;
        names = StandbyNames.parse(live.synchronousStandbyNames());
    }

    Next next() {
        var key = view.sync().filter(SyncKey::active);
        if (key.isEmpty()) return write(List.of(), "synchronous_mode is on: we have all");
        if (!key.get().ledBy(self)) return write(List.of(), "we lead now, and have all");
        // A voter of a quorum need not have all by itself.
        if (key.get().quorum() > 0) return write(List.of(), "each voter must have all from now on");
        return next(key.get().voters());
    }

    private Next next(SortedSet<MemberName> voters) {
        var eligible = Synchronous.eligible(view, self, live, policy);
        var picked = new TreeSet<>(eligible.subList(0, Math.min(policy.nodes(), eligible.size())));
        var confirmed = new TreeSet<>(picked);
        confirmed.removeIf(name -> !hasAll(name, voters));

        if (picked.isEmpty() && policy.strict()) return strict(voters);
        var common = new TreeSet<>(voters);
        common.retainAll(confirmed);
        if (!common.equals(voters))
            return write(common, lost(voters, common) + " cannot be waited for any more");
        var wanted = StandbyNames.first(picked);
        if (!names.says(wanted))
            return new Next.SetNames(
                    wanted, "commits wait for " + Synchronous.described(wanted) + " from now on");
        if (!confirmed.equals(common)) return write(confirmed, confirmed + " have all");
        if (!confirmed.equals(picked))
            return new Next.Wait(lost(picked, confirmed) + " have yet to catch up");
        return new Next.Done("commits wait for " + Synchronous.described(wanted));
    }

    /** Nobody is there: commits wait for those that were, or for whoever comes. */
    private Next strict(SortedSet<MemberName> voters) {
        var wanted = voters.isEmpty() ? StandbyNames.NOBODY : StandbyNames.first(voters);
        return names.says(wanted)
                ? new Next.Done("strict: commits wait for " + Synchronous.described(wanted))
                : new Next.SetNames(wanted, "strict: no standby is there, so commits wait");
    }

    /**
     * Commits wait for it now, and it has all from before: it was seen to, or is a voter that
     * commits have waited for all the time.
     */
    private boolean hasAll(MemberName name, SortedSet<MemberName> voters) {
        boolean waitedFor =
                live.walSenders().stream()
                        .anyMatch(sender ->
                                SyncMemory.is(sender, name) && SyncMemory.synchronous(sender));
        boolean all = memory.confirmed().contains(name) || voters.contains(name);
        return waitedFor && all && names.has(name) && names.number() == names.names().size();
    }

    private Next write(Collection<MemberName> voters, String reason) {
        return new Next.WriteKey(SyncKey.of(self, voters, 0), reason);
    }

    private static SortedSet<MemberName> lost(SortedSet<MemberName> of, SortedSet<MemberName> but) {
        var rest = new TreeSet<>(of);
        rest.removeAll(but);
        return rest;
    }
}
