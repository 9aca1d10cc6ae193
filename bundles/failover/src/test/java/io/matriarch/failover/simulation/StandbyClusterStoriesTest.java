package io.matriarch.failover.simulation;

import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Histories in which a person makes the cluster follow another, and write again. {@code
 * -Dsimulation.standby=N} tells more of them, {@code -Dsimulation.standby.seed=N} one with all that
 * happened.
 */
@DisplayName("In every history of a standby cluster nobody writes while it follows another")
class StandbyClusterStoriesTest {
    private static final int BLOCK = 100;
    private static final Rules TWO = Rules.with(Rule.STANDBY_NOT_PROMOTED);

    static java.util.stream.Stream<SimulationTest.Block> blocks() {
        Long one = Long.getLong("simulation.standby.seed");
        if (one != null) return java.util.stream.Stream.of(new SimulationTest.Block(one, 1));
        return blocks(SimulationTest.firstSeed(), SimulationTest.count("simulation.standby", 400));
    }

    private static java.util.stream.Stream<SimulationTest.Block> blocks(long first, int count) {
        return java.util.stream.LongStream.range(0, (count + BLOCK - 1) / BLOCK)
                .mapToObj(i ->
                        new SimulationTest.Block(
                                first + i * BLOCK, (int) Math.min(BLOCK, count - i * BLOCK)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("blocks")
    void promisesAreKept(SimulationTest.Block block) {
        if (block.count() == 1) System.out.println(Story.replay(block.first(), TWO).trace());
        var broken =
                SimulationTest.outcomes(block.first(), block.count(), seed -> Story.tell(seed, TWO))
                        .filter(outcome -> !outcome.good())
                        .toList();
        if (broken.isEmpty()) return;
        var lines = Story.replay(broken.getFirst().seed(), TWO).trace().lines().toList();
        fail(
                "%d histories broke a promise: %s%n%s%n-Dsimulation.standby.seed=%d tells all of it"
                        .formatted(
                                broken.size(),
                                broken.stream().map(Story.Outcome::failure).limit(10).toList(),
                                String.join(
                                        "\n",
                                        lines.subList(
                                                Math.max(0, lines.size() - 80), lines.size())),
                                broken.getFirst().seed()));
    }
}
