package io.matriarch.failover.simulation;

import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Histories in which what goes wrong waits for a change of the key {@code sync}, or of the names in
 * force. {@code -Dsimulation.sync=N} tells more of them, {@code -Dsimulation.sync.seed=N} one with
 * all that happened.
 */
@DisplayName("In every history that is struck as synchronous members change, no commit is lost")
class SyncStoriesTest {
    static Stream<SimulationTest.Block> blocks() {
        return Told.blocks("sync", 200);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("blocks")
    void promisesAreKept(SimulationTest.Block block) {
        Told.keepPromises("sync", block, Rules.with(Rule.SYNC_SETTLED));
    }
}
