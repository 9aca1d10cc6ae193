package io.matriarch.backup.restore.core;

import static io.matriarch.backup.format.Entries.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.Lsn;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.Entries;
import io.matriarch.backup.format.Fork;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.WalInventory;
import io.matriarch.backup.format.WalInventory.Run;
import io.matriarch.backup.format.WalSegment;
import io.matriarch.backup.restore.core.RestorePlanner.Rates;
import io.matriarch.backup.restore.core.RestorePlanner.Request;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A restore is planned")
class RestorePlannerTest {
    private static final Instant NOW = Instant.parse("2026-11-10T12:00:00Z");
    private static final Instant NEWEST_WAL = Instant.parse("2026-11-10T11:59:00Z");
    private static final String F1 = "20261101-000000F";
    private static final String F2 = "20261105-000000F";
    private static final String F2_I = "20261105-000000F_20261108-000000I";
    private static final BackupEntry[] BACKUPS = {
        entry(F1, "", 1, wal(1, 0x10), wal(1, 0x11)),
        entry(F2, "", 1, wal(1, 0x20), wal(1, 0x21)),
        entry(F2_I, F2, 1, wal(1, 0x30))
    };
    private static final WalInventory WHOLE = inventory(run(1, 0x10, 0x40, NEWEST_WAL));

    private static String wal(int timeline, int number) {
        return "%08X00000000%08X".formatted(timeline, number);
    }

    private static Run run(int timeline, int first, int last, Instant stored) {
        return new Run(
                WalSegment.parse(wal(timeline, first)),
                WalSegment.parse(wal(timeline, last)),
                stored);
    }

    private static WalInventory inventory(Run... runs) {
        return new WalInventory(List.of(runs), Map.of(), WalSegment.DEFAULT_SIZE);
    }

    private static RestorePlan plan(WalInventory wal, Set<String> damaged, Request request)
            throws MatriarchException {
        var labels = damaged.stream().map(Label::new).collect(java.util.stream.Collectors.toSet());
        return RestorePlanner.plan(
                new RestoreFacts(Entries.info(BACKUPS), wal, labels, NOW), request);
    }

    private static RestorePlan plan(RestoreTarget target) throws MatriarchException {
        return plan(WHOLE, Set.of(), request(target));
    }

    private static Request request(RestoreTarget target) {
        return new Request(
                target, new TargetTimeline.Latest(), Optional.empty(), new Rates(100, 1));
    }

    private static RestoreTarget.Time time(String at) {
        return new RestoreTarget.Time(Instant.parse(at), true);
    }

    @Nested
    @DisplayName("with the backup that")
    class Backup {
        @Test
        @DisplayName("is the newest, for the latest state; all its facts are told")
        void latest() throws Exception {
            var plan = plan(new RestoreTarget.Latest());
            assertThat(plan.backup().label()).hasToString(F2_I);
            assertThat(plan.chain()).extracting(Label::text).containsExactly(F2_I, F2);
            assertThat(plan.timeline()).isEqualTo(1);
            assertThat(plan.firstWal().orElseThrow()).hasToString(wal(1, 0x30));
            assertThat(plan.lastWal().orElseThrow()).hasToString(wal(1, 0x40));
            assertThat(plan.segments()).isEqualTo(17);
            assertThat(plan.bytes()).isEqualTo(100);
            assertThat(plan.estimate()).hasSeconds(18);
            assertThat(plan.earliest()).isEqualTo("2026-11-01T00:01:00Z");
            assertThat(plan.latest()).isEqualTo(NEWEST_WAL);
            assertThat(plan.notes()).isEmpty();
        }

        @Test
        @DisplayName("ended last before a time")
        void byTime() throws Exception {
            assertThat(plan(time("2026-11-06T10:00:00Z")).backup().label()).hasToString(F2);
            assertThat(plan(time("2026-11-05T00:00:30Z")).backup().label())
                    .as("F2 was still being made")
                    .hasToString(F1);
            assertThat(plan(time("2026-11-05T00:01:00Z")).backup().label())
                    .as("F2 ended at that very moment")
                    .hasToString(F1);
        }

        @Test
        @DisplayName("is consistent last before a position, and WAL ends there")
        void byPosition() throws Exception {
            var plan = plan(new RestoreTarget.Position(Lsn.parse("0/2A000028"), true));
            assertThat(plan.backup().label()).hasToString(F2);
            assertThat(plan.lastWal().orElseThrow()).hasToString(wal(1, 0x2A));
            assertThat(plan.segments()).isEqualTo(11);
        }

