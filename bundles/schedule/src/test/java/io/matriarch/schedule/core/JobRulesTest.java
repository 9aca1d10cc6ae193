package io.matriarch.schedule.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.schedule.api.ClusterJobs.JobRun;
import io.matriarch.schedule.api.ClusterJobs.JobRun.State;
import io.matriarch.schedule.api.ClusterTask.Fitness;
import io.matriarch.schedule.api.Schedules.Missed;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A schedule of the cluster, as one member judges it")
class JobRulesTest {
    private static final Fitness BEST = new Fitness.Fit(0, "standby");
    private static final Fitness SECOND = new Fitness.Fit(1, "primary");
    private static final Fitness UNFIT = new Fitness.Unfit("no repository");
    private static final Instant DUE = at("2026-03-01T02:00:00Z");

    private static Instant at(String text) {
        return Instant.parse(text);
    }

    private static Timetable daily(Missed missed) {
        return new Timetable(
                "full", "backup-full", "0 0 2 * * ?", ZoneId.of("UTC"), Duration.ZERO, missed);
    }

    private static Optional<Entry> handled(String until) {
        return Optional.of(new Entry("0 0 2 * * ?", at(until), Optional.empty()));
    }

    private static Optional<Entry> running(int attempt) {
        var run =
                new JobRun(
                        "id",
                        "full",
                        DUE,
                        "n1",
                        State.RUNNING,
                        attempt,
                        Optional.of(DUE),
                        Optional.empty(),
                        "");
        return Optional.of(new Entry("0 0 2 * * ?", DUE, Optional.of(run)));
    }

    private static Step decide(Optional<Entry> entry, Fitness fitness, Instant now) {
        return JobRules.decide(daily(Missed.SKIP), entry, false, Optional.empty(), fitness, now);
    }

    @Test
    @DisplayName("that is new begins to count from now")
    void fresh() {
        assertThat(decide(Optional.empty(), BEST, DUE)).isEqualTo(new Step.Begin());
    }

    @Test
    @DisplayName("whose cron was changed begins to count from now")
    void changed() {
        var other = Optional.of(new Entry("0 0 3 * * ?", DUE.minusSeconds(9999), Optional.empty()));
        assertThat(decide(other, BEST, DUE)).isEqualTo(new Step.Begin());
    }

    @Nested
    @DisplayName("at its time")
    class Due {
        @Test
        @DisplayName("is left alone before")
        void before() {
            assertThat(decide(handled("2026-02-28T02:00:00Z"), BEST, DUE.minusSeconds(1)))
                    .isEqualTo(new Step.Wait(DUE, "not due"));
        }

        @Test
        @DisplayName("is claimed by the best placed member at once, by others a little later")
        void ranks() {
            var entry = handled("2026-02-28T02:00:00Z");
            assertThat(decide(entry, BEST, DUE)).isEqualTo(new Step.Claim(DUE, 1));
            assertThat(decide(entry, SECOND, DUE))
                    .isInstanceOf(Step.Wait.class)
                    .extracting("until")
                    .isEqualTo(DUE.plusSeconds(5));
            assertThat(decide(entry, SECOND, DUE.plusSeconds(5))).isEqualTo(new Step.Claim(DUE, 1));
        }

        @Test
        @DisplayName("is not run by a member that is unfit")
        void unfit() {
            assertThat(decide(handled("2026-02-28T02:00:00Z"), UNFIT, DUE.plusSeconds(60)))
                    .isInstanceOf(Step.Wait.class)
                    .extracting("why")
                    .isEqualTo("no repository");
        }

        @Test
        @DisplayName("is run once, not again after it was handled")
        void once() {
            assertThat(decide(handled("2026-03-01T02:00:00Z"), BEST, DUE.plusSeconds(30)))
                    .isInstanceOf(Step.Wait.class);
        }

