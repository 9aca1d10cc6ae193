package io.matriarch.failover.core;

import io.matriarch.api.MemberName;
import io.matriarch.failover.api.Answer;
import io.matriarch.postgres.api.ControlData;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.ServerView;
import java.util.List;
import java.util.Optional;

/**
 * How a cluster goes back to restored data. How far it is follows from what lies in the data
 * directory: nothing or data of an older timeline, then the exchange is to be done; else it is
 * done, and the rules for any leader and any diverged member do the rest. Pausing would do less:
 * the guard stands down in a pause, and a person may resume too early.
 */
public final class Replacing {
    private Replacing() {}

    /** Why this node's data may not lead; empty: it may. */
    static String bars(LocalView local, Policy policy) {
        return policy.replacement()
                .filter(replacement -> toBeExchanged(found(local.server(), replacement)))
                .map(replacement ->
                        "the cluster's data is being replaced on %s and goes on with timeline %d; ours is of timeline %d"
                                .formatted(
                                        replacement.member(),
                                        replacement.timeline(),
                                        timeline(local.server())))
                .orElse("");
    }

    /** Whether what a member has counts in a race: what is left behind does not. */
    static boolean leftBehind(PeerAnswer answer, Policy policy) {
        return policy.replacement()
                .map(replacement -> answer.timeline() < replacement.timeline())
                .orElse(false);
    }

    /** What the member does whose directory is to be replaced; empty: as ever. */
    static Optional<Decision> decide(ClusterView view, LocalView local, Policy policy) {
        var ours = policy.replacement().filter(some -> some.member().equals(local.self()));
        if (ours.isEmpty()) return Optional.empty();
        var replacement = ours.get();
        var found = found(local.server(), replacement);
        if (!toBeExchanged(found)) return Optional.empty();
        String what =
                "%s is to take the place of our data directory".formatted(replacement.directory());
        var leader = view.leader().filter(key -> !key.name().equals(local.self()));
        if (leader.isPresent())
            return found == Found.NOTHING
                    ? Optional.of(
                            new Decision.Wait(
                                    "%s, but %s leads: cancel the replacement"
                                            .formatted(what, leader.get().name())))
                    : Optional.empty();
        var later = LocalView.ahead(local.memory().retryAt(), local.now(), policy);
        if (later.isPresent())
            return Optional.of(new Decision.Wait(what + "; next try at " + later.get()));
        var promise = local.failsafe().promise();
        if (promise.isPresent())
            return Optional.of(
                    new Decision.Wait(what + "; not now: " + Failsafe.promised(promise.get())));
        String leftOut = Failsafe.leftOut(view, local.self());
        if (!leftOut.isEmpty())
            return Optional.of(new Decision.Wait(what + "; not now: " + leftOut));
        if (!local.guardReady())
            return Optional.of(
                    new Decision.Wait(what + "; not now: the guard process does not answer"));
        if (view.leader().isEmpty())
            return Optional.of(new Decision.Acquire(what + ", nobody leads, and nobody else may"));
        if (local.leaseLeft().compareTo(policy.safetyMargin()) <= 0)
            return local.isPrimary()
                    ? Optional.empty()
                    : Optional.of(new Decision.Wait(what + "; too little of the lease is left"));
        return Optional.of(new Decision.ReplaceData(replacement, what));
    }

    /** Whether every member is on the new data, and the old is history. */
    public static boolean over(ClusterView view, LocalView local, Replacement replacement) {
        return found(local.server(), replacement) == Found.RESTORED
                && local.isPrimary()
                && replacement.members().stream()
                        .filter(name -> !name.equals(local.self()))
                        .allMatch(name ->
                                view.member(name)
                                        .filter(member -> member.running())
                                        .filter(member ->
                                                member.timeline() >= replacement.timeline())
                                        .isPresent());
    }

