package io.matriarch.alerting.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.ForeignAlert;
import io.matriarch.alerting.api.Matcher;
import io.matriarch.alerting.api.Silence;
import io.matriarch.alerting.core.Notice;
import io.matriarch.alerting.core.Notice.Kind;
import io.matriarch.alerting.json.Records;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Op;
import io.matriarch.dcs.api.Txn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A cluster of three")
class EngineTest {
    @TempDir private Path directory;
    private World world;

    @BeforeEach
    void begin() {
        world = new World(directory);
        for (var name : World.NAMES) world.node(name).measures("pg_up", 1);
        world.pass(minutes(1));
        assertThat(world.told).isEmpty();
    }

    private static Duration minutes(int minutes) {
        return Duration.ofMinutes(minutes);
    }

    private World.Node sender() {
        assertThat(world.senders()).hasSize(1);
        return world.node(world.senders().getFirst());
    }

    private World.Node bystander() {
        return World.NAMES.stream()
                .filter(name -> !world.senders().contains(name))
                .map(world::node)
                .findFirst()
                .orElseThrow();
    }

    private List<String> rules(String receiver) {
        return world.told(receiver).stream()
                .flatMap(n -> n.firing().stream())
                .map(Alert::rule)
                .toList();
    }

    @Test
    @DisplayName("tells each receiver once, whoever found it, and tells the end in the same thread")
    void once() {
        bystander().measures("pg_up", 0);
        world.pass(minutes(3));
        assertThat(world.told).hasSize(2);
        assertThat(world.told("oncall")).hasSize(1);
        assertThat(rules("oncall")).containsExactly("PostgresDown");
        for (var name : World.NAMES) world.node(name).measures("pg_up", 1);
        world.pass(minutes(6));
        assertThat(world.told("oncall"))
                .extracting(Notice::kind)
                .containsExactly(Kind.FIRING, Kind.RESOLVED);
        assertThat(world.told("oncall").getLast().thread())
                .isEqualTo(world.told("oncall").getFirst().thread());
    }

    @Test
    @DisplayName("has one sender, and another one within half a minute and a round of its death")
    void oneSender() {
        var first = sender();
        first.kill();
        world.pass(Duration.ofSeconds(50));
        assertThat(sender().name).isNotEqualTo(first.name);
    }

    @Test
    @DisplayName("says that an agent is down, mutes what else that node had, and takes it back")
    void agentDown() {
        var other = bystander();
        other.measures("matriarch_oldest_transaction_seconds", 1000);
        world.pass(minutes(2));
        assertThat(rules("team")).containsExactly("LongTransaction");
        other.kill();
        world.pass(minutes(5));
        assertThat(rules("oncall")).containsExactly("AgentDown");
        var seen = sender().engine().seen().orElseThrow();
        assertThat(seen.alerts())
                .filteredOn(a -> a.rule().equals("LongTransaction"))
                .extracting(Alert::mutedBy)
                .containsExactly("AgentDown of " + other.name + " fires");
        other.start();
        world.pass(minutes(8));
        assertThat(world.told("oncall").getLast().kind()).isEqualTo(Kind.RESOLVED);
    }

    @Test
    @DisplayName("does not call an agent down that was stopped in order")
    void stoppedInOrder() {
        bystander().stop();
        world.pass(minutes(20));
        assertThat(world.told)
                .flatExtracting(Notice::firing)
                .extracting(Alert::rule)
                .containsOnly("MemberUnhealthy");
    }

    @Nested
    @DisplayName("whose sender is killed")
    class Killed {
        @Test
        @DisplayName(
                "before the receiver was asked: the next one tells, nothing is lost or doubled")
        void beforeSmtp() {
            world.refuses("oncall", "421 busy");
            world.refuses("team", "421 busy");
            var first = sender();
            bystander().measures("pg_up", 0);
            world.pass(minutes(2));
            first.kill();
            world.refuses("oncall", "");
            world.refuses("team", "");
            world.pass(minutes(3));
            assertThat(rules("oncall")).filteredOn("PostgresDown"::equals).hasSize(1);
        }