        @Test
        @DisplayName("waits for the jitter, which is the same for all members")
        void jitter() {
            var table =
                    new Timetable(
                            "full",
                            "t",
                            "0 0 2 * * ?",
                            ZoneId.of("UTC"),
                            Duration.ofMinutes(10),
                            Missed.SKIP);
            Instant begin = table.withJitter(DUE);
            assertThat(begin).isBetween(DUE, DUE.plusSeconds(600)).isEqualTo(table.withJitter(DUE));
            assertThat(begin).isNotEqualTo(DUE);
            var entry = handled("2026-02-28T02:00:00Z");
            assertThat(
                            JobRules.decide(
                                    table,
                                    entry,
                                    false,
                                    Optional.empty(),
                                    BEST,
                                    begin.minusMillis(1)))
                    .isEqualTo(new Step.Wait(begin, "not due"));
            assertThat(JobRules.decide(table, entry, false, Optional.empty(), BEST, begin))
                    .isEqualTo(new Step.Claim(DUE, 1));
        }
    }

    @Nested
    @DisplayName("whose time passed")
    class MissedTimes {
        private final Optional<Entry> entry = handled("2026-02-20T02:00:00Z");
        private final Instant late = DUE.plus(Duration.ofHours(3));

        @Test
        @DisplayName("within ten minutes is run all the same")
        void late() {
            assertThat(decide(entry, BEST, DUE.plusSeconds(599))).isEqualTo(new Step.Claim(DUE, 1));
        }

        @Test
        @DisplayName("is skipped if it says so, and that is told once for all that passed")
        void skipped() {
            assertThat(decide(entry, BEST, late))
                    .isEqualTo(new Step.Skip(DUE, "no member was there in time"));
            assertThat(decide(entry, UNFIT, late))
                    .isEqualTo(new Step.Skip(DUE, "no member could run it: no repository"));
        }

        @Test
        @DisplayName("is run once if it says so, for the newest time")
        void run() {
            assertThat(
                            JobRules.decide(
                                    daily(Missed.RUN_ONCE_NOW),
                                    entry,
                                    false,
                                    Optional.empty(),
                                    BEST,
                                    late))
                    .isEqualTo(new Step.Claim(DUE, 1));
        }
    }

    @Nested
    @DisplayName("that is running")
    class Running {
        @Test
        @DisplayName("is left to whoever holds the claim")
        void claimed() {
            assertThat(
                            JobRules.decide(
                                    daily(Missed.SKIP),
                                    running(1),
                                    true,
                                    Optional.empty(),
                                    BEST,
                                    DUE.plusSeconds(9)))
                    .isInstanceOf(Step.Wait.class);
        }

        @Test
        @DisplayName("is taken over once nobody holds the claim")
        void orphan() {
            assertThat(decide(running(1), SECOND, DUE.plusSeconds(99)))
                    .isEqualTo(new Step.Claim(DUE, 2));
        }

        @Test
        @DisplayName("is given up when three members died of it")
        void thirdTime() {
            assertThat(decide(running(3), BEST, DUE.plusSeconds(99)))
                    .isInstanceOf(Step.GiveUp.class)
                    .extracting("why")
                    .asString()
                    .contains("n1", "3 attempts");
        }

        @Test
        @DisplayName("and whose member died is given up if for long no other is fit")
        void nobodyElse() {
            assertThat(decide(running(1), UNFIT, DUE.plusSeconds(99)))
                    .isInstanceOf(Step.Wait.class);
            assertThat(decide(running(1), UNFIT, DUE.plusSeconds(601)))
                    .isInstanceOf(Step.GiveUp.class);
        }
    }

