package io.matriarch.monitor.core;

import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.failover.api.NodeStatus;
import io.matriarch.failover.api.PeerSight;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who says that it can be written to. Each member is asked itself: the store knows one leader only,
 * whoever else may think so.
 */
public final class Primaries {
    /** An older view of the store tells nothing of now. */
    private static final long OLD_MILLIS = 30_000;

    private Primaries() {}

    /**
     * The names of the primaries. A leader that we could not ask counts as long as the store holds
     * its lease: our own network may be what is broken.
     *
     * @param cluster as seen after the answers came
     * @return empty if nobody knows: a member was silent, and the store's view is old; or if none
     *     is expected: a standby cluster has a leader that follows another cluster's primary
     */
    public static Optional<Set<String>> seen(
            NodeStatus node, ClusterStatus cluster, List<PeerSight> peers) {
        var names = new TreeSet<String>();
        if (node.role().equals("primary") && node.state().equals("running")) names.add(node.name());
        for (var peer : peers) if (peer.answered() && peer.writable()) names.add(peer.name());
        boolean recent = !cluster.systemId().isEmpty() && cluster.ageMillis() < OLD_MILLIS;
        boolean silent = peers.stream().anyMatch(peer -> !peer.answered());
        if (recent && silent && leads(cluster, peers)) names.add(cluster.leader());
        boolean unknown = !recent && (silent || peers.isEmpty());
        boolean none = recent && followsAnother(cluster);
        return names.isEmpty() && (unknown || none) ? Optional.empty() : Optional.of(names);
    }

    private static boolean followsAnother(ClusterStatus cluster) {
        return cluster.members().stream()
                .anyMatch(member ->
                        member.name().equals(cluster.leader())
                                && member.role().equals("standby_leader"));
    }

    private static boolean leads(ClusterStatus cluster, List<PeerSight> peers) {
        boolean silent =
                peers.stream()
                        .anyMatch(peer -> !peer.answered() && peer.name().equals(cluster.leader()));
        return silent
                && cluster.members().stream()
                        .anyMatch(member ->
                                member.name().equals(cluster.leader())
                                        && member.state().equals("running"));
    }

    /**
     * Of two looks one after the other. During a handover the first answer of one member and a late
     * answer of the other may both be true, and yet there never were two: only those who say so
     * twice, and another with them both times, count together.
     */
    public static Set<String> both(Set<String> first, Set<String> second) {
        var names = new TreeSet<>(first);
        names.retainAll(second);
        if (names.isEmpty()) second.stream().limit(1).forEach(names::add);
        return names;
    }
}
