package io.matriarch.monitor.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.failover.api.MemberStatus;
import io.matriarch.failover.api.NodeStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A standby's timeline")
class TimelinesTest {
    private static NodeStatus node(String name, int timeline) {
        return new NodeStatus(name, "replica", "running", timeline, 0, false, 0, "", "", "", "");
    }

    private static ClusterStatus ledBy(String leader, int timeline) {
        var member =
                new MemberStatus(
                        "n1",
                        "leader",
                        "running",
                        "h",
                        1,
                        "",
                        timeline,
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        false,
                        "",
                        Map.of());
        return new ClusterStatus("herd", "7", leader, false, "", List.of(member), 1, 0);
    }

    @Test
    @DisplayName("is compared with the leader's")
    void compared() {
        assertThat(Timelines.differs(node("n2", 3), ledBy("n1", 3))).contains(false);
        assertThat(Timelines.differs(node("n2", 3), ledBy("n1", 4))).contains(true);
        assertThat(Timelines.differs(node("n2", 5), ledBy("n1", 4))).contains(true);
    }

    @Test
    @DisplayName("is the right one on the leader itself, whatever was published last")
    void leader() {
        assertThat(Timelines.differs(node("n1", 4), ledBy("n1", 3))).contains(false);
    }

    @Test
    @DisplayName("is not judged while one of the two is unknown or nobody leads")
    void unknown() {
        assertThat(Timelines.differs(node("n2", 0), ledBy("n1", 3))).isEqualTo(Optional.empty());
        assertThat(Timelines.differs(node("n2", 3), ledBy("n1", 0))).isEqualTo(Optional.empty());
        assertThat(Timelines.differs(node("n2", 3), ledBy("", 3))).isEqualTo(Optional.empty());
        assertThat(Timelines.differs(node("n2", 3), ledBy("n9", 3))).isEqualTo(Optional.empty());
    }
}
