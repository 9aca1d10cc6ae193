package io.matriarch.failover.simulation;

import static org.assertj.core.api.Assertions.fail;

import io.matriarch.failover.simulation.SimulationTest.Block;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Histories of one family: {@code -Dsimulation.FAMILY=N} tells more of them, {@code
 * -Dsimulation.FAMILY.seed=N} one with all that happened.
 */
final class Told {
    private static final int BLOCK = 100;

    private Told() {}

    static Stream<Block> blocks(String family, int usual) {
        Long one = Long.getLong("simulation." + family + ".seed");
        if (one != null) return Stream.of(new Block(one, 1));
        long first = SimulationTest.firstSeed();
        int count = SimulationTest.count("simulation." + family, usual);
        return LongStream.range(0, (count + BLOCK - 1) / BLOCK)
                .mapToObj(i ->
                        new Block(first + i * BLOCK, (int) Math.min(BLOCK, count - i * BLOCK)));
    }

    /** Fails with the end of the first history that broke a promise. */
    static void keepPromises(String family, Block block, Rules rules) {
        if (block.count() == 1) System.out.println(Story.replay(block.first(), rules).trace());
        var broken =
                SimulationTest.outcomes(
                                block.first(), block.count(), seed -> Story.tell(seed, rules))
                        .filter(outcome -> !outcome.good())
                        .toList();
        if (broken.isEmpty()) return;
        long seed = broken.getFirst().seed();
        var lines = Story.replay(seed, rules).trace().lines().toList();
        fail(
                "%d histories broke a promise: %s%n%s%n-Dsimulation.%s.seed=%d tells all of it"
                        .formatted(
                                broken.size(),
                                broken.stream().map(Story.Outcome::failure).limit(10).toList(),
                                String.join(
                                        "\n",
                                        lines.subList(
                                                Math.max(0, lines.size() - 80), lines.size())),
                                family,
                                seed));
    }
}
