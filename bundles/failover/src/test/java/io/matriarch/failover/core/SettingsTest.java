package io.matriarch.failover.core;

import static io.matriarch.failover.core.Views.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import io.matriarch.postgres.api.Slot;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What settings mean")
class SettingsTest {
    @Nested
    @DisplayName("policy")
    class OfPolicy {
        @ParameterizedTest(
                name =
                        "ttl {0}, loop_wait {1}, retry_timeout {2}: loop_wait {3}, retry_timeout {4}")
        @CsvSource({
            "30,10,10,10,10",
            "20,10,10,1,9",
            "25,10,10,5,10",
            "30,20,10,10,10",
            "10,2,3,2,3"
        })
        @DisplayName("times that do not fit into ttl are adjusted as Patroni does")
        void adjusts(int ttl, int loop, int retry, int loopThen, int retryThen) {
            var policy = policy("ttl", ttl, "loop_wait", loop, "retry_timeout", retry);
            assertThat(policy.loopWait()).isEqualTo(Duration.ofSeconds(loopThen));
            assertThat(policy.retryTimeout()).isEqualTo(Duration.ofSeconds(retryThen));
        }

        @Test
        @DisplayName("what is left out is as in Patroni, and text does for numbers and truth")
        void defaults() {
            var policy = policy();
            assertThat(policy.ttl()).isEqualTo(Duration.ofSeconds(30));
            assertThat(policy.maximumLagBytes()).isEqualTo(1_048_576);
            assertThat(policy.primaryStartTimeout()).isEqualTo(Duration.ofSeconds(300));
            assertThat(policy.memberSlotsTtl()).isEqualTo(Duration.ofMinutes(30));
            assertThat(policy.useSlots()).isTrue();
            assertThat(
                            policy("pause", "on", "ttl", "40", "master_start_timeout", 7)
                                    .primaryStartTimeout())
                    .isEqualTo(Duration.ofSeconds(7));
            assertThat(policy("pause", "on").paused()).isTrue();
            assertThat(policy("member_slots_ttl", "2h").memberSlotsTtl())
                    .isEqualTo(Duration.ofHours(2));
            assertThat(
                            policy(
                                            "synchronous_mode",
                                            "quorum",
                                            "standby_cluster",
                                            Map.of("host", "x"))
                                    .standbyCluster())
                    .isPresent();
        }

        @Test
        @DisplayName("a tenth of ttl is kept in hand, half a second at least")
        void margin() {
            assertThat(policy().safetyMargin()).isEqualTo(Duration.ofSeconds(3));
            assertThat(policy("ttl", 3, "loop_wait", 1, "retry_timeout", 1).safetyMargin())
                    .isEqualTo(Duration.ofMillis(500));
        }
    }

    @Test
    @DisplayName("a lease counts from when its request left, less the margin")
    void leaseClock() {
        var clock = new LeaseClock(1, Duration.ofSeconds(30), Duration.ofSeconds(3), 1_000);
        assertThat(clock.left(1_000)).isEqualTo(Duration.ofSeconds(27));
        assertThat(clock.left(clock.deadlineNanos())).isZero();
        assertThat(clock.left(clock.deadlineNanos() + 1).isNegative()).isTrue();
        assertThat(LeaseClock.NONE.left(0)).isZero();
    }

    @Test
    @DisplayName("tags that say nothing are not published; nofailover wins over a priority")
    void tagRules() {
        var configured = new LinkedHashMap<String, Object>();
        configured.put("nofailover", false);
        configured.put("zone", "z1");
        assertThat(Tags.configured(configured).published()).isEqualTo(Map.of("zone", "z1"));
        configured.put("failover_priority", 0);
        assertThat(Tags.configured(configured).nofailover()).isFalse();
        assertThat(tags("failover_priority", 0).nofailover()).isTrue();
        assertThat(tags("nofailover", "yes").failoverPriority()).isZero();
        assertThat(Tags.NONE.failoverPriority()).isEqualTo(1);
    }

    @Nested
    @DisplayName("a change of the configuration")
    class Change {
        @Test
        @DisplayName("merges objects, and null deletes")
        void merges() {
            var patch = new LinkedHashMap<String, Object>();
            patch.put("ttl", null);
            patch.put("postgresql", Map.of("parameters", Map.of("b", 2)));
            var before =
                    Map.<String, Object>of(
                            "ttl", 30, "postgresql", Map.of("parameters", Map.of("a", 1)));
            assertThat(ConfigChange.merge(before, patch))
                    .isEqualTo(Map.of("postgresql", Map.of("parameters", Map.of("a", 1, "b", 2))));
        }

        @Test
        @DisplayName("that cannot mean what it says is refused with the value")
        void refuses() {
            assertThat(ConfigChange.refuse(Map.of(), Map.of("ttl", "soon")).orElseThrow().text())
                    .contains("ttl", "soon");
            assertThat(ConfigChange.refuse(Map.of(), Map.of("ttl", 20)).orElseThrow().text())
                    .contains("10 + 2 * 10 > 20");
            assertThat(ConfigChange.refuse(Map.of(), Map.of("ttl", 30, "mine", "kept"))).isEmpty();
            assertThat(ConfigChange.refuse(Map.of(), Map.of("synchronous_mode", "quorum")))
                    .isEmpty();
            assertThat(
                            ConfigChange.refuse(
                                    Map.of("ttl", 20, "standby_cluster", Map.of("hots", "x")),
                                    Map.of(
                                            "ttl",
                                            20,
                                            "standby_cluster",
                                            Map.of("hots", "x"),
                                            "pause",
                                            true)))
                    .as("what came with the cluster is not judged again")
                    .isEmpty();
            assertThat(ConfigChange.parse("[1]")).isEmpty();
        }
    }

