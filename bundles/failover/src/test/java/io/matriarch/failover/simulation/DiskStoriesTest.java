package io.matriarch.failover.simulation;

import static io.matriarch.failover.simulation.World.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.failover.core.WritePath.Outcome;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Histories in which the disk of the WAL fails; the first ones with nothing else gone wrong. */
@DisplayName("When the disk of the WAL fails")
class DiskStoriesTest {
    private static final Map<String, Object> DISKS =
            Map.of(SimDisk.TELLS, true, "primary_start_timeout", 300);
    private static final int HISTORIES = SimulationTest.count("simulation.disks", 300);

    private static World whole(long seed) {
        var world = new World(seed, Rules.ALL, DISKS, false);
        Story.found(world);
        world.runUntil(world.now + 30 * SECOND);
        return world;
    }

    /** How often another member began to lead meanwhile. */
    private static int moves(World world, long seconds) {
        int moves = 0;
        var last = world.store.leader();
        for (long end = world.now + seconds * SECOND; world.now < end; ) {
            world.runUntil(world.now + SECOND / 20);
            var leader = world.store.leader();
            if (leader.isEmpty() || leader.equals(last)) continue;
            moves++;
            last = leader;
        }
        return moves;
    }

    private static boolean othersMayLead(World world, SimNode than) {
        return world.nodes.stream().anyMatch(node -> node != than && !node.tags.nofailover());
    }

    @ParameterizedTest
    @EnumSource(
            value = Outcome.class,
            names = {"FULL", "READ_ONLY", "HUNG"})
    @DisplayName("of the leader, a member that can write leads after a minute, and stays it")
    void moves(Outcome how) {
        for (long seed : List.of(1L, 2L, 3L, 5L, 6L, 7L, 9L, 10L, 11L)) {
            var world = whole(seed);
            var leader = world.writable().getFirst();
            if (!othersMayLead(world, leader)) continue;
            leader.disk.becomes(how);
            assertThat(moves(world, 120)).as("moves, seed %d", seed).isEqualTo(1);
            assertThat(world.writable()).as("seed %d", seed).hasSize(1).doesNotContain(leader);
            assertThat(world.acknowledged.flowing()).as("commits, seed %d", seed).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15})
    @DisplayName("by being full, everywhere at once, leadership moves at most once, and is back")
    void allFull(long seed) {
        var world = whole(seed);
        for (var node : world.nodes) {
            world.after(
                    world.millis(0, 30_000),
                    () -> {
                        node.disk.becomes(Outcome.FULL);
                        if (world.chance(0.5) && !node.postgres.inRecovery) node.postgres.die();
                    });
        }
        assertThat(moves(world, 1_200)).isLessThanOrEqualTo(1);
        for (var node : world.nodes) node.disk.becomes(Outcome.WRITES);
        world.runUntil(world.now + 180 * SECOND);
        assertThat(Story.whole(world)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15})
    @DisplayName("by being full, first here and then where leadership went, it does not come back")
    void oneAfterTheOther(long seed) {
        var world = whole(seed);
        var been = new HashSet<String>();
        while (been.size() < world.nodes.size()) {
            var leader = world.writable();
            if (leader.isEmpty() || !been.add(world.store.leader())) break;
            leader.getFirst().disk.becomes(Outcome.FULL);
            moves(world, 90);
        }
        assertThat(moves(world, 600)).as("once no disk it was on has room").isZero();
    }

    @Test
    @DisplayName("and anything else goes wrong as well, there is one writer at most")
    void anything() {
        var broken =
                SimulationTest.outcomes(
                                SimulationTest.firstSeed(),
                                HISTORIES,
                                seed -> Story.tell(seed, Rules.with(Rule.ROOM_ASKED)))
                        .filter(outcome -> !outcome.good())
                        .map(Story.Outcome::failure)
                        .toList();
        assertThat(broken).isEmpty();
    }
}
