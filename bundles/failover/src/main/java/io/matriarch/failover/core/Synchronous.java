package io.matriarch.failover.core;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.failover.core.Quorum.Step;
import io.matriarch.postgres.api.ServerView;
import io.matriarch.postgres.api.WalSender;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a primary that leads does next, so that whoever the key {@code sync} lets be promoted has
 * every commit that was acknowledged (interop page, 5.11). One step at a time, each from what
 * stands in the store and is in force in PostgreSQL now: a step that was lost is simply taken
 * again.
 *
 * <p>The order is what keeps the promise. Who shall vote is first waited for by commits, then seen
 * to have all before, and only then written into the key; who shall not vote any more leaves the
 * key before commits stop waiting for it.
 */
public final class Synchronous {
    private Synchronous() {}

    /** One change, or a reason for none. */
    public sealed interface Next {
        String reason();

        /** Write the key, if nobody has since. */
        record WriteKey(SyncKey key, String reason) implements Next {}

        /** Synchronous replication is over: delete the key, if nobody wrote it since. */
        record DeleteKey(String reason) implements Next {}

        /** Have PostgreSQL wait for these. */
        record SetNames(StandbyNames names, String reason) implements Next {}

        /** Leave {@code synchronous_standby_names} to the settings again. */
        record LeaveNames(String reason) implements Next {}

        /** Not there yet, and nothing to do but to look again soon. */
        record Wait(String reason) implements Next {}

        record Done(String reason) implements Next {}
    }

    public static Next next(
            ClusterView view,
            MemberName self,
            ServerView.Live live,
            SyncMemory memory,
            SyncPolicy policy) {
        return switch (policy.mode()) {
            case OFF -> off(view);
            case PRIORITY -> new Priority(view, self, live, memory, policy).next();
            case QUORUM -> quorum(view, self, live, memory, policy);
        };
    }

    /** The key, while the cluster is in a synchronous mode and the key counts. */
    public static Optional<SyncKey> inForce(ClusterView view, Policy policy) {
        return policy.sync().on() ? view.sync().filter(SyncKey::active) : Optional.empty();
    }

    /**
     * Whether a standby cluster's leader has gone on from where this cluster wrote last: all that
     * was acknowledged here is the remote primary's since, and the key tells nothing any more.
     * Until then it tells who lacks nothing, should the cluster write again.
     */
    public static boolean overtaken(ClusterView view, ServerView.Live live) {
        return live.inRecovery()
                && live.replicationState().equals("streaming")
                && live.timeline() > Math.max(1, view.timeline());
    }

    /** Commits wait for a member that is gone, or says that they should not: no time to lose. */
    public static boolean lost(ClusterView view, Policy policy, MemberName name) {
        boolean well =
                view.member(name)
                        .map(member -> member.running() && !member.tags().nosync())
                        .orElse(false);
        return !well && inForce(view, policy).map(key -> key.votes(name)).orElse(false);
    }

    /**
     * What a member is in the tables, if commits wait for it: {@code sync_standby} and the like.
     */
    public static Optional<String> role(ClusterView view, Policy policy, MemberName name) {
        if (view.ledBy(name) || !inForce(view, policy).map(key -> key.votes(name)).orElse(false))
            return Optional.empty();
        return Optional.of(
                policy.sync().mode() == SyncMode.QUORUM ? "quorum_standby" : "sync_standby");
    }

    private static Next off(ClusterView view) {
        return view.sync().filter(SyncKey::active).isPresent()
                ? new Next.DeleteKey("synchronous_mode is off")
                : new Next.LeaveNames("synchronous_mode is off");
    }

    // --- who could be one

