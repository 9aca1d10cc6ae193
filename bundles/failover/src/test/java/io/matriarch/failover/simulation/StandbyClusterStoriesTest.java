package io.matriarch.failover.simulation;

import java.util.stream.Stream;
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
    static Stream<SimulationTest.Block> blocks() {
        return Told.blocks("standby", 400);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("blocks")
    void promisesAreKept(SimulationTest.Block block) {
        Told.keepPromises("standby", block, Rules.with(Rule.STANDBY_NOT_PROMOTED));
    }
}
