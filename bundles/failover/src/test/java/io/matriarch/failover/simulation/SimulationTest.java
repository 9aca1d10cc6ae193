package io.matriarch.failover.simulation;

import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole-cluster histories. {@code -Dsimulation.seed=N} tells one with all that happened, {@code
 * -Dsimulation.histories=N} tells more of them, {@code -Dsimulation.fresh=true} such as nobody has
 * seen; {@code target/simulation.md} sums up what was told.
 */
@DisplayName("In every history there is at most one writer, and after healing exactly one")
class SimulationTest {
    private static final int BLOCK = 250;
    private static final SimulationReport REPORT = new SimulationReport();

    /** A run of neighbouring seeds. */
    record Block(long first, int count) {
        @Override
        public String toString() {
            return count == 1 ? "seed " + first : "seeds " + first + " to " + (first + count - 1);
        }
    }

    static Stream<Block> blocks() {
        Long one = Long.getLong("simulation.seed");
        if (one != null) return Stream.of(new Block(one, 1));
        int histories = count("simulation.histories", 2_000);
        return blocks(firstSeed(), histories);
    }

    /**
     * How many histories to tell: as asked by the property of that name, or all by profile {@code
     * long}, or a part of them.
     */
    static int count(String property, int all) {
        return Integer.getInteger(property, all / Integer.getInteger("simulation.part", 1));
    }

    /** Every build tells the same histories, so that it fails by what was changed. */
    static long firstSeed() {
        return Boolean.getBoolean("simulation.fresh") ? new Random().nextInt(1_000_000_000) : 0;
    }

    private static Stream<Block> blocks(long first, int count) {
        return LongStream.range(0, (count + BLOCK - 1) / BLOCK)
                .mapToObj(i ->
                        new Block(first + i * BLOCK, (int) Math.min(BLOCK, count - i * BLOCK)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("blocks")
    void promisesAreKept(Block block) {
        if (block.count() == 1) System.out.println(Story.replay(block.first(), Rules.ALL).trace());
        var broken =
                outcomes(block.first(), block.count(), seed -> Story.tell(seed, Rules.ALL))
                        .peek(REPORT::add)
                        .filter(outcome -> !outcome.good())
                        .toList();
        REPORT.write();
        if (!broken.isEmpty()) fail(report(broken));
    }

    private static String report(List<Story.Outcome> broken) {
        var first = broken.getFirst();
        var lines = Story.replay(first.seed(), Rules.ALL).trace().lines().toList();
        return "%d histories broke a promise: %s%n%s%n-Dsimulation.seed=%d tells all of it"
                .formatted(
                        broken.size(),
                        broken.stream().map(Story.Outcome::failure).limit(10).toList(),
                        String.join(
                                "\n", lines.subList(Math.max(0, lines.size() - 80), lines.size())),
                        first.seed());
    }

    static Stream<Story.Outcome> outcomes(
            long first, int count, LongFunction<Story.Outcome> teller) {
        return LongStream.range(first, first + count).parallel().mapToObj(teller);
    }
}