    /** Members that stream from us and may be waited for, the best first. */
    static List<MemberName> eligible(
            ClusterView view, MemberName self, ServerView.Live live, SyncPolicy policy) {
        var streaming =
                live.walSenders().stream()
                        .filter(sender -> sender.state().equals("streaming"))
                        .flatMap(sender -> candidate(view, self, sender).stream())
                        .filter(candidate -> !cascades(view, live, candidate.member()))
                        .sorted(BEST)
                        .toList();
        Lsn best =
                streaming.size() == 1
                        ? live.flushed()
                        : streaming.stream().map(Candidate::flushed).reduce(Lsn.ZERO, Lsn::max);
        return streaming.stream()
                .filter(candidate ->
                        policy.maximumLagBytes() <= 0
                                || best.bytesAheadOf(candidate.flushed())
                                        <= policy.maximumLagBytes())
                .map(candidate -> candidate.member().name())
                .distinct()
                .toList();
    }

    private record Candidate(Member member, String syncState, Lsn flushed) {}

    private static final Comparator<Candidate> BEST =
            Comparator.comparing((Candidate c) -> c.member().tags().nofailover())
                    .thenComparing(c -> -c.member().tags().syncPriority())
                    .thenComparing(Candidate::syncState, Comparator.reverseOrder())
                    .thenComparing(Candidate::flushed, Comparator.reverseOrder())
                    .thenComparing(c -> c.member().name());

    private static Optional<Candidate> candidate(
            ClusterView view, MemberName self, WalSender sender) {
        return view.members().values().stream()
                .filter(member -> SyncMemory.is(sender, member.name()))
                .filter(member -> !member.name().equals(self))
                .filter(member -> member.running() && !member.tags().nosync())
                .findFirst()
                .map(member -> new Candidate(member, sender.syncState(), sender.flushed()));
    }

    /** It streams from us only because the one it should stream from is not there. */
    private static boolean cascades(ClusterView view, ServerView.Live live, Member member) {
        return member.tags()
                .replicatefrom()
                .map(upstream ->
                        live.walSenders().stream()
                                .filter(sender -> sender.state().equals("streaming"))
                                .anyMatch(sender ->
                                        sender.applicationName().equalsIgnoreCase(upstream)
                                                && view.members().values().stream()
                                                        .anyMatch(other ->
                                                                SyncMemory.is(
                                                                        sender, other.name()))))
                .orElse(false);
    }

    // --- quorum mode

    private static Next quorum(
            ClusterView view,
            MemberName self,
            ServerView.Live live,
            SyncMemory memory,
            SyncPolicy policy) {
        var names = StandbyNames.parse(live.synchronousStandbyNames());
        if (view.sync().filter(SyncKey::active).isEmpty())
            return new Next.WriteKey(
                    SyncKey.of(self, List.of(), 0), "synchronous_mode is quorum: we have all");
        var key = view.sync().get();
        var active = active(view, eligible(view, self, live, policy), policy);
        var confirmed = new TreeSet<>(memory.confirmed());
        confirmed.retainAll(active);
        var state =
                new Quorum.State(
                        key.leader().orElseThrow(),
                        key.quorum(),
                        key.voters(),
                        names.number(),
                        names.members(),
                        confirmed.size());
        var steps = Quorum.steps(self, state, active, policy.nodes());
        if (steps.isEmpty()) return settled(names, policy);
        return switch (steps.getFirst()) {
            case Step.Key(var leader, int quorum, var voters) ->
                    writeKey(key, SyncKey.of(leader, voters, quorum), active);
            case Step.Names(int number, var some) ->
                    setNames(names, standing(StandbyNames.any(number, some), policy), active);
            case Step.Again() -> new Next.Wait("nobody that commits wait for has all yet");
        };
    }

    private static Next writeKey(SyncKey before, SyncKey key, Collection<MemberName> active) {
        return before.says(key)
                ? new Next.Wait("the key sync stays as it is while " + active + " stream")
                : new Next.WriteKey(
                        key, "quorum " + key.quorum() + " of " + key.voters() + " from now on");
    }

    private static Next setNames(
            StandbyNames before, StandbyNames names, Collection<MemberName> active) {
        return before.says(names)
                ? new Next.Wait("commits wait as they should, nobody is confirmed; " + active)
                : new Next.SetNames(names, "commits wait for " + described(names));
    }