        @Test
        @DisplayName("is the newest, for a consistent state, a named point and a transaction")
        void newest() throws Exception {
            var immediate = plan(new RestoreTarget.Immediate());
            assertThat(immediate.backup().label()).hasToString(F2_I);
            assertThat(immediate.segments()).isEqualTo(1);
            var point = plan(new RestoreTarget.Point("before_upgrade"));
            assertThat(point.backup().label()).hasToString(F2_I);
            assertThat(point.notes())
                    .containsExactly(
                            "if restore point \"before_upgrade\" lies before the backup, name an older"
                                    + " one");
            assertThat(plan(new RestoreTarget.Transaction("123", true)).notes()).hasSize(1);
        }

        @Test
        @DisplayName("was asked for")
        void asked() throws Exception {
            var request =
                    new Request(
                            new RestoreTarget.Latest(),
                            new TargetTimeline.Latest(),
                            Optional.of(new Label(F1)),
                            Rates.CAUTIOUS);
            assertThat(plan(WHOLE, Set.of(), request).backup().label()).hasToString(F1);
        }

        @Test
        @DisplayName("is not known to be damaged, nor builds on one that is")
        void notDamaged() throws Exception {
            var plan = plan(WHOLE, Set.of(F2), request(new RestoreTarget.Latest()));
            assertThat(plan.backup().label()).hasToString(F1);
            assertThat(plan.notes()).contains(F2_I + " is damaged in " + F2);
        }

        @Test
        @DisplayName("has all its WAL: an older one is used if need be, and it is said why")
        void withItsWal() throws Exception {
            var wal = inventory(run(1, 0x10, 0x2F, NEWEST_WAL), run(1, 0x31, 0x40, NEWEST_WAL));
            var plan = plan(wal, Set.of(), request(new RestoreTarget.Latest()));
            assertThat(plan.backup().label()).hasToString(F2);
            assertThat(plan.lastWal().orElseThrow()).hasToString(wal(1, 0x2F));
            assertThat(plan.notes())
                    .containsExactly(
                            "not used, %s: WAL from %s to %s is not all there"
                                    .formatted(F2_I, wal(1, 0x30), wal(1, 0x30)),
                            "WAL has a hole behind %s: nothing up to %s can be replayed"
                                    .formatted(wal(1, 0x2F), wal(1, 0x40)));
        }
    }

    @Nested
    @DisplayName("and refused before anything is touched when")
    class Refused {
        private void refused(RestoreTarget target, WalInventory wal, String... words) {
            var thrown =
                    assertThatThrownBy(() -> plan(wal, Set.of(), request(target)))
                            .isInstanceOf(MatriarchException.class);
            for (String word : words) thrown.hasMessageContaining(word);
        }

        @Test
        @DisplayName("the time is before the first backup ended")
        void tooEarly() {
            assertThatThrownBy(() -> plan(time("2026-11-01T00:00:59Z")))
                    .hasMessageContaining("before the first backup ended, at 2026-11-01T00:01:00Z")
                    .extracting("hint")
                    .isEqualTo(
                            "what can be restored lies between 2026-11-01T00:01:00Z and "
                                    + NEWEST_WAL);
        }

        @Test
        @DisplayName("the time is in the future, or after the newest WAL")
        void tooLate() {
            refused(time("2026-11-10T12:00:01Z"), WHOLE, "is in the future");
            refused(
                    time("2026-11-10T11:59:30Z"),
                    WHOLE,
                    "no backup leads to 2026-11-10T11:59:30Z",
                    "up to " + wal(1, 0x40) + " only");
        }

        @Test
        @DisplayName("WAL has a hole before the target")
        void hole() {
            var stored = Instant.parse("2026-11-06T00:00:00Z");
            refused(
                    time("2026-11-07T00:00:00Z"),
                    inventory(run(1, 0x10, 0x25, stored), run(1, 0x27, 0x40, NEWEST_WAL)),
                    F2 + ": WAL goes without a hole up to " + wal(1, 0x25));
            refused(
                    new RestoreTarget.Position(Lsn.parse("0/28000000"), true),
                    inventory(run(1, 0x10, 0x25, stored), run(1, 0x27, 0x40, NEWEST_WAL)),
                    "up to 0/26000000 only, before 0/28000000");
        }

        @Test
        @DisplayName("the position is before any backup is consistent, or behind all WAL")
        void position() {
            refused(
                    new RestoreTarget.Position(Lsn.parse("0/10000000"), true),
                    WHOLE,
                    F1 + ": it is consistent from 0/11000050 on");
            refused(
                    new RestoreTarget.Position(Lsn.parse("0/41000000"), true),
                    WHOLE,
                    "up to 0/41000000 only");
        }

        @Test
        @DisplayName("no backup is whole, or there is none at all")
        void noBackup() {
            assertThatThrownBy(() ->
                            RestorePlanner.plan(
                                    new RestoreFacts(Entries.info(), WHOLE, Set.of(), NOW),
                                    request(new RestoreTarget.Latest())))
                    .hasMessageContaining("there is no backup")
                    .extracting("hint")
                    .isEqualTo("make a full backup");
            assertThatThrownBy(
                            () -> plan(WHOLE, Set.of(F1, F2), request(new RestoreTarget.Latest())))
                    .hasMessageContaining(F1 + " is damaged in " + F1);
        }