    @Nested
    @DisplayName("slots")
    class OfSlots {
        private static final Map<String, Object> NONE = Map.of();

        private Slot slot(String name, boolean active, String walStatus) {
            return new Slot(
                    name,
                    false,
                    active,
                    Optional.of(Lsn.parse("0/100")),
                    Optional.empty(),
                    "",
                    "",
                    walStatus,
                    false,
                    false,
                    false);
        }

        private List<Slots.Step> plan(
                Cluster cluster, Views.Node node, Policy policy, Slot... existing) {
            return Slots.plan(cluster.view(), node.view(), policy, NONE, List.of(existing));
        }

        @Test
        @DisplayName("every other member gets one, on every node")
        void membersGetOne() {
            assertThat(plan(cluster().ledBy(US), primary(), policy()))
                    .containsExactly(new Slots.Step.CreatePhysical("them"));
            assertThat(plan(cluster().ledBy(THEM), standby(), policy()))
                    .containsExactly(new Slots.Step.CreatePhysical("them"));
            assertThat(plan(cluster(), standby(), policy("postgresql", Map.of("use_slots", false))))
                    .isEmpty();
        }

        @Test
        @DisplayName(
                "one whose WAL is lost is dropped, a stranger's or one in use is not, none in pause")
        void drops() {
            var cluster = cluster().ledBy(US);
            assertThat(plan(cluster, primary(), policy(), slot("them", false, "lost")))
                    .anyMatch(Slots.Step.Drop.class::isInstance);
            assertThat(plan(cluster, primary(), policy("pause", true), slot("them", false, "lost")))
                    .isEmpty();
            assertThat(
                            plan(
                                    cluster,
                                    primary(),
                                    policy(),
                                    slot("them", true, "reserved"),
                                    slot("stranger", false, "reserved")))
                    .isEmpty();
        }

        @Test
        @DisplayName(
                "a permanent logical one that a standby made when it led gives way to the leader's")
        void staleLogical() {
            var config =
                    Map.<String, Object>of(
                            "slots",
                            Map.of("feed", Map.of("type", "logical", "plugin", "pgoutput")));
            var stale = new Slots.Step.Drop("feed", "made when this node led: the leader's counts");
            var led = cluster().ledBy(THEM);
            var them = slot("them", true, "reserved");
            for (var synced : List.of(true, false)) {
                var existing = List.of(them, logical("feed", true, synced));
                assertThat(Slots.plan(led.view(), standby().view(), policy(), config, existing))
                        .isEqualTo(synced ? List.of() : List.of(stale));
                assertThat(
                                Slots.plan(
                                        cluster().ledBy(US).view(),
                                        primary().view(),
                                        policy(),
                                        config,
                                        existing))
                        .isEmpty();
                assertThat(
                                Slots.plan(
                                        led.view(),
                                        standby().view(),
                                        policy("pause", true),
                                        config,
                                        existing))
                        .isEmpty();
            }
            var older = List.of(them, logical("feed", false, false));
            assertThat(Slots.plan(led.view(), standby().view(), policy(), config, older))
                    .as("before PostgreSQL 17 nothing would take its place")
                    .isEmpty();
        }

        private Slot logical(String name, boolean failover, boolean synced) {
            return new Slot(
                    name,
                    true,
                    false,
                    Optional.of(Lsn.parse("0/100")),
                    Optional.of(Lsn.parse("0/100")),
                    "pgoutput",
                    "postgres",
                    "reserved",
                    true,
                    failover,
                    synced);
        }

        @Test
        @DisplayName("one that somebody made is not told of in the key status, so nobody drops it")
        void strangersAreNotTold() {
            var cluster = cluster().ledBy(US);
            var existing =
                    List.of(slot("them", true, "reserved"), slot("stranger", false, "reserved"));
            var at = Lsn.parse("0/200");
            assertThat(Slots.positions(cluster.view(), primary().view(), NONE, at, existing))
                    .isEqualTo(Map.of("them", Lsn.parse("0/100"), US.slotName(), at));
            assertThat(
                            Slots.positions(
                                    cluster.view(),
                                    primary().view(),
                                    Map.of("slots", Map.of("stranger", Map.of())),
                                    at,
                                    existing))
                    .containsKey("stranger");
        }

        @Test
        @DisplayName("one that an item of ignore_slots fits in all it names is never dropped")
        void ignores() {
            var cluster = cluster().ledBy(US);
            var lost = slot("barman", false, "lost");
            for (var item :
                    List.<Map<String, Object>>of(
                            Map.of("name", "barman"),
                            Map.of("type", "physical"),
                            Map.of("name", "barman", "type", "physical")))
                assertThat(planIgnoring(cluster, item, lost)).as(item.toString()).isEmpty();
            for (var item :
                    List.<Map<String, Object>>of(
                            Map.of(),
                            Map.of("name", "other"),
                            Map.of("name", "barman", "type", "logical"),
                            Map.of("name", "barman", "colour", "grey")))
                assertThat(planIgnoring(cluster, item, lost))
                        .as(item.toString())
                        .containsExactly(
                                new Slots.Step.Drop(
                                        "barman", "its WAL is gone: it can serve nobody"));
        }

        private List<Slots.Step> planIgnoring(
                Cluster cluster, Map<String, Object> item, Slot existing) {
            return Slots.plan(
                    cluster.view(),
                    primary().view(),
                    policy(),
                    Map.of("ignore_slots", List.of(item)),
                    List.of(existing, slot("them", true, "reserved")));
        }
    }
}