    /** Nothing to change in either set; the form may still be the other mode's. */
    private static Next settled(StandbyNames names, SyncPolicy policy) {
        if (names.kind() == StandbyNames.Kind.FIRST && !names.members().isEmpty())
            return new Next.SetNames(
                    StandbyNames.any(names.number(), names.members()), "the same, as a quorum");
        if (names.members().isEmpty() && !names.says(standing(StandbyNames.NONE, policy)))
            return new Next.SetNames(
                    standing(StandbyNames.NONE, policy), "nobody can be waited for");
        return new Next.Done("commits wait for " + described(names));
    }

    /** In strict mode nobody means that commits wait. */
    private static StandbyNames standing(StandbyNames names, SyncPolicy policy) {
        boolean nobody = names.members().isEmpty();
        return nobody && policy.strict() ? StandbyNames.NOBODY : nobody ? StandbyNames.NONE : names;
    }

    /** A member that must not lead counts only while there are too few others. */
    private static SortedSet<MemberName> active(
            ClusterView view, List<MemberName> eligible, SyncPolicy policy) {
        var active = new TreeSet<MemberName>();
        for (var name : eligible) {
            boolean leads = view.member(name).map(m -> !m.tags().nofailover()).orElse(false);
            if (leads || active.size() < policy.nodes()) active.add(name);
        }
        return active;
    }

    static String described(StandbyNames names) {
        if (names.says(StandbyNames.NOBODY)) return "a standby to come (strict mode)";
        return switch (names.kind()) {
            case OFF -> "nobody";
            case FIRST -> String.join(" and ", names.names());
            case ANY -> names.number() + " of " + String.join(", ", names.names());
        };
    }

    // --- before a promotion

    /**
     * What must stand in the store and be in force before a standby may become the primary.
     *
     * @param key to write, also where it says what is there; empty: it stays as it is
     * @param names for PostgreSQL
     */
    public record Preparation(Optional<SyncKey> key, StandbyNames names) {}

    /**
     * Empty if no synchronous mode is in force.
     *
     * @param unsettled whether a write of the key by this member, also in an earlier life, may
     *     still be on its way: it could let somebody vote whom no commit waits for after the
     *     promotion, and comes to nothing once the key is written anew
     */
    public static Optional<Preparation> promotion(
            ClusterView view, MemberName self, SyncPolicy policy, boolean unsettled) {
        var key = view.sync().filter(SyncKey::active);
        if (!policy.on() || key.isEmpty()) return Optional.empty();
        var others = new TreeSet<>(key.get().everybody());
        boolean member = key.get().names(self);
        others.removeIf(name -> name.value().equalsIgnoreCase(self.value()));
        if (policy.mode() == SyncMode.QUORUM || key.get().quorum() > 0) {
            int all = key.get().everybody().size();
            int number = all - key.get().quorum() - 1 + (member ? 0 : 1);
            int least = policy.strict() ? 1 : 0;
            int most = Math.min(Math.max(number, least), others.size());
            var names = most == 0 ? StandbyNames.NONE : StandbyNames.any(most, others);
            // Patroni leaves the key until after the promotion. But the leader it names may be
            // promoted
            // without seeing anybody, and must not be once commits are acknowledged without it.
            var ours = SyncKey.of(self, others, key.get().quorum());
            return Optional.of(
                    new Preparation(toWrite(key.get(), ours, unsettled), standing(names, policy)));
        }
        var voters = policy.strict() ? others : new TreeSet<MemberName>();
        var wanted = SyncKey.of(self, voters, 0);
        return Optional.of(
                new Preparation(
                        toWrite(key.get(), wanted, unsettled),
                        standing(StandbyNames.first(voters), policy)));
    }

    private static Optional<SyncKey> toWrite(SyncKey there, SyncKey wanted, boolean unsettled) {
        return there.says(wanted) && !unsettled ? Optional.empty() : Optional.of(wanted);
    }
}
