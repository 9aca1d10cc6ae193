package io.matriarch.monitor.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.failover.api.MemberStatus;
import io.matriarch.failover.api.NodeStatus;
import io.matriarch.failover.api.PeerSight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Primaries")
class PrimariesTest {
    private static final long NOW = 100;
    private static final long LONG_AGO = 60_000;

    private final List<PeerSight> peers = new ArrayList<>();

    private PrimariesTest standby(String name) {
        return says(name, false);
    }

    private PrimariesTest primary(String name) {
        return says(name, true);
    }

    private PrimariesTest says(String name, boolean writable) {
        peers.add(new PeerSight(name, true, writable, 1, Optional.empty(), Duration.ofMillis(3)));
        return this;
    }

    private PrimariesTest silent(String name) {
        peers.add(PeerSight.silent(name));
        return this;
    }

    /** As member a sees it, whose own role this is. */
    private Optional<Set<String>> seen(String role, String leader, long age) {
        return seen(role, leader, "leader", age);
    }

    private Optional<Set<String>> seen(String role, String leader, String leads, long age) {
        var node = new NodeStatus("a", role, "running", 1, 0, false, 0, "armed", "", "", "");
        var members =
                leader.isEmpty()
                        ? List.<MemberStatus>of()
                        : List.of(
                                new MemberStatus(
                                        leader,
                                        leads,
                                        "running",
                                        "h",
                                        1,
                                        "",
                                        1,
                                        OptionalLong.empty(),
                                        OptionalLong.empty(),
                                        false,
                                        "",
                                        Map.of()));
        return Primaries.seen(
                node, new ClusterStatus("demo", "7", leader, false, "", members, 1, age), peers);
    }

    @Test
    @DisplayName("are counted by what each member says, whoever leads by the store")
    void asked() {
        primary("b").standby("c");
        assertThat(seen("replica", "b", NOW)).contains(Set.of("b"));
        assertThat(seen("primary", "b", NOW)).contains(Set.of("a", "b"));
        peers.clear();
        standby("b").standby("c");
        assertThat(seen("replica", "b", NOW)).contains(Set.of());
    }

    @Test
    @DisplayName("are not expected in a standby cluster, and told if there is one all the same")
    void standbyCluster() {
        standby("b").standby("c");
        assertThat(seen("replica", "b", "standby_leader", NOW)).isEmpty();
        assertThat(seen("primary", "b", "standby_leader", NOW)).contains(Set.of("a"));
        assertThat(seen("replica", "", NOW)).as("nobody leads it").contains(Set.of());
    }

    @Test
    @DisplayName("include a leader we cannot ask while the store holds its lease")
    void silentLeader() {
        silent("b").standby("c");
        assertThat(seen("replica", "b", NOW)).contains(Set.of("b"));
        assertThat(seen("replica", "", NOW)).contains(Set.of());
    }

    @Test
    @DisplayName("are not known while a member is silent and the store is away")
    void unknown() {
        silent("b").standby("c");
        assertThat(seen("replica", "b", LONG_AGO)).isEmpty();
        assertThat(seen("primary", "b", LONG_AGO)).contains(Set.of("a"));
        peers.clear();
        standby("b").standby("c");
        assertThat(seen("replica", "b", LONG_AGO)).contains(Set.of());
    }

    @Test
    @DisplayName("are two only if the same two say so twice")
    void twice() {
        assertThat(Primaries.both(Set.of("a", "b"), Set.of("a", "b"))).hasSize(2);
        assertThat(Primaries.both(Set.of("a", "b"), Set.of("b"))).containsExactly("b");
        assertThat(Primaries.both(Set.of("a", "b"), Set.of())).isEmpty();
        assertThat(Primaries.both(Set.of("a", "b"), Set.of("c", "d"))).hasSize(1);
    }
}
