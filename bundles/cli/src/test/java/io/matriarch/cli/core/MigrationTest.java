package io.matriarch.cli.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Migration.Agent;
import io.matriarch.cli.core.Migration.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("changing the agent of a node")
class MigrationTest {
    private static final String ID = "7711167698510241857";

    private final List<Agent> agents =
            new ArrayList<>(List.of(patroni("n1", "4.0.7"), patroni("n2", "4.0.7")));
    private String members =
            row("n1", "leader", "running", 3) + "," + row("n2", "replica", "streaming", 3);
    private Map<String, @Nullable Object> config = Map.of("ttl", 30);

    private static Agent patroni(String name, String version) {
        return new Agent(name, "herd", false, version, "running", ID);
    }

    private static Agent matriarch(String name) {
        return new Agent(name, "herd", true, "4.1.4", "running", ID);
    }

    private static String row(String name, String role, String state, int timeline) {
        return "{\"name\":\"%s\",\"role\":\"%s\",\"state\":\"%s\",\"timeline\":%d}"
                .formatted(name, role, state, timeline);
    }

    /** What stands against changing the agent of n2. */
    private List<String> against(Direction direction) throws Exception {
        var json =
                Json.object(
                        com.fasterxml.jackson.jr.ob.JSON.std.anyFrom(
                                "{\"scope\":\"herd\",\"members\":[" + members + "]}"));
        return Migration.against(
                direction, "n2", "herd", agents.get(1), Cluster.of(json, ID), agents, config);
    }

    @Test
    @DisplayName("is done in a whole cluster, either way")
    void wholeCluster() throws Exception {
        assertThat(against(Direction.FROM_PATRONI)).isEmpty();
        agents.set(1, matriarch("n2"));
        assertThat(against(Direction.TO_PATRONI)).isEmpty();
    }

    @Test
    @DisplayName("is refused if the file is of another member or cluster")
    void otherFile() throws Exception {
        agents.set(1, new Agent("n3", "flock", false, "4.0.7", "running", ID));
        assertThat(against(Direction.FROM_PATRONI))
                .contains(
                        "the file is of member n2 of herd, but the agent that answers is n3 of flock");
    }

    @Test
    @DisplayName("is refused if it is done already")
    void done() throws Exception {
        assertThat(against(Direction.TO_PATRONI)).contains("n2 has Patroni already");
        agents.set(1, matriarch("n2"));
        assertThat(against(Direction.FROM_PATRONI)).contains("n2 has Matriarch already");
    }

    @ParameterizedTest
    @ValueSource(strings = {"running", "starting", "stopped", "creating replica"})
    @DisplayName("is refused while a standby does not stream")
    void standbyAway(String state) throws Exception {
        members = row("n1", "leader", "running", 3) + "," + row("n2", "replica", state, 3);
        assertThat(against(Direction.FROM_PATRONI))
                .containsExactly("n2 is " + state + ", not streaming");
    }

    @Test
    @DisplayName("is refused without a leader, and on two timelines")
    void noLeader() throws Exception {
        members = row("n1", "replica", "streaming", 3) + "," + row("n2", "replica", "streaming", 4);
        assertThat(against(Direction.FROM_PATRONI))
                .containsExactly(
                        "the cluster has no leader", "the members are on different timelines");
    }

    @Test
    @DisplayName("is refused while an agent does not answer, or has another system identifier")
    void strangers() throws Exception {
        var silent = agents.removeFirst();
        agents.addFirst(new Agent("n9", "herd", false, "4.0.7", "running", "1234567890"));
        assertThat(against(Direction.FROM_PATRONI))
                .containsExactly(
                        "the agent of " + silent.name() + " does not answer",
                        "the system identifier of n9 is 1234567890, that of n2 " + ID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.0.4", "2.1.7", ""})
    @DisplayName("is refused beside a Patroni that is too old")
    void tooOld(String version) throws Exception {
        agents.set(0, patroni("n1", version));
        assertThat(against(Direction.FROM_PATRONI))
                .singleElement()
                .asString()
                .startsWith("n1 runs Patroni")
                .contains("3.1 is the oldest");
    }

    @Test
    @DisplayName("is refused in quorum mode beside a Patroni that does not know it")
    void quorumBefore4() throws Exception {
        agents.set(0, patroni("n1", "3.3.2"));
        assertThat(against(Direction.FROM_PATRONI)).isEmpty();
        config = Map.of("synchronous_mode", "quorum");
        assertThat(against(Direction.FROM_PATRONI))
                .containsExactly("n1 runs Patroni 3.3.2, and synchronous_mode: quorum needs 4.0");
    }

    @Test
    @DisplayName("to Patroni is refused with times it would change for itself")
    void shortTimes() throws Exception {
        agents.set(1, matriarch("n2"));
        config = Map.of("ttl", 5, "retry_timeout", 1);
        assertThat(against(Direction.TO_PATRONI))
                .containsExactly(
                        "ttl is 5, and Patroni keeps no less than 20; set it by: matriarchctl edit-config -s ttl=20",
                        "retry_timeout is 1, and Patroni keeps no less than 3; set it by: matriarchctl edit-config -s retry_timeout=3");
    }

    @Test
    @DisplayName("of a standby cluster is refused only where its replicas are made another way")
    void standbyCluster() throws Exception {
        config = Map.of("standby_cluster", Map.of("host", "far"));
        assertThat(against(Direction.FROM_PATRONI)).isEmpty();
        config = Map.of("standby_cluster", Map.of("create_replica_methods", List.of("wal_g")));
        assertThat(against(Direction.FROM_PATRONI))
                .containsExactly(
                        "standby_cluster.create_replica_methods is [wal_g]; only basebackup is supported");
    }

    @Test
    @DisplayName("names everything that stands against it at once")
    void namesAll() {
        assertThatThrownBy(() -> Migration.refuse(List.of("one", "two")))
                .isInstanceOf(MatriarchException.class)
                .hasMessageContaining("one\n  two")
                .extracting(e -> ((MatriarchException) e).code())
                .isEqualTo(Code.REFUSED);
    }

    @Test
    @DisplayName("knows what Patroni has no use for")
    void sections() {
        assertThat(List.of("scope", "etcd3", "postgresql", "tags"))
                .allMatch(Migration::knownToPatroni);
        assertThat(List.of("matriarch", "backup", "alerts")).noneMatch(Migration::knownToPatroni);
    }
}