        @Test
        @DisplayName(
                "between the receiver's answer and its own disk: told twice at most, by one id")
        void afterSmtp() {
            var first = sender();
            bystander().measures("pg_up", 0);
            world.afterNextAnswer(() -> {
                throw new World.Killed();
            });
            world.pass(minutes(4));
            assertThat(first.engine).isNull();
            var about =
                    world.told.stream()
                            .filter(n ->
                                    n.firing().stream()
                                            .anyMatch(a -> a.rule().equals("PostgresDown")))
                            .filter(n -> n.number() == 1)
                            .toList();
            assertThat(about).hasSize(3);
            assertThat(new HashSet<>(about.stream().map(Notice::id).toList()))
                    .as("the second copy is known as one")
                    .hasSize(2);
            first.start();
            world.pass(minutes(4));
            assertThat(
                            world.told.stream()
                                    .filter(n -> n.number() == 1)
                                    .filter(n ->
                                            n.firing().stream()
                                                    .anyMatch(
                                                            a -> a.rule().equals("PostgresDown"))))
                    .as("and back again it sends nothing of it")
                    .hasSize(3);
        }

        @Test
        @DisplayName("and whose disk is lost: the store has what was not told")
        void diskLost() {
            world.refuses("oncall", "421 busy");
            var first = sender();
            bystander().measures("pg_up", 0);
            world.pass(minutes(2));
            first.kill();
            world.pass(minutes(2));
            world.refuses("oncall", "");
            world.pass(minutes(16));
            assertThat(rules("oncall")).contains("PostgresDown");
        }
    }

    @Test
    @Tag("long")
    @DisplayName("loses nothing while mail is away for six hours, and says meanwhile that it is")
    void mailAway() {
        world.refuses("team", "connection refused");
        bystander().measures("matriarch_oldest_transaction_seconds", 8000);
        world.pass(minutes(60));
        bystander().measures("matriarch_oldest_transaction_seconds", 1);
        sender().measures("matriarch_oldest_idle_in_tx_seconds", 1000);
        world.pass(minutes(300));
        assertThat(world.told("team")).isEmpty();
        assertThat(rules("oncall")).contains("LongTransaction", "NotificationFailing");
        var cause =
                world.told("oncall").stream()
                        .flatMap(n -> n.firing().stream())
                        .filter(a -> a.rule().equals("NotificationFailing"))
                        .findFirst()
                        .flatMap(Alert::cause)
                        .orElseThrow();
        assertThat(cause.evidence()).containsExactly("connection refused");
        world.refuses("team", "");
        world.pass(minutes(30));
        var heard = new HashSet<String>();
        for (var notice : world.told("team")) {
            notice.firing().forEach(a -> heard.add(a.rule()));
            notice.ended().forEach(e -> heard.add(e.alert().rule() + " over"));
        }
        assertThat(heard).contains("LongTransaction", "LongTransaction over", "IdleInTransaction");
        assertThat(world.told("team")).as("few").hasSizeLessThan(8);
        assertThat(world.told("team")).extracting(Notice::id).doesNotHaveDuplicates();
    }

    @Nested
    @DisplayName("without its store")
    class WithoutStore {
        private void storeAway(boolean away) {
            for (var name : World.NAMES)
                if (away) world.store().partition(name);
                else world.store().heal(name);
        }

        @Test
        @DisplayName("tells all the same, marked as degraded, and not again when the store is back")
        void degraded() {
            storeAway(true);
            world.pass(minutes(2));
            var node = world.node("n2");
            node.measures("pg_up", 0);
            world.pass(minutes(3));
            var alone =
                    world.told("oncall").stream()
                            .filter(n ->
                                    n.firing().stream()
                                            .anyMatch(a -> a.rule().equals("PostgresDown")))
                            .toList();
            assertThat(alone).hasSize(1);
            assertThat(alone.getFirst().degraded()).isTrue();
            assertThat(alone.getFirst().member()).isEqualTo("n2");
            storeAway(false);
            int before = world.told("oncall").size();
            world.pass(minutes(10));
            assertThat(world.told("oncall").size() - before).as("nothing new to tell").isZero();
            node.measures("pg_up", 1);
            world.pass(minutes(10));
            assertThat(world.told("oncall").getLast().ended())
                    .extracting(e -> e.alert().rule())
                    .containsExactly("PostgresDown");
        }

        @Test
        @DisplayName("does not tell again what was told while it was there")
        void knowsWhatWasTold() {
            world.node("n2").measures("pg_up", 0);
            world.pass(minutes(3));
            int before = world.told.size();
            storeAway(true);
            world.pass(minutes(30));
            assertThat(world.told).hasSize(before);
        }
    }