    /**
     * Why a replacement cannot be begun here and now; empty if it can.
     *
     * @param version of this agent: others must know the rules, too
     */
    public static Optional<Answer> refuse(
            ClusterView view, MemberName self, Policy policy, ServerView server, String version) {
        var standing = standing(view);
        if (standing.isPresent())
            return refused(
                    "a replacement is under way, on %s: see it to its end, or cancel it"
                            .formatted(standing.get().member()));
        if (policy.standbyCluster().isPresent())
            return refused(
                    "a standby cluster follows another: its data is replaced there, or promote it"
                            + " first");
        if (policy.paused())
            return refused(
                    "the cluster is paused: resume it first, the other members are brought onto the"
                            + " new data by agents that act");
        if (!view.ledBy(self))
            return refused(
                    view.leader()
                            .map(key ->
                                    "ask the leader, %s: it is its directory that is replaced"
                                            .formatted(key.name()))
                            .orElse("nobody leads the cluster"));
        if (view.failover().isPresent())
            return refused("a switchover is asked for: let it end, or cancel it");
        var strangers =
                view.members().values().stream()
                        .filter(member ->
                                !version.equals(Values.text(member.data().get("matriarch"))))
                        .map(Member::name)
                        .toList();
        if (!strangers.isEmpty())
            return refused(
                    "%s do not run Matriarch %s: with their rules they could lead with the old data"
                            .formatted(strangers, version));
        return server.live().isEmpty() || timeline(server) == 0
                ? refused("PostgreSQL does not answer here: " + server.trouble())
                : Optional.empty();
    }

    /** Why this directory cannot take the place of the present one; empty if it can. */
    public static Optional<Answer> refuse(ServerView server, ControlData prepared) {
        int present = timeline(server);
        if (prepared.checkpointTimeline() <= present)
            return refused(
                    "the restored data is on timeline %d, and the cluster on %d: it must be on a later one"
                            .formatted(prepared.checkpointTimeline(), present));
        return Optional.empty();
    }

    /** One sentence for people. */
    public static String plan(Replacement replacement) {
        List<String> others =
                replacement.members().stream()
                        .filter(name -> !name.equals(replacement.member()))
                        .map(MemberName::value)
                        .toList();
        return "PostgreSQL of %s is stopped, its data directory kept as %s, and %s takes its place, on timeline %d; %s"
                .formatted(
                        replacement.member(),
                        replacement.kept(),
                        replacement.directory(),
                        replacement.timeline(),
                        others.isEmpty()
                                ? "there are no other members"
                                : "then %s are rewound or cloned anew".formatted(others));
    }

    /** What lies in the place of the data directory. */
    public enum Found {
        /** The data that is to be replaced. */
        OLD,
        /** Nothing: the exchange was cut off between its two renames. */
        NOTHING,
        /** Restored data, or what was written on it since. */
        RESTORED,
        /** It cannot be read. */
        UNKNOWN
    }

    /** How far the exchange is. */
    public static Found found(ServerView server, Replacement replacement) {
        if (server.dataDirectory() == DataDirectory.EMPTY) return Found.NOTHING;
        int timeline = timeline(server);
        if (server.dataDirectory() != DataDirectory.PRESENT || timeline == 0) return Found.UNKNOWN;
        return timeline < replacement.timeline() ? Found.OLD : Found.RESTORED;
    }

    private static boolean toBeExchanged(Found found) {
        return found == Found.OLD || found == Found.NOTHING;
    }

    /** The replacement that stands in the store as it was read. */
    public static Optional<Replacement> standing(ClusterView view) {
        return view.config().flatMap(config -> Replacement.of(config.data()));
    }

    /**
     * Why what was begun cannot be taken back on the member that carries it out; empty if it can.
     */
    public static Optional<Answer> refuseUndo(ServerView server, Replacement replacement) {
        return switch (found(server, replacement)) {
            case OLD, NOTHING -> Optional.empty();
            case RESTORED ->
                    refused(
                            "the restored data is in place already; the old is kept as "
                                    + replacement.kept());
            case UNKNOWN ->
                    refused(
                            "what lies in the data directory cannot be read, so that nobody knows whether the old data is in place: "
                                    + server.trouble());
        };
    }

    /** 0 if unknown. */
    private static int timeline(ServerView server) {
        int live = server.live().map(ServerView.Live::timeline).orElse(0);
        return live > 0
                ? live
                : server.control()
                        .map(control ->
                                Math.max(
                                        control.checkpointTimeline(),
                                        control.minRecoveryEndTimeline()))
                        .orElse(0);
    }

    private static Optional<Answer> refused(String why) {
        return Optional.of(new Answer(412, why));
    }
}