    @Test
    @DisplayName("finds the newest time of many that passed, in its own time zone")
    void newest() {
        var table =
                new Timetable(
                        "t",
                        "t",
                        "0 30 2 ? * SUN",
                        ZoneId.of("Europe/Vienna"),
                        Duration.ZERO,
                        Missed.SKIP);
        assertThat(table.newestWithin(at("2025-01-01T00:00:00Z"), at("2026-06-03T00:00:00Z")))
                .contains(at("2026-05-31T00:30:00Z"));
        assertThat(table.newestWithin(at("2026-05-31T00:30:00Z"), at("2026-06-03T00:00:00Z")))
                .isEmpty();
    }

    @Test
    @DisplayName("comes back from the store as it was written; what is no entry is none")
    void json() {
        Entry entry = running(2).orElseThrow();
        assertThat(EntryJson.entry(EntryJson.write(entry))).contains(entry);
        JobRun run = entry.run().orElseThrow();
        assertThat(EntryJson.run(EntryJson.write(run))).contains(run);
        for (String broken : new String[] {"", "[]", "{}", "{\"cron\":1}", "nonsense"})
            assertThat(EntryJson.entry(broken)).as(broken).isEmpty();
    }

    @Nested
    @DisplayName("beside others of its group")
    class Groups {
        private Step decide(Optional<Entry> entry, Instant now) {
            return JobRules.decide(
                    daily(Missed.SKIP), entry, false, Optional.of("incr"), BEST, now);
        }

        @Test
        @DisplayName("waits for the one that runs")
        void waits() {
            assertThat(decide(handled("2026-02-28T02:00:00Z"), DUE))
                    .isEqualTo(new Step.Wait(DUE.plusSeconds(5), "incr runs first"));
            assertThat(decide(running(1), DUE.plusSeconds(99)))
                    .isEqualTo(new Step.Wait(DUE.plusSeconds(104), "incr runs first"));
        }

        @Test
        @DisplayName("is skipped with that reason if it had to wait for too long")
        void skipped() {
            assertThat(decide(handled("2026-02-28T02:00:00Z"), DUE.plusSeconds(601)))
                    .isEqualTo(new Step.Skip(DUE, "incr ran for too long"));
        }
    }

    @Nested
    @DisplayName("that runs on demand")
    class OnDemand {
        private static final Timetable TABLE = Timetable.onDemand("backup-full");
        private static final Entry QUIET = new Entry("", DUE, Optional.empty());
        private static final Entry ASKED =
                QUIET.asking(new Entry.Asked("an-id", DUE.plusSeconds(1)));

        private static Step decide(Entry entry, Fitness fitness, int seconds) {
            return JobRules.decide(
                    TABLE,
                    Optional.of(entry),
                    false,
                    Optional.empty(),
                    fitness,
                    DUE.plusSeconds(seconds));
        }

        @Test
        @DisplayName("never comes due by itself")
        void quiet() {
            assertThat(decide(QUIET, BEST, 999_999)).isInstanceOf(Step.Wait.class);
        }

        @Test
        @DisplayName("begins when it is asked for, on the best placed member first")
        void begins() {
            assertThat(decide(ASKED, BEST, 1)).isEqualTo(new Step.Claim(DUE.plusSeconds(1), 1));
            assertThat(decide(ASKED, SECOND, 1)).isInstanceOf(Step.Wait.class);
            assertThat(decide(ASKED, SECOND, 6)).isEqualTo(new Step.Claim(DUE.plusSeconds(1), 1));
        }

        @Test
        @DisplayName("is given up after ten minutes in which nobody could run it")
        void givenUp() {
            assertThat(decide(ASKED, UNFIT, 602))
                    .isEqualTo(
                            new Step.Skip(
                                    DUE.plusSeconds(1), "no member could run it: no repository"));
        }

        @Test
        @DisplayName("is no longer asked for once that time is dealt with; another wish stays")
        void handled() {
            assertThat(ASKED.handledUpTo(DUE.plusSeconds(1)).asked()).isEmpty();
            assertThat(ASKED.handledUpTo(DUE).asked()).isPresent();
            assertThat(EntryJson.entry(EntryJson.write(ASKED))).contains(ASKED);
        }
    }
}