    @Test
    @DisplayName("honours a silence on every member, from the next round on")
    void silence() throws Exception {
        var silence =
                new Silence(
                        "s1",
                        List.of(Matcher.is("alertname", "PostgresDown")),
                        world.now(),
                        world.now().plus(minutes(60)),
                        "ada",
                        "planned");
        var key = Settings.prefix("service", World.CLUSTER) + Board.SILENCES + "s1";
        world.store()
                .client("n1")
                .commit(
                        Txn.always(new Op.Put(key, Records.write(silence), Lease.NONE)),
                        Engine.DEADLINE);
        bystander().measures("pg_up", 0);
        world.pass(minutes(30));
        assertThat(world.told).isEmpty();
        sender().kill();
        world.pass(minutes(10));
        assertThat(rules("team")).doesNotContain("PostgresDown");
        world.pass(minutes(30));
        assertThat(rules("team")).as("once it is over").contains("PostgresDown");
    }

    @Test
    @DisplayName("keeps timers over a restart")
    void timersSurvive() {
        var node = bystander();
        node.measures("matriarch_memory_available_ratio", 0.1);
        world.pass(minutes(4));
        node.kill();
        node.start();
        world.pass(Duration.ofSeconds(70));
        assertThat(
                        node.engine().seen().orElseThrow().alerts().stream()
                                .filter(a -> a.rule().equals("MemoryLow")))
                .hasSize(1);
    }

    @Test
    @DisplayName("does not fire at once after a restart because of a timer from before")
    void staleTimers() {
        var node = bystander();
        node.measures("pg_up", 0);
        world.pass(Duration.ofSeconds(10));
        node.kill();
        world.pass(minutes(3));
        node.start();
        world.pass(Duration.ofSeconds(20));
        assertThat(node.engine().seen().orElseThrow().alerts())
                .noneMatch(a -> a.rule().equals("PostgresDown"));
    }

    @Test
    @DisplayName("does not remember a timer that had ended before the restart")
    void endedTimers() {
        var node = bystander();
        node.measures("pg_up", 0);
        world.pass(Duration.ofSeconds(10));
        node.measures("pg_up", 1);
        world.pass(Duration.ofSeconds(10));
        node.kill();
        world.pass(Duration.ofSeconds(60));
        node.measures("pg_up", 0).start();
        world.pass(Duration.ofSeconds(20));
        assertThat(node.engine().seen().orElseThrow().alerts())
                .noneMatch(a -> a.rule().equals("PostgresDown"));
    }

    @Test
    @DisplayName("says that a member is blind rather than calling everything well")
    void blind() {
        var node = bystander();
        node.measures("matriarch_oldest_transaction_seconds", 1000);
        world.pass(minutes(2));
        node.measuresNothing();
        world.pass(minutes(30));
        assertThat(rules("team")).contains("CollectorFailing");
        assertThat(world.told("team"))
                .as("nothing is over because nobody looks")
                .noneMatch(n ->
                        n.ended().stream()
                                .anyMatch(e -> e.alert().rule().equals("LongTransaction")));
    }

    @Test
    @DisplayName(
            "tells what Prometheus sends like its own, once, and its end when it is sent no more")
    void foreign() {
        var alert =
                new ForeignAlert(
                        Map.of(
                                "alertname",
                                "HostOnFire",
                                "severity",
                                "critical",
                                "instance",
                                "db7"),
                        Map.of("summary", "it burns"),
                        Optional.empty(),
                        Optional.empty(),
                        "");
        for (int i = 0; i < 10; i++) {
            for (var name : World.NAMES)
                world.node(name)
                        .engine()
                        .foreign()
                        .accept(List.of(alert), World.CLUSTER, world.now());
            world.pass(minutes(1));
        }
        assertThat(rules("oncall")).containsExactly("HostOnFire");
        world.pass(minutes(15));
        assertThat(world.told("oncall").getLast().kind()).isEqualTo(Kind.RESOLVED);
    }

    @Test
    @DisplayName("writes the week's digest once, though the sender changes")
    void digest() {
        world.pass(minutes(50));
        assertThat(world.told).isEmpty();
        world.pass(minutes(20));
        sender().kill();
        world.pass(minutes(20));
        assertThat(world.told("team")).filteredOn(n -> n.kind() == Kind.DIGEST).hasSize(1);
    }

    @Test
    @DisplayName("asks the store for little: less than one request per second, all three together")
    void frugal() {
        long before = world.store().requests();
        world.pass(minutes(10));
        assertThat(world.store().requests() - before).isLessThan(600);
    }
}
