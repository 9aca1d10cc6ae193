package io.matriarch.failover.core;

import static io.matriarch.failover.core.Views.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.MemberName;
import io.matriarch.failover.core.ClusterView.Initialize;
import io.matriarch.failover.core.LocalView.Memory;
import io.matriarch.failover.core.LocalView.RunningAction.Kind;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.PostgresState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What holds whatever a node sees. The seed is fixed; the inputs are many. */
@DisplayName("Whatever a node sees")
class AnyInputTest {
    private static final int TRIES = 200_000;

    private Random random = new Random(1);

    /** One drawn situation. */
    private record Case(StoreState store, LocalView local, Policy policy) {
        Decision decide() {
            return Failover.decide(store, local, policy);
        }

        boolean keyIsOurs() {
            return store instanceof StoreState.Seen(var view) && view.ledBy(US);
        }
    }

    @BeforeEach
    void sameInputsEachTime() {
        random = new Random(1);
    }

    @Test
    @DisplayName("it is not promoted without the leader key and a lease that lives")
    void promotion() {
        for (int i = 0; i < TRIES; i++) {
            var some = draw();
            if (some.decide() instanceof Decision.Promote)
                assertThat(some).matches(c -> c.keyIsOurs() && c.local().leaseLeft().isPositive());
        }
    }

    @Test
    @DisplayName("it does not go on as a primary without a lease, unless paused")
    void noWriterWithoutLease() {
        for (int i = 0; i < TRIES; i++) {
            var some = draw();
            boolean mustAct =
                    some.store() instanceof StoreState.Seen
                            && some.local().isPrimary()
                            && !some.local().leaseLeft().isPositive()
                            && !some.policy().paused()
                            && some.local().memory().bootstrap() == Memory.Bootstrap.NONE
                            && some.local().server().dataDirectory() == DataDirectory.PRESENT
                            && some.local().server().live().isPresent()
                            && !some.local().doing(Kind.DEMOTE)
                            && !some.local().doing(Kind.BOOTSTRAP);
            if (mustAct && madeByUs(some))
                assertThat(some.decide())
                        .as("%s", some)
                        .isNotInstanceOfAny(Decision.KeepLeading.class, Decision.Wait.class);
        }
    }

    /** Other identifiers come first: they are cleared up with the key in hand. */
    private static boolean madeByUs(Case some) {
        return some.store() instanceof StoreState.Seen(var view)
                && view.initialize().equals(new Initialize.Done(ID));
    }

    @Test
    @DisplayName("it neither promotes nor starts a primary while it has promised not to")
    void promise() {
        for (int i = 0; i < TRIES; i++) {
            var some = draw();
            if (some.local().failsafe().promise().isPresent())
                assertThat(some.decide())
                        .as("%s", some)
                        .isNotInstanceOfAny(Decision.Promote.class, Decision.StartPrimary.class);
        }
    }

    @Test
    @DisplayName("it serves on without the store only in failsafe mode, and if all have agreed")
    void servesOn() {
        for (int i = 0; i < TRIES; i++) {
            var some = draw();
            if (some.decide() instanceof Decision.ServeOn) {
                assertThat(some.store()).isInstanceOf(StoreState.Away.class);
                assertThat(some.policy().failsafe()).isTrue();
                assertThat(some.local().failsafe().mayLead()).containsKey(US);
                assertThat(some.local().failsafe().agreed()).isTrue();
                assertThat(some.local().leaseLeft().isPositive()).isTrue();
            }
        }
    }

    @Test
    @DisplayName("it starts a primary only with the leader key and a lease that lives")
    void startPrimary() {
        for (int i = 0; i < TRIES; i++) {
            var some = draw();
            if (some.decide() instanceof Decision.StartPrimary)
                assertThat(some).matches(c -> c.keyIsOurs() && c.local().leaseLeft().isPositive());
        }
    }

