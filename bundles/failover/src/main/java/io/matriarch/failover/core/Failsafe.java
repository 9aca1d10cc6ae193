package io.matriarch.failover.core;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.failover.core.ClusterView.LeaderKey;
import io.matriarch.failover.core.FailsafeView.Promise;
import io.matriarch.failover.core.FailsafeView.Sender;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * While the store is away, the members stand in for it (interop page, 5.14): a leader serves on as
 * long as everybody who could take its place has promised not to.
 *
 * <p>Why this cannot make two writers. Only who is on the list in the store is promoted, and only a
 * leader that serves writes the list, on the strength of its lease alone. A leader asks the whole
 * list, each member for itself and again and again; each promise counts at its giver from when the
 * question arrived, and here from before it left, less a margin for both clocks, and what counts is
 * the one that ends first. So when this node stops writing, every promise still holds. A giver that
 * is about to be promoted, or leads, refuses; one that has promised is not promoted, whatever the
 * store says.
 */
public final class Failsafe {
    /** Nobody leases for longer: a promise asked for a longer time is cut to this. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private Failsafe() {}

    /** What a leader does while the store is away; empty: it has only its lease. */
    static Optional<Decision> asLeader(String away, LocalView local, Policy policy) {
        var failsafe = local.failsafe();
        if (!policy.failsafe() || !failsafe.mayLead().containsKey(local.self()))
            return Optional.empty();
        if (!failsafe.agreed() || local.leaseLeft().compareTo(policy.stepDownReserve()) <= 0)
            return Optional.empty();
        var others = failsafe.others(local.self());
        if (others.isEmpty())
            return Optional.of(
                    new Decision.ServeOn(away + ", and nobody else may lead: serving on"));
        return Optional.of(
                new Decision.ServeOn(
                        away
                                + ", but all members agree to us ("
                                + names(others)
                                + "): serving on"));
    }

    /** Why {@link #asLeader} did not help, for the reason of what is done instead. */
    static String hindrance(LocalView local, Policy policy) {
        if (!policy.failsafe()) return "failsafe_mode is off";
        if (local.failsafe().mayLead().isEmpty())
            return "the list of members for failsafe mode has not been seen since we lead";
        if (!local.failsafe().mayLead().containsKey(local.self()))
            return "the list of members for failsafe mode does not name us";
        var refused = local.failsafe().refused();
        return refused.isEmpty()
                ? "the members were not asked in time"
                : "not all members agree to us: " + FailsafeView.told(refused);
    }

    /**
     * Whom a node asks to keep from leading while the store is away; an empty map: nobody else may.
     * In pause it asks too, although it serves on whatever they say: if the pause ends where it
     * does not see it, they know that it serves.
     *
     * @param mayLead as {@link FailsafeView#mayLead}
     * @param serves whether it is a primary that nobody is stopping, or is being promoted
     * @param holdsTime whether it may write at present; who may not has nothing to go on with
     * @return empty if it has nothing to ask
     */
    public static Optional<SortedMap<MemberName, String>> whomToAsk(
            MemberName self,
            SortedMap<MemberName, String> mayLead,
            boolean serves,
            boolean holdsTime,
            Policy policy) {
        if (!policy.failsafe() || !mayLead.containsKey(self)) return Optional.empty();
        if (!serves || !holdsTime && !policy.paused()) return Optional.empty();
        var others = new TreeMap<>(mayLead);
        others.remove(self);
        return Optional.of(others);
    }

    /**
     * Until when a promise counts here.
     *
     * @param sentNanos on this node's monotonic clock, before the question left
     * @param policy by which it was asked: the question names its {@code ttl}
     */
    public static long countsUntil(long sentNanos, Policy policy) {
        return sentNanos + policy.ttl().toNanos() - policy.agreementMargin().toNanos();
    }

    /**
     * The view as it counts for this node: while nobody holds the key, a leader we gave a promise
     * leads on.
     */
    public static ClusterView heard(ClusterView view, Optional<Promise> promise) {
        var to = promise.flatMap(Promise::to);
        return view.leader().isPresent() || to.isEmpty() ? view : ledBy(view, to.get());
    }

    private static ClusterView ledBy(ClusterView view, Sender sender) {
        var members = new TreeMap<>(view.members());
        members.put(sender.name(), sender.member());
        var status =
                new ClusterView.Status(
                        view.status().optime(),
                        sender.slots().isEmpty() ? view.status().slots() : sender.slots(),
                        view.status().retainSlots());
        return new ClusterView(
                view.revision(),
                view.initialize(),
                view.config(),
                Optional.of(new LeaderKey(sender.name(), 0, 0)),
                status,
                view.failover(),
                view.history(),
                view.failsafe(),
                view.sync(),
                members);
    }

    /** Why this node may never be promoted at present, whoever asks; empty if it may. */
    static String leftOut(ClusterView view, MemberName self) {
        return view.failsafe().map(list -> list.leavesOut(self)).orElse(false)
                ? "the key failsafe does not name us: a leader without the store would not ask us"
                : "";
    }

    static String promised(Promise promise) {
        return promise.to()
                        .map(sender ->
                                "we promised "
                                        + sender.name()
                                        + ", which serves on without the store")
                        .orElse(
                                "what we promised before this agent was started is not known, and holds")
                + ", for another "
                + promise.left().toMillis()
                + " ms";
    }

    /**
     * Reads the question of a leader.
     *
     * @param ttl ours; the promise lasts for the longer of both, so that the asker may count on its
     *     own
     * @return empty if it lacks a field that Patroni has always sent
     */
    public static Optional<Sender> read(Map<String, Object> body, Duration ttl) {
        var member = Values.memberName(body.get("name"));
        String connUrl = Values.text(body.get("conn_url"));
        String apiUrl = Values.text(body.get("api_url"));
        if (member.isEmpty() || connUrl.isEmpty() || apiUrl.isEmpty()) return Optional.empty();
        var slots = new LinkedHashMap<String, Lsn>();
        Values.map(body.get("slots"))
                .forEach((slot, lsn) -> slots.put(slot, new Lsn(Values.number(lsn, 0))));
        var asked = Duration.ofSeconds(Math.max(0, Values.number(body.get("ttl"), 0)));
        var longer = asked.compareTo(ttl) > 0 ? asked : ttl;
        return Optional.of(
                new Sender(
                        member.get(),
                        connUrl,
                        apiUrl,
                        slots,
                        longer.compareTo(LONGEST) > 0 ? LONGEST : longer));
    }

    private static String names(Map<MemberName, String> members) {
        return members.keySet().stream()
                .map(MemberName::value)
                .reduce((a, b) -> a + ", " + b)
                .orElseThrow();
    }
}
