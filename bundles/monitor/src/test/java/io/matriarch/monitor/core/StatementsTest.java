package io.matriarch.monitor.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The statements")
class StatementsTest {
    @Test
    @DisplayName("exist for every version from 12 to 18 and the next, on primaries and standbys")
    void versions() {
        for (int version = 12; version <= 19; version++)
            for (var collector : Statements.all()) {
                int major = version;
                var fitting =
                        collector.variants().stream()
                                .filter(v -> v.from() <= major && major <= v.to())
                                .toList();
                assertThat(fitting).as("%s on %d", collector.id(), version).hasSizeLessThan(2);
                if (collector.variants().getFirst().from() <= major)
                    assertThat(fitting).as("%s on %d", collector.id(), version).hasSize(1);
            }
        assertThat(Statements.all().stream().map(Collector::id)).doesNotHaveDuplicates();
    }
}
