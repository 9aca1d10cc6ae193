package io.matriarch.alerting.core;

import static io.matriarch.alerting.api.Severity.CRITICAL;
import static io.matriarch.alerting.api.Severity.INFO;
import static io.matriarch.alerting.api.Severity.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.PastAlert;
import io.matriarch.alerting.api.Severity;
import io.matriarch.alerting.core.Notice.How;
import io.matriarch.alerting.core.Notice.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A message")
class NotifierTest {
    private static final Instant START = Story.START;
    private static final Duration TICK = Duration.ofSeconds(10);

    /** The sender's turns over time; every message is taken at once unless the receiver is away. */
    private static final class Sender {
        private final Notifier notifier;
        private Ledger ledger = Ledger.EMPTY;
        private Instant now = START;
        private List<Alert> alerts = List.of();
        private boolean away;
        final List<Notice> sent = new ArrayList<>();

        Sender(Policy policy) {
            notifier = new Notifier(policy);
        }

        Sender() {
            this(Policy.of(Map.of(CRITICAL, List.of("oncall"), WARNING, List.of("team"))));
        }

        Sender fires(Alert... now) {
            alerts = List.of(now);
            return this;
        }

        Sender away(boolean now) {
            away = now;
            return this;
        }

        Sender lasting(Duration time) {
            turn();
            for (var end = now.plus(time); now.isBefore(end); ) {
                now = now.plus(TICK);
                turn();
            }
            return this;
        }

        private void turn() {
            var step =
                    notifier.step(
                            ledger, new Notifier.Situation(now, "prod", "n1", alerts, false, ""));
            ledger = step.ledger();
            for (var notice : away ? List.<Notice>of() : ledger.pending()) {
                sent.add(notice);
                ledger = ledger.delivered(notice.id());
            }
        }
    }

    private static Alert down(String member) {
        return Samples.alert("PostgresDown", CRITICAL, START, "member", member);
    }

