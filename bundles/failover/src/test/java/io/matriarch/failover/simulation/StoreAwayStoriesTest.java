package io.matriarch.failover.simulation;

import static io.matriarch.failover.simulation.World.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Histories with one thing gone wrong, and nothing else. */
@DisplayName("While the store is away, in failsafe mode")
class StoreAwayStoriesTest {
    private static final Map<String, Object> FAILSAFE = Map.of("failsafe_mode", true);

    private static World whole(long seed) {
        var world = new World(seed, Rules.ALL, FAILSAFE, false);
        Story.found(world);
        world.runUntil(world.now + 60 * SECOND); // the list in the store is complete
        return world;
    }

    private static void during(World world, long seconds, Consumer<SimNode> holds) {
        for (long end = world.now + seconds * SECOND; world.now < end; ) {
            world.runUntil(world.now + SECOND / 10);
            holds.accept(world.writable().isEmpty() ? null : world.writable().getFirst());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
    @DisplayName("a healthy cluster keeps writing, and nobody else leads when it is back")
    void keepsWriting(long seed) {
        var world = whole(seed);
        var leader = world.writable().getFirst();
        int promotions = world.invariants.promotions;
        world.store.unreachable(true);
        during(world, 300, writer -> assertThat(writer).isSameAs(leader));
        world.store.unreachable(false);
        during(world, 60, writer -> assertThat(writer).isSameAs(leader));
        assertThat(world.store.leader()).isEqualTo(leader.name.value());
        assertThat(world.invariants.promotions).isEqualTo(promotions);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
    @DisplayName("a leader that alone has lost it serves on, although the others still have it")
    void halfPartitioned(long seed) {
        var world = whole(seed);
        var leader = world.writable().getFirst();
        world.network.cutStore(leader, true);
        during(world, 200, writer -> assertThat(writer).isSameAs(leader));
        assertThat(world.store.leader()).as("its key has ended").isEmpty();
        world.network.cutStore(leader, false);
        during(world, 60, writer -> assertThat(writer).isSameAs(leader));
        assertThat(world.store.leader()).isEqualTo(leader.name.value());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 6, 7, 9, 10, 11})
    @DisplayName("one member that cannot be asked ends the writing, before anybody else may lead")
    void oneMissing(long seed) {
        var world = whole(seed);
        var leader = world.writable().getFirst();
        var missing = world.nodes.stream().filter(node -> node != leader).findFirst().orElseThrow();
        world.network.cutStore(leader, true);
        during(world, 60, writer -> assertThat(writer).isSameAs(leader));
        world.network.cut(leader, missing, true);
        long until = world.now + world.policy.ttl().toNanos() + SECOND;
        while (world.writable().contains(leader) && world.now < until)
            world.runUntil(world.now + SECOND / 10);
        assertThat(world.writable()).doesNotContain(leader);
        world.runUntil(world.now + 60 * SECOND);
        boolean others = world.nodes.stream().anyMatch(n -> n != leader && !n.tags.nofailover());
        assertThat(world.writable()).hasSize(others ? 1 : 0);
    }
}
