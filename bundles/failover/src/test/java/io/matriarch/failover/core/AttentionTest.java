package io.matriarch.failover.core;

import static io.matriarch.failover.core.Views.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.MemberName;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A change in the store")
class AttentionTest {
    private static final Policy ASYNC = policy();
    private static final Policy SYNC = policy("synchronous_mode", true);

    private static boolean calls(String key, Cluster cluster, boolean leading, Policy policy) {
        return Attention.calls(key, Optional.of(cluster.view()), US, leading, policy);
    }

    @ParameterizedTest
    @ValueSource(strings = {"leader", "failover", "config", "initialize", "watch"})
    @DisplayName("of what everybody goes by is a reason to decide at once, whatever is known")
    void forAll(String key) {
        assertThat(calls(key, cluster(), false, ASYNC)).isTrue();
        assertThat(Attention.calls(key, Optional.empty(), US, false, ASYNC)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "history", "sync", "failsafe", "members", "leaders"})
    @DisplayName("of what the next loop reads anyway can wait")
    void canWait(String key) {
        assertThat(calls(key, cluster().ledBy(THEM), false, ASYNC)).isFalse();
    }

    @Test
    @DisplayName("of the leader's member key matters to those who follow it, not to itself")
    void leadersKey() {
        assertThat(calls("members/them", cluster().ledBy(THEM), false, ASYNC)).isTrue();
        assertThat(calls("members/us", cluster().ledBy(THEM), false, ASYNC)).isFalse();
        assertThat(calls("members/us", cluster().ledBy(US), true, ASYNC)).isFalse();
        assertThat(Attention.calls("members/them", Optional.empty(), US, false, ASYNC)).isFalse();
    }

    @Test
    @DisplayName("that takes away a standby commits wait for matters to the leader")
    void waitedFor() {
        var gone = cluster().ledBy(US).sync(US, 0, THEM).without(THEM);
        assertThat(calls("members/them", gone, true, SYNC)).isTrue();
        assertThat(calls("members/them", gone, false, SYNC)).isFalse();
        assertThat(calls("members/them", gone, true, ASYNC)).isFalse();
        assertThat(calls("members/them", cluster().ledBy(US).sync(US, 0, THEM), true, SYNC))
                .as("it is there and well")
                .isFalse();
    }

    @Test
    @DisplayName("under a name no member can have is nobody's")
    void foreign() {
        for (String key : List.of("members/", "members/a/b", "members/ "))
            assertThat(calls(key, cluster().ledBy(US).sync(US, 0, new MemberName("a")), true, SYNC))
                    .as(key)
                    .isFalse();
    }
}