    private static Alert lag(Severity severity) {
        return Samples.alert("ReplicationLagTime", severity, START, "standby", "n2");
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    private static Duration minutes(int minutes) {
        return Duration.ofMinutes(minutes);
    }

    @Nested
    @DisplayName("is written")
    class Written {
        @Test
        @DisplayName("half a minute after the first alert, so that others can join it")
        void grouped() {
            var sender = new Sender().fires(down("n1")).lasting(seconds(20));
            assertThat(sender.sent).isEmpty();
            sender.fires(down("n1"), down("n2")).lasting(seconds(10));
            assertThat(sender.sent).hasSize(1);
            var notice = sender.sent.getFirst();
            assertThat(notice.kind()).isEqualTo(Kind.FIRING);
            assertThat(notice.receiver()).isEqualTo("oncall");
            assertThat(notice.firing()).hasSize(2);
            assertThat(notice.subject())
                    .startsWith("[prod] critical: PostgresDown n")
                    .endsWith("1 more");
        }

        @Test
        @DisplayName("at once where waiting costs data")
        void urgent() {
            var sender =
                    new Sender()
                            .fires(Samples.alert("SplitBrain", CRITICAL, START))
                            .lasting(seconds(0));
            assertThat(sender.sent).hasSize(1);
        }

        @Test
        @DisplayName("to the receivers of its severity, or of its rule")
        void routed() {
            var policy =
                    new Policy(
                            Map.of(CRITICAL, List.of("oncall", "team"), WARNING, List.of("team")),
                            Map.of("ReplicationLagTime", List.of("dba")),
                            Set.of(),
                            Policy.WAIT,
                            Policy.INTERVAL,
                            Policy.REPEAT);
            var sender = new Sender(policy).fires(down("n1"), lag(WARNING)).lasting(minutes(1));
            assertThat(sender.sent)
                    .extracting(Notice::receiver)
                    .containsExactlyInAnyOrder("oncall", "team", "dba");
        }

        @Test
        @DisplayName("never for what is only to be known")
        void infoIsSilent() {
            var sender =
                    new Sender()
                            .fires(Samples.alert("CacheHitLow", INFO, START, "datname", "app"))
                            .lasting(minutes(60));
            assertThat(sender.sent).isEmpty();
            sender.fires().lasting(seconds(10));
            assertThat(sender.ledger.past())
                    .extracting(PastAlert::rule)
                    .containsExactly("CacheHitLow");
        }

        @Test
        @DisplayName("again after four hours if critical, after a day if a warning")
        void repeats() {
            var sender = new Sender().fires(down("n1"), lag(WARNING)).lasting(Duration.ofHours(25));
            assertThat(sender.sent)
                    .filteredOn(n -> n.receiver().equals("oncall"))
                    .extracting(Notice::kind)
                    .containsExactly(
                            Kind.FIRING,
                            Kind.REPEAT,
                            Kind.REPEAT,
                            Kind.REPEAT,
                            Kind.REPEAT,
                            Kind.REPEAT,
                            Kind.REPEAT);
            assertThat(sender.sent).filteredOn(n -> n.receiver().equals("team")).hasSize(2);
        }

        @Test
        @DisplayName("with what is new, five minutes after the last one at the earliest")
        void updates() {
            var sender = new Sender().fires(down("n1")).lasting(minutes(1));
            sender.fires(down("n1"), down("n2")).lasting(minutes(4));
            assertThat(sender.sent).hasSize(1);
            sender.lasting(minutes(1));
            assertThat(sender.sent).hasSize(2);
            var update = sender.sent.getLast();
            assertThat(update.kind()).isEqualTo(Kind.UPDATE);
            assertThat(update.fresh()).containsExactly(down("n2").id());
            assertThat(update.subject()).isEqualTo(sender.sent.getFirst().subject());
            assertThat(update.thread()).isEqualTo(sender.sent.getFirst().thread());
            assertThat(update.number()).isEqualTo(2);
        }
    }

    @Nested
    @DisplayName("tells the end")
    class End {
        @Test
        @DisplayName("of everything whose beginning was told")
        void resolved() {
            var sender = new Sender().fires(down("n1"), down("n2")).lasting(minutes(1));
            sender.fires(down("n2")).lasting(minutes(6));
            assertThat(sender.sent.getLast().kind()).isEqualTo(Kind.UPDATE);
            sender.fires().lasting(minutes(6));
            var last = sender.sent.getLast();
            assertThat(last.kind()).isEqualTo(Kind.RESOLVED);
            assertThat(last.firing()).isEmpty();
            assertThat(last.ended())
                    .extracting(e -> e.alert().id())
                    .containsExactly(down("n2").id());
            assertThat(sender.ledger.groups()).isEmpty();
        }

        @Test
        @DisplayName("also of what began and ended before anything was told: nothing is lost")
        void briefOnesToo() {
            var sender = new Sender().fires(down("n1")).lasting(seconds(10));
            sender.fires().lasting(minutes(1));
            assertThat(sender.sent).hasSize(1);
            assertThat(sender.sent.getFirst().ended()).hasSize(1);
        }

        @Test
        @DisplayName("begins a new thread when it comes again afterwards")
        void newThread() {
            var sender = new Sender().fires(down("n1")).lasting(minutes(1));
            sender.fires().lasting(minutes(6)).fires(down("n1")).lasting(minutes(1));
            assertThat(sender.sent).hasSize(3);
            assertThat(sender.sent.get(2).thread()).isNotEqualTo(sender.sent.get(0).thread());
        }

        @Test
        @DisplayName("not to a receiver that asked for silence about it")
        void quiet() {
            var policy =
                    new Policy(
                            Map.of(CRITICAL, List.of("oncall")),
                            Map.of(),
                            Set.of("oncall"),
                            Policy.WAIT,
                            Policy.INTERVAL,
                            Policy.REPEAT);
            var sender = new Sender(policy).fires(down("n1")).lasting(minutes(1));
            sender.fires().lasting(minutes(10));
            assertThat(sender.sent).hasSize(1);
        }
    }

    @Nested
    @DisplayName("about an alert that grows worse")
    class Worse {
        @Test
        @DisplayName("closes its thread as a warning and opens one as critical")
        void escalates() {
            var sender = new Sender().fires(lag(WARNING)).lasting(minutes(1));
            sender.fires(lag(CRITICAL)).lasting(minutes(6));
            assertThat(sender.sent)
                    .extracting(Notice::receiver)
                    .containsExactlyInAnyOrder("team", "oncall", "team");
            var closing =
                    sender.sent.stream()
                            .filter(n -> n.receiver().equals("team"))
                            .toList()
                            .getLast();
            assertThat(closing.ended())
                    .extracting(Notice.Ended::how)
                    .containsExactly(How.ESCALATED);
        }

        @Test
        @DisplayName("stays in the critical thread when it grows better, until it is over")
        void staysCritical() {
            var sender = new Sender().fires(lag(CRITICAL)).lasting(minutes(1));
            sender.fires(lag(WARNING)).lasting(minutes(30));
            assertThat(sender.sent).hasSize(1);
            sender.fires().lasting(minutes(6));
            assertThat(sender.sent).extracting(Notice::receiver).containsOnly("oncall").hasSize(2);
            assertThat(sender.sent.getLast().kind()).isEqualTo(Kind.RESOLVED);
        }
    }

    @Nested
    @DisplayName("about an alert that is muted")
    class Muted {
        @Test
        @DisplayName("is not written, and is once the mute is over")
        void later() {
            var sender = new Sender().fires(down("n1").muted("silence s1")).lasting(minutes(60));
            assertThat(sender.sent).isEmpty();
            sender.fires(down("n1")).lasting(minutes(1));
            assertThat(sender.sent).hasSize(1);
        }

        @Test
        @DisplayName("does not repeat it, and still tells its end")
        void endIsTold() {
            var sender = new Sender().fires(down("n1")).lasting(minutes(1));
            sender.fires(down("n1").muted("silence s1")).lasting(Duration.ofHours(9));
            assertThat(sender.sent).hasSize(1);
            sender.fires().lasting(minutes(6));
            assertThat(sender.sent).hasSize(2);
        }
    }

    @Nested
    @DisplayName("that is not taken")
    class NotTaken {
        @Test
        @DisplayName("waits, and the next one tells all that happened meanwhile")
        void waits() {
            var sender = new Sender().away(true).fires(down("n1")).lasting(minutes(10));
            sender.fires(down("n1"), down("n2")).lasting(Duration.ofHours(2));
            sender.fires(down("n1"), down("n3")).lasting(Duration.ofHours(4));
            assertThat(sender.sent).isEmpty();
            assertThat(sender.ledger.pending()).hasSize(1);
            sender.away(false).lasting(minutes(6));
            assertThat(sender.sent).hasSize(2);
            assertThat(sender.sent.get(0).firing())
                    .extracting(a -> a.label("member"))
                    .containsExactly("n1");
            assertThat(sender.sent.get(1).firing())
                    .extracting(a -> a.label("member"))
                    .containsExactlyInAnyOrder("n1", "n3");
            assertThat(sender.sent.get(1).ended())
                    .extracting(e -> e.alert().label("member"))
                    .containsExactly("n2");
        }
    }

    @Test
    @DisplayName("is one of few within a day in which five things come and go all the time")
    void aDayOfFlapping() {
        var rules = List.of("PostgresDown", "StandbyNotStreaming", "LongTransaction", "DiskSlow");
        var story = Story.of(rules.toArray(String[]::new));
        var byName = new java.util.HashMap<String, Rule>();
        for (var rule : Catalogue.all()) byName.put(rule.name(), rule);
        var sender = new Sender();
        var periods =
                Map.of(
                        "pg_up",
                        7,
                        "matriarch_receiver_up",
                        23,
                        "matriarch_oldest_transaction_seconds",
                        61);
        int raw = 0;
        for (int tick = 0; tick < 27 * 360; tick++) {
            boolean day = tick < 24 * 360; // then everything is well
            int minute = tick / 6;
            double up = day && minute % (2 * periods.get("pg_up")) < periods.get("pg_up") ? 0 : 1;
            double receiver = day && minute % 46 < periods.get("matriarch_receiver_up") ? 0 : 1;
            double oldest = day && minute % 122 < 61 ? 1000 : 1;
            double disk = day && tick % 180 < 60 ? 0.3 : 0.001;
            story.measured(
                            Story.figure("pg_up", up),
                            Story.figure("matriarch_receiver_up", receiver),
                            Story.figure("matriarch_oldest_transaction_seconds", oldest),
                            Story.figure("matriarch_disk_latency_seconds", disk, "device", "sda"))
                    .judged();
            raw = story.changes.size();
            var figures = Figures.of(story.now(), List.of());
            var alerts =
                    Findings.alerts(
                            story.state(),
                            byName,
                            figures,
                            figures,
                            new Findings.Place("n1", List.of(), Map.of(), ""));
            sender.now = story.now();
            sender.alerts = alerts;
            sender.turn();
            story.later();
        }
        assertThat(raw).as("changes after smoothing").isLessThan(60);
        assertThat(sender.sent.size()).as("messages in a day").isBetween(4, 40);
        assertThat(sender.ledger.groups()).as("told to the end").isEmpty();
        assertThat(story.firing()).isEmpty();
        var open = new java.util.HashSet<String>();
        for (var notice : sender.sent) {
            for (var alert : notice.firing()) open.add(notice.receiver() + alert.id());
            for (var ended : notice.ended()) open.remove(notice.receiver() + ended.alert().id());
        }
        assertThat(open).as("begun and never ended").isEmpty();
        for (var rule : rules)
            assertThat(sender.sent)
                    .as(rule)
                    .anyMatch(n -> n.firing().stream().anyMatch(a -> a.rule().equals(rule)));
        for (var past : sender.ledger.past())
            assertThat(sender.sent)
                    .as("told: " + past)
                    .anyMatch(n ->
                            n.ended().stream().anyMatch(e -> e.alert().id().equals(past.id())));
    }
}