        @Test
        @DisplayName("the backup asked for is not there")
        void unknown() {
            var request =
                    new Request(
                            new RestoreTarget.Latest(),
                            new TargetTimeline.Latest(),
                            Optional.of(new Label("20200101-000000F")),
                            Rates.CAUTIOUS);
            assertThatThrownBy(() -> plan(WHOLE, Set.of(), request))
                    .hasMessage("there is no backup 20200101-000000F");
        }
    }

    @Nested
    @DisplayName("across timelines")
    class Timelines {
        /** Timeline 2 left 1 within segment 34, timeline 3 left 2 within 38. */
        private static final WalInventory FORKED =
                new WalInventory(
                        List.of(
                                run(1, 0x10, 0x36, Instant.parse("2026-11-09T00:00:00Z")),
                                run(2, 0x34, 0x38, Instant.parse("2026-11-09T06:00:00Z")),
                                run(3, 0x38, 0x50, NEWEST_WAL)),
                        Map.of(
                                2,
                                List.of(new Fork(1, Lsn.parse("0/34000060"))),
                                3,
                                List.of(
                                        new Fork(1, Lsn.parse("0/34000060")),
                                        new Fork(2, Lsn.parse("0/38000000")))),
                        WalSegment.DEFAULT_SIZE);

        private static RestorePlan plan(TargetTimeline timeline, WalInventory wal)
                throws MatriarchException {
            return RestorePlannerTest.plan(
                    wal,
                    Set.of(),
                    new Request(
                            new RestoreTarget.Latest(),
                            timeline,
                            Optional.empty(),
                            Rates.CAUTIOUS));
        }

        @Test
        @DisplayName("WAL is followed to the newest one")
        void newest() throws Exception {
            var plan = plan(new TargetTimeline.Latest(), FORKED);
            assertThat(plan.timeline()).isEqualTo(3);
            assertThat(plan.lastWal().orElseThrow()).hasToString(wal(3, 0x50));
            assertThat(plan.segments()).isEqualTo(0x21);
        }

        @Test
        @DisplayName("or to the one chosen, or stays on the backup's")
        void chosen() throws Exception {
            assertThat(plan(new TargetTimeline.Number(2), FORKED).lastWal().orElseThrow())
                    .hasToString(wal(2, 0x38));
            assertThat(plan(new TargetTimeline.Current(), FORKED).lastWal().orElseThrow())
                    .hasToString(wal(1, 0x36));
        }

        @Test
        @DisplayName("a hole on the way ends it")
        void hole() throws Exception {
            var wal =
                    new WalInventory(
                            List.of(
                                    run(1, 0x10, 0x36, NOW),
                                    run(2, 0x34, 0x35, NOW),
                                    run(3, 0x38, 0x50, NOW)),
                            FORKED.histories(),
                            WalSegment.DEFAULT_SIZE);
            assertThat(plan(new TargetTimeline.Latest(), wal).lastWal().orElseThrow())
                    .hasToString(wal(2, 0x35));
        }

        @Test
        @DisplayName("a backup the timeline did not come from is passed over")
        void foreign() throws Exception {
            var wal =
                    new WalInventory(
                            List.of(run(1, 0x10, 0x40, NOW), run(2, 0x2F, 0x50, NOW)),
                            Map.of(2, List.of(new Fork(1, Lsn.parse("0/2F000000")))),
                            WalSegment.DEFAULT_SIZE);
            var plan = plan(new TargetTimeline.Latest(), wal);
            assertThat(plan.backup().label()).hasToString(F2);
            assertThat(plan.notes().getFirst())
                    .contains(
                            "it ended at 0/30000050, but timeline 2 left its timeline at 0/2F000000");
            assertThatThrownBy(() -> plan(new TargetTimeline.Number(7), wal))
                    .hasMessageContaining("timeline 7 did not come from");
        }

        @Test
        @DisplayName("one that has archived nothing yet is reached on the old one's last segment")
        void young() throws Exception {
            var wal =
                    new WalInventory(
                            List.of(run(1, 0x10, 0x41, NOW)),
                            Map.of(2, List.of(new Fork(1, Lsn.parse("0/40000060")))),
                            WalSegment.DEFAULT_SIZE);
            assertThat(plan(new TargetTimeline.Latest(), wal).lastWal().orElseThrow())
                    .hasToString(wal(1, 0x40));
        }

        @Test
        @DisplayName("by history files as PostgreSQL writes them")
        void historyFiles() {
            assertThat(
                            Fork.parse(
                                    "1\t0/34000060\tno recovery target specified\n\n2\t0/38000000\tx y\n"))
                    .containsExactly(
                            new Fork(1, Lsn.parse("0/34000060")),
                            new Fork(2, Lsn.parse("0/38000000")));
        }
    }
}
