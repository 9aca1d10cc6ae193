package io.matriarch.alerting.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.failover.api.MemberStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The watch over a cluster")
class ClusterWatchTest {
    @DisplayName(
            "counts a leader that does what leads there: writing, or following another cluster")
    @ParameterizedTest(name = "{0}, {1}: {2}")
    @CsvSource({
        "leader, running, 1",
        "leader, crashed, 0",
        "leader, streaming, 0",
        "standby_leader, streaming, 1",
        "standby_leader, in archive recovery, 1",
        "standby_leader, running, 1",
        "standby_leader, stopped, 0"
    })
    void leader(String role, String state, double primaries) {
        var member =
                new MemberStatus(
                        "n1",
                        role,
                        state,
                        "127.0.0.1",
                        5432,
                        "",
                        1,
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        false,
                        "",
                        Map.of());
        var status = new ClusterStatus("herd", "7711", "n1", false, "", List.of(member), 1, 0);
        var figures =
                new ClusterWatch("herd", "n1")
                        .look(Instant.EPOCH, Optional.of(status), Set.of("n1"), Set.of(), 0);
        assertThat(figures)
                .filteredOn(figure -> figure.name().equals("matriarch_cluster_primaries"))
                .singleElement()
                .satisfies(figure -> assertThat(figure.value()).isEqualTo(primaries));
    }
}
