package io.matriarch.failover.core;

import io.matriarch.api.MemberName;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * We lead and may not be able to write. Leadership goes only to a member that says it has room:
 * between two full disks it stays where it is.
 */
final class Writing {
    private Writing() {}

    /** What a leader does about its write path; empty: nothing is wrong with it. */
    static Optional<Decision> asLeader(ClusterView view, LocalView local, Policy policy) {
        var path = local.writePath();
        if (!path.failing()) return Optional.empty();
        return Optional.of(step(view, local, policy, path));
    }

    private static Decision step(ClusterView view, LocalView local, Policy policy, WritePath path) {
        String says = "we lead, but " + path.sentence();
        if (!path.diskFails()) return keep(says, "another member would have as many clients");
        if (policy.paused()) return keep(says, "the cluster is paused");
        if (!path.plan().handsOver()) return keep(says, "the configuration wants an alert only");
        if (path.lasting().compareTo(path.plan().patience()) < 0)
            return keep(
                    says,
                    "leadership is handed over after " + path.plan().patience().toSeconds() + " s");
        var young = young(view, local.now(), path.plan().pause());
        if (young.isPresent()) return keep(says, young.get());
        var candidates = Handover.toLeaveTo(view, local, policy);
        if (candidates.isEmpty()) return keep(says, "no other member may lead");
        if (local.peers().isEmpty())
            return new Decision.AskPeers(candidates, says + "; who has room?");
        return Handover.able(roomy(local), local, policy)
                .<Decision>map(name ->
                        new Decision.RequestHandover(
                                name,
                                says
                                        + ", for "
                                        + path.lasting().toSeconds()
                                        + " s; "
                                        + name
                                        + " has room"))
                .orElseGet(() ->
                        keep(
                                says,
                                "of "
                                        + candidates.stream().map(Member::name).toList()
                                        + " none is well, close enough and has room"));
    }

    private static Decision keep(String says, String why) {
        return new Decision.KeepLeading(says + "; " + why);
    }

    /** Of those that answered, the ones that say that they have room. */
    private static Map<MemberName, PeerAnswer> roomy(LocalView local) {
        var roomy = new java.util.TreeMap<>(local.peers().orElse(Map.of()));
        roomy.values().removeIf(answer -> answer.room() != WritePath.Room.FREE);
        return roomy;
    }

    /** Why leadership moved too short a while ago to move again; empty if it did not. */
    private static Optional<String> young(ClusterView view, Instant now, Duration pause) {
        return promotedAt(view.history())
                .filter(at -> !at.isAfter(now) && at.plus(pause).isAfter(now))
                .map(at ->
                        "leadership moved at "
                                + at
                                + ", and does not move again of itself within "
                                + pause.toSeconds()
                                + " s");
    }

    private static Optional<Instant> promotedAt(List<List<Object>> history) {
        if (history.isEmpty() || history.getLast().size() < 4) return Optional.empty();
        try {
            return Optional.of(
                    java.time.OffsetDateTime.parse(Values.text(history.getLast().get(3)))
                            .toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty(); // written by somebody else: then it is long ago
        }
    }

    /**
     * Our PostgreSQL does not come up and we have no room: whether nobody else has either. Then the
     * key stays, or it would go round among full disks.
     */
    static boolean nobodyHasRoom(LocalView local) {
        var answers = local.peers().orElse(Map.of()).values();
        return local.writePath().room() == WritePath.Room.NONE
                && !answers.isEmpty()
                && answers.stream().allMatch(answer -> answer.room() == WritePath.Room.NONE);
    }
}
