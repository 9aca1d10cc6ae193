package io.matriarch.monitor.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.failover.api.MemberStatus;
import io.matriarch.failover.api.NodeStatus;
import io.matriarch.monitor.api.Health;
import io.matriarch.monitor.api.Health.Aspect;
import io.matriarch.monitor.api.Health.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The health of a node")
class JudgeTest {
    private final List<MemberStatus> members =
            new ArrayList<>(List.of(member("a", "running", -1), member("b", "streaming", 0)));
    private String state = "running";
    private String guard = "armed";
    private String action = "";
    private String trouble = "";
    private boolean paused;
    private Optional<Integer> missing = Optional.empty();

    private static MemberStatus member(String name, String state, long lag) {
        var behind = lag < 0 ? OptionalLong.empty() : OptionalLong.of(lag);
        return new MemberStatus(
                name, "replica", state, "h", 1, "", 1, behind, behind, false, "", Map.of());
    }

    private List<Health> judged(String self, String leader) {
        var node =
                new NodeStatus(
                        self,
                        "primary",
                        state,
                        1,
                        0,
                        self.equals(leader),
                        0,
                        guard,
                        action,
                        "",
                        "");
        var cluster = new ClusterStatus("demo", "", leader, paused, "", members, 1, 0);
        return Judge.judge(Optional.of(new Judge.Known(node, cluster, missing)), trouble);
    }

    private static Status worst(List<Health> answers, Aspect aspect) {
        return answers.stream()
                .filter(answer -> answer.aspect() == aspect)
                .map(Health::status)
                .max(Status::compareTo)
                .orElseThrow();
    }

    private static String texts(List<Health> answers) {
        return answers.stream().map(Health::text).toList().toString();
    }

    @Test
    @DisplayName(
            "a leader with a fit standby is ready, and better not restarted before a switchover")
    void leader() {
        var answers = judged("a", "a");
        assertThat(worst(answers, Aspect.LIVENESS)).isEqualTo(Status.OK);
        assertThat(worst(answers, Aspect.READINESS)).isEqualTo(Status.OK);
        assertThat(worst(answers, Aspect.RESTART)).isEqualTo(Status.WARNING);
        assertThat(texts(answers)).contains("switch over first, to one of [b]");
    }

    @Test
    @DisplayName("a leader whose standby is missing, behind or may not lead is not to be restarted")
    void alone() {
        for (var other :
                List.of(
                        member("b", "stopped", 0),
                        member("b", "streaming", 1L << 30),
                        member("b", "streaming", -1))) {
            members.set(1, other);
            assertThat(worst(judged("a", "a"), Aspect.RESTART)).isEqualTo(Status.CRITICAL);
        }
    }

    @Test
    @DisplayName("a standby of a leader that is well may be restarted")
    void standby() {
        assertThat(worst(judged("b", "a"), Aspect.RESTART)).isEqualTo(Status.OK);
        assertThat(worst(judged("b", "a"), Aspect.READINESS)).isEqualTo(Status.OK);
        assertThat(worst(judged("b", ""), Aspect.RESTART)).isEqualTo(Status.CRITICAL);
        assertThat(worst(judged("b", ""), Aspect.READINESS)).isEqualTo(Status.CRITICAL);
        members.set(1, member("b", "streaming", 1L << 30));
        assertThat(worst(judged("b", "a"), Aspect.READINESS)).isEqualTo(Status.WARNING);
        members.set(1, member("b", "in archive recovery", 0));
        assertThat(worst(judged("b", "a"), Aspect.READINESS)).isEqualTo(Status.CRITICAL);
    }

    @Test
    @DisplayName("work under way, a missing guard, a silent server and missing standbys are told")
    void troubles() {
        action = "reinitialize";
        assertThat(worst(judged("b", "a"), Aspect.RESTART)).isEqualTo(Status.CRITICAL);
        guard = "absent: no program";
        assertThat(worst(judged("b", "a"), Aspect.LIVENESS)).isEqualTo(Status.CRITICAL);
        trouble = "password";
        assertThat(worst(judged("b", "a"), Aspect.READINESS)).isEqualTo(Status.WARNING);
        missing = Optional.of(1);
        assertThat(worst(judged("b", "a"), Aspect.READINESS)).isEqualTo(Status.CRITICAL);
        state = "crashed";
        assertThat(texts(judged("b", "a"))).contains("PostgreSQL is crashed");
        assertThat(worst(Judge.judge(Optional.empty(), ""), Aspect.LIVENESS))
                .isEqualTo(Status.CRITICAL);
    }
}