    @Test
    @DisplayName("in pause PostgreSQL is neither stopped nor started by itself")
    void pause() {
        for (int i = 0; i < TRIES; i++) {
            var some = draw();
            if (some.policy().paused()
                    && some.store() instanceof StoreState.Seen(var view)
                    && view.failover().isEmpty())
                assertThat(some.decide())
                        .as("%s", some)
                        .isNotInstanceOfAny(
                                Decision.Demote.class,
                                Decision.Promote.class,
                                Decision.StartPrimary.class,
                                Decision.StopStandby.class,
                                Decision.Clone.class);
        }
    }

    @Test
    @DisplayName("it says why")
    void reasons() {
        for (int i = 0; i < TRIES; i++) assertThat(draw().decide().reason()).isNotBlank();
    }

    private Case draw() {
        var policy =
                chance(0.2)
                        ? policy("pause", true, "failsafe_mode", chance(0.5))
                        : policy("check_timeline", chance(0.5), "failsafe_mode", chance(0.5));
        var store =
                chance(0.15)
                        ? new StoreState.Away("no answer")
                        : new StoreState.Seen(
                                cluster(
                                        any(
                                                Optional.of(US),
                                                Optional.of(THEM),
                                                Optional.<MemberName>empty())));
        return new Case(store, node().view(), policy);
    }

    private ClusterView cluster(Optional<MemberName> leader) {
        var cluster = Views.cluster();
        leader.ifPresent(cluster::ledBy);
        if (chance(0.3)) cluster.without(any(US, THEM));
        if (chance(0.3)) cluster.failsafe(US, THEM);
        if (chance(0.2)) cluster.failsafe(THEM);
        if (chance(0.3)) cluster.onTimeline(any(1, 2, 3), any(US, THEM));
        if (chance(0.2))
            cluster.initialize(
                    any(
                            new Initialize.Absent(),
                            new Initialize.InProgress(),
                            new Initialize.Broken("?")));
        if (chance(0.3)) {
            cluster.asked(
                    any(Optional.of(US), Optional.of(THEM), Optional.<MemberName>empty()),
                    any(Optional.of(US), Optional.of(THEM)),
                    any(
                            Optional.empty(),
                            Optional.of(NOW.plusSeconds(60)),
                            Optional.of(NOW.minusSeconds(1))));
        }
        return cluster.view();
    }

    private Views.Node node() {
        var node =
                any(
                        standby(),
                        primary(),
                        down(any("in production", "shut down", "in archive recovery")),
                        empty());
        node.lease(
                any(
                        Duration.ZERO,
                        Duration.ofSeconds(-1),
                        Duration.ofMillis(1),
                        Duration.ofSeconds(20)));
        node.role(any(Role.values()));
        if (chance(0.2))
            node.silent(
                    any(PostgresState.STARTING, PostgresState.RUNNING),
                    Duration.ofSeconds(any(1, 1_000)));
        if (chance(0.1)) node.state(any(PostgresState.values()));
        if (chance(0.2)) node.withoutGuard();
        if (chance(0.2)) node.doing(any(Kind.values()));
        if (chance(0.2)) node.tags(tags("nofailover", true));
        if (chance(0.4))
            node.hearing(
                    THEM,
                    any(
                            standbyAt("0/1000"),
                            standbyAt("0/9000"),
                            primaryAt("0/1"),
                            PeerAnswer.UNREACHABLE));
        if (chance(0.2)) node.remembering(m -> m.withRewind(any(Memory.Rewind.values())));
        if (chance(0.2))
            node.remembering(
                    m -> m.withYieldUntil(Optional.of(NOW.plusSeconds(any(-1, 1, 9_999)))));
        if (chance(0.2)) node.remembering(m -> m.withStarted());
        if (chance(0.3)) node.mayLead(US, THEM);
        if (chance(0.3)) node.refused(any(Map.of(), Map.of(THEM, "is silent")));
        if (chance(0.1)) node.promised(Duration.ofSeconds(any(1, 60)));
        return node;
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    @SafeVarargs
    private <T> T any(T... choices) {
        return List.of(choices).get(random.nextInt(choices.length));
    }
}
