package io.matriarch.backup.expire.core;

import static io.matriarch.backup.format.Entries.entry;
import static io.matriarch.backup.format.Entries.withPageErrors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.BackupInfo;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.format.Entries;
import io.matriarch.backup.format.Label;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Expiry")
class ExpiryTest {
    private static final Instant NOW = Instant.parse("2026-11-30T00:00:00Z");

    private static final String F1 = "20261101-000000F";
    private static final String F1_D1 = "20261101-000000F_20261102-000000D";
    private static final String F1_I1 = "20261101-000000F_20261103-000000I";
    private static final String F2 = "20261110-000000F";
    private static final String F2_D1 = "20261110-000000F_20261111-000000D";
    private static final String F2_I1 = "20261110-000000F_20261112-000000I";
    private static final String F2_D2 = "20261110-000000F_20261113-000000D";
    private static final String F3 = "20261120-000000F";

    private static final BackupEntry[] ALL = {
        entry(F1, "", 1, wal(0x10), wal(0x11)),
        entry(F1_D1, F1, 1, wal(0x14)),
        entry(F1_I1, F1_D1, 1, wal(0x18)),
        entry(F2, "", 1, wal(0x20)),
        entry(F2_D1, F2, 1, wal(0x24)),
        entry(F2_I1, F2_D1, 1, wal(0x28), wal(0x29)),
        entry(F2_D2, F2, 1, wal(0x2C)),
        entry(F3, "", 1, wal(0x30))
    };

    private static String wal(int number) {
        return "0000000100000000%08X".formatted(number);
    }

    private static ExpiryFacts facts(BackupEntry... backups) {
        return facts(Entries.info(backups), Map.of(), Set.of());
    }

    private static ExpiryFacts facts(
            BackupInfo info, Map<String, String> pins, Set<String> damaged) {
        return new ExpiryFacts(
                info,
                List.of("17-1"),
                pins.entrySet().stream()
                        .collect(Collectors.toMap(e -> new Label(e.getKey()), Map.Entry::getValue)),
                damaged.stream().map(Label::new).collect(Collectors.toSet()),
                Set.of());
    }

    private static Retention count(int fulls) {
        return retention(new Retention.Full.Count(fulls));
    }

    private static Retention retention(Retention.Full full) {
        return new Retention(
                full,
                OptionalInt.empty(),
                OptionalInt.empty(),
                BackupType.FULL,
                OptionalInt.empty());
    }

    private static ExpiryPlan plan(ExpiryFacts facts, Retention retention) {
        return Expiry.plan(facts, retention, NOW, ZoneOffset.UTC);
    }

    private static List<String> removed(ExpiryPlan plan) {
        return plan.labelsToRemove().stream().map(Label::text).toList();
    }

    private static String reason(List<ExpiryPlan.Choice> choices, Label label) {
        return choices.stream()
                .filter(choice -> choice.label().equals(label))
                .map(ExpiryPlan.Choice::reason)
                .findFirst()
                .orElseThrow();
    }

    private static String kept(ExpiryPlan plan, String label) {
        return reason(plan.keep(), new Label(label));
    }

    @Nested
    @DisplayName("of full backups")
    class Fulls {
        @Test
        @DisplayName("removes nothing if no retention is set")
        void forEver() {
            var plan = plan(facts(ALL), Retention.FOR_EVER);
            assertThat(plan.remove()).isEmpty();
            assertThat(plan.archives()).isEmpty();
            assertThat(plan.keep()).hasSize(8);
        }

        @Test
        @DisplayName(
                "by count keeps the newest with all that builds on them, and removes dependants first")
        void byCount() {
            var plan = plan(facts(ALL), count(2));
            assertThat(removed(plan)).containsExactly(F1_I1, F1_D1, F1);
            assertThat(reason(plan.remove(), new Label(F1)))
                    .isEqualTo("beyond the newest 2 full backups");
            assertThat(reason(plan.remove(), new Label(F1_I1)))
                    .isEqualTo("builds on " + F1 + ", which is beyond the newest 2 full backups");
            assertThat(kept(plan, F2)).isEqualTo("within the retention");
        }

        @Test
        @DisplayName("by count removes nothing while there are no more than that")
        void fewer() {
            assertThat(plan(facts(ALL), count(3)).remove()).isEmpty();
            assertThat(plan(facts(ALL), count(9)).remove()).isEmpty();
            assertThat(plan(facts(), count(1)).remove()).isEmpty();
        }

        @Test
        @DisplayName("by time keeps the newest full that ended before the window, and all since")
        void byTime() {
            assertThat(removed(plan(facts(ALL), retention(new Retention.Full.Days(15)))))
                    .as("the window begins on the 15th: F2 is needed to restore that day")
                    .containsExactly(F1_I1, F1_D1, F1);
            assertThat(removed(plan(facts(ALL), retention(new Retention.Full.Days(5)))))
                    .containsExactly(F2_D2, F2_I1, F2_D1, F2, F1_I1, F1_D1, F1);
            assertThat(removed(plan(facts(ALL), retention(new Retention.Full.Days(20)))))
                    .as("F2 ended a minute after the window began: F1 is needed")
                    .isEmpty();
            assertThat(removed(plan(facts(ALL), retention(new Retention.Full.Days(60))))).isEmpty();
        }
    }

    @Nested
    @DisplayName("of differentials")
    class Differentials {
        private static Retention differentials(int newest) {
            return new Retention(
                    new Retention.Full.All(),
                    OptionalInt.of(newest),
                    OptionalInt.empty(),
                    BackupType.FULL,
                    OptionalInt.empty());
        }

        @Test
        @DisplayName("counts fulls too, and removes only differentials and what builds on them")
        void countsFulls() {
            assertThat(removed(plan(facts(ALL), differentials(2))))
                    .as("F3 and F2_D2 are the newest two")
                    .containsExactly(F2_I1, F2_D1, F1_I1, F1_D1);
            assertThat(removed(plan(facts(ALL), differentials(3)))).containsExactly(F1_I1, F1_D1);
            assertThat(removed(plan(facts(ALL), differentials(6)))).isEmpty();
        }
    }

    @Nested
    @DisplayName("of WAL")
    class Wal {
        private static ArchiveSweep sweep(ExpiryPlan plan) {
            assertThat(plan.archives()).hasSize(1);
            return plan.archives().getFirst();
        }

        @Test
        @DisplayName("keeps all since the oldest full kept, as the count of fulls says")
        void sinceTheOldestFull() {
            var sweep = sweep(plan(facts(ALL), count(2)));
            assertThat(sweep.archiveId()).isEqualTo("17-1");
            assertThat(sweep.from().orElseThrow()).hasToString(wal(0x20));
            assertThat(sweep.ranges()).isEmpty();
            assertThat(sweep.keeps(wal(0x1F) + "-" + "a".repeat(40) + ".zst")).isFalse();
            assertThat(sweep.keeps(wal(0x1F) + ".partial-" + "a".repeat(40))).isFalse();
            assertThat(sweep.keeps(wal(0x1F) + ".00000028.backup")).isFalse();
            assertThat(sweep.keeps(wal(0x20) + "-" + "a".repeat(40))).isTrue();
            assertThat(sweep.keeps("notes.txt")).isTrue();
            assertThat(sweep.reason()).isEqualTo("older than " + F2 + " needs");
        }

        @Test
        @DisplayName("can be shorter than backups: older ones keep what makes them consistent")
        void shorter() {
            var retention =
                    new Retention(
                            new Retention.Full.Count(3),
                            OptionalInt.empty(),
                            OptionalInt.of(1),
                            BackupType.FULL,
                            OptionalInt.empty());
            var sweep = sweep(plan(facts(ALL), retention));
            assertThat(sweep.from().orElseThrow()).hasToString(wal(0x30));
            assertThat(sweep.ranges()).hasSize(7);
            assertThat(sweep.keeps(wal(0x11))).isTrue();
            assertThat(sweep.keeps(wal(0x12))).isFalse();
            assertThat(sweep.keeps(wal(0x29))).isTrue();
            assertThat(sweep.keeps(wal(0x2A))).isFalse();
        }

        @Test
        @DisplayName("counts differentials with fulls, or every backup, if told so")
        void types() {
            var diff =
                    new Retention(
                            new Retention.Full.All(),
                            OptionalInt.empty(),
                            OptionalInt.of(2),
                            BackupType.DIFFERENTIAL,
                            OptionalInt.empty());
            assertThat(sweep(plan(facts(ALL), diff)).from().orElseThrow()).hasToString(wal(0x2C));
            var incr =
                    new Retention(
                            new Retention.Full.All(),
                            OptionalInt.empty(),
                            OptionalInt.of(3),
                            BackupType.INCREMENTAL,
                            OptionalInt.empty());
            assertThat(sweep(plan(facts(ALL), incr)).from().orElseThrow()).hasToString(wal(0x28));
        }

        @Test
        @DisplayName("derives the count from the fulls kept if retention is by time")
        void byTime() {
            var sweep = sweep(plan(facts(ALL), retention(new Retention.Full.Days(15))));
            assertThat(sweep.from().orElseThrow()).hasToString(wal(0x20));
        }

        @Test
        @DisplayName("removes nothing while there are fewer backups than it counts")
        void fewer() {
            var plan = plan(facts(ALL), count(4));
            assertThat(plan.archives()).isEmpty();
            assertThat(plan.notes())
                    .containsExactly("no WAL is removed: 3 of 4 full backups are there");
        }

        @Test
        @DisplayName("keeps a folder if anything of it is kept")
        void folders() {
            var first = entry(F1, "", 1, "000000010000000200000010");
            var second = entry(F2, "", 1, "000000010000000500000001");
            var retention =
                    new Retention(
                            new Retention.Full.Count(2),
                            OptionalInt.empty(),
                            OptionalInt.of(1),
                            BackupType.FULL,
                            OptionalInt.empty());
            var sweep = sweep(plan(facts(first, second), retention));
            assertThat(sweep.keepsFolder("0000000100000001")).isFalse();
            assertThat(sweep.keepsFolder("0000000100000002")).isTrue();
            assertThat(sweep.keepsFolder("0000000100000003")).isFalse();
            assertThat(sweep.keepsFolder("0000000100000005")).isTrue();
            assertThat(sweep.keepsFolder("0000000200000000")).isTrue();
            assertThat(sweep.keepsFolder("lost+found")).isTrue();
        }

        @Test
        @DisplayName("keeps the history of every timeline from the oldest kept one on")
        void histories() {
            var old = entry(F1, "", 1, "000000010000000000000010");
            var later = entry(F2, "", 1, "000000030000000000000020");
            var sweep = sweep(plan(facts(old, later), count(1)));
            assertThat(sweep.keepsHistory("00000002.history")).isFalse();
            assertThat(sweep.keepsHistory("00000003.history")).isTrue();
            assertThat(sweep.keepsHistory("0000000A.history")).isTrue();
            assertThat(sweep.keepsHistory("archive.info")).isTrue();
        }

        @Test
        @DisplayName("of a cluster that was upgraded away goes with its last backup")
        void upgraded() {
            var info =
                    new BackupInfo(
                            "2.55.1",
                            List.of(Entries.cluster(1, 16), Entries.cluster(2, 17)),
                            2,
                            List.of(
                                    entry(F1, "", 1, wal(0x10)),
                                    entry(F2, "", 2, wal(0x03)),
                                    entry(F3, "", 2, wal(0x05))),
                            Optional.empty());
            var facts =
                    new ExpiryFacts(info, List.of("16-1", "17-2"), Map.of(), Set.of(), Set.of());
            var plan = plan(facts, count(2));
            assertThat(removed(plan)).containsExactly(F1);
            assertThat(plan.archives()).hasSize(2);
            assertThat(plan.archives().getFirst().removesAll()).isTrue();
            assertThat(plan.archives().getFirst().keepsFolder("0000000100000000")).isFalse();
            assertThat(plan.archives().getLast().from().orElseThrow()).hasToString(wal(0x03));
        }

        @Test
        @DisplayName("of an old cluster with a backup left starts at its newest of the type")
        void oldClusterKept() {
            var info =
                    new BackupInfo(
                            "2.55.1",
                            List.of(Entries.cluster(1, 16), Entries.cluster(2, 17)),
                            2,
                            List.of(
                                    entry(F1, "", 1, wal(0x10)),
                                    entry(F2, "", 1, wal(0x20)),
                                    entry(F3, "", 2, wal(0x05))),
                            Optional.empty());
            var facts =
                    new ExpiryFacts(info, List.of("16-1", "17-2"), Map.of(), Set.of(), Set.of());
            var retention =
                    new Retention(
                            new Retention.Full.All(),
                            OptionalInt.empty(),
                            OptionalInt.of(1),
                            BackupType.FULL,
                            OptionalInt.empty());
            var old = plan(facts, retention).archives().getFirst();
            assertThat(old.from().orElseThrow()).hasToString(wal(0x20));
            assertThat(old.ranges()).hasSize(1);
        }

        @Test
        @DisplayName("of the current cluster stays while it has no backup yet")
        void currentWithoutBackup() {
            var info =
                    new BackupInfo(
                            "2.55.1",
                            List.of(Entries.cluster(1, 16), Entries.cluster(2, 17)),
                            2,
                            List.of(entry(F1, "", 1, wal(0x10))),
                            Optional.empty());
            var facts =
                    new ExpiryFacts(info, List.of("16-1", "17-2"), Map.of(), Set.of(), Set.of());
            assertThat(plan(facts, count(1)).archives())
                    .extracting(ArchiveSweep::archiveId)
                    .containsExactly("16-1");
        }
    }

    @Nested
    @DisplayName("never removes")
    class Never {
        @Test
        @DisplayName("what is pinned, nor what that builds on; the rest of its set may go")
        void pinned() {
            var plan =
                    plan(
                            facts(Entries.info(ALL), Map.of(F1_D1, "before the audit"), Set.of()),
                            count(2));
            assertThat(removed(plan)).containsExactly(F1_I1);
            assertThat(kept(plan, F1_D1)).isEqualTo("pinned: before the audit");
            assertThat(kept(plan, F1))
                    .isEqualTo(F1_D1 + " builds on it, which is pinned: before the audit");
            assertThat(plan.archives().getFirst().from().orElseThrow()).hasToString(wal(0x20));
            assertThat(plan.archives().getFirst().keeps(wal(0x14))).isTrue();
            assertThat(plan.archives().getFirst().keeps(wal(0x15))).isFalse();
            assertThat(plan.notes()).anyMatch(n -> n.contains("is kept though"));
            assertThat(plan.blocked()).as("a pin is a wish, not a want").isEmpty();
        }

        @Test
        @DisplayName("the last chain that can be restored, with all WAL since")
        void lastRestorable() {
            var plan = plan(facts(Entries.info(ALL), Map.of(), Set.of(F3, F2)), count(1));
            assertThat(removed(plan)).containsExactly(F2_D2, F2_I1, F2_D1, F2);
            assertThat(kept(plan, F1_I1)).isEqualTo("the newest that can be restored");
            assertThat(plan.archives().getFirst().from().orElseThrow())
                    .as("replay begins at the incremental")
                    .hasToString(wal(0x18));
            assertThat(plan.notes()).anyMatch(n -> n.contains("is kept since " + wal(0x18)));
            assertThat(plan.blocked())
                    .extracting(each -> each.label().text() + " " + each.missing())
                    .containsExactly(
                            F1 + " RESTORABLE", F1_D1 + " RESTORABLE", F1_I1 + " RESTORABLE");
        }

        @Test
        @DisplayName("the last backup with clean page checksums, with all WAL since")
        void lastClean() {
            var backups =
                    Arrays.stream(ALL)
                            .map(b -> b.label().text().startsWith(F1) ? b : withPageErrors(b))
                            .toArray(BackupEntry[]::new);
            var plan = plan(facts(backups), count(1));
            assertThat(removed(plan)).containsExactly(F2_D2, F2_I1, F2_D1, F2);
            assertThat(kept(plan, F1_I1)).isEqualTo("the newest with clean page checksums");
            assertThat(kept(plan, F3)).isEqualTo("the newest that can be restored");
            assertThat(plan.blocked())
                    .extracting(each -> each.label().text() + " " + each.missing())
                    .containsExactly(
                            F1 + " CLEAN_PAGES", F1_D1 + " CLEAN_PAGES", F1_I1 + " CLEAN_PAGES");
            assertThat(plan.archives().getFirst().keeps(wal(0x19))).isTrue();
            assertThat(plan.archives().getFirst().keeps(wal(0x17))).isFalse();
        }

        @Test
        @DisplayName(
                "anything for a backup that is damaged itself: it does not count as the last hope")
        void damagedDoesNotProtect() {
            var plan = plan(facts(Entries.info(ALL), Map.of(), Set.of(F2_D2)), count(1));
            assertThat(kept(plan, F3)).isEqualTo("the newest that can be restored");
            assertThat(removed(plan)).hasSize(7);
        }

        @Test
        @DisplayName("the newest by the time it ended, not by its label")
        void newestByTime() {
            var late = entry("20261101-000000F_20261125-000000I", F1, 1, wal(0x40));
            var info = Entries.info(entry(F1, "", 1, wal(0x10)), entry(F3, "", 1, wal(0x30)), late);
            var plan = plan(facts(info, Map.of(), Set.of()), count(1));
            assertThat(plan.remove()).isEmpty();
            assertThat(kept(plan, late.label().text()))
                    .isEqualTo("the newest that can be restored");
        }

        @Test
        @DisplayName("and says when a pin points at nothing")
        void danglingPin() {
            var plan =
                    plan(
                            facts(Entries.info(ALL), Map.of("20200101-000000F", ""), Set.of()),
                            count(3));
            assertThat(plan.notes())
                    .contains("20200101-000000F is pinned, but there is no such backup");
        }
    }

    @Nested
    @DisplayName("on request")
    class OnRequest {
        @Test
        @DisplayName("removes a backup with what builds on it")
        void withDependants() {
            var plan =
                    Expiry.remove(
                            facts(ALL), List.of(new Label(F2_D1)), count(3), NOW, ZoneOffset.UTC);
            assertThat(removed(plan)).containsExactly(F2_I1, F2_D1);
        }

        @Test
        @DisplayName("refuses the last that can be restored")
        void refuses() {
            var plan =
                    Expiry.remove(
                            facts(ALL), List.of(new Label(F3)), count(3), NOW, ZoneOffset.UTC);
            assertThat(plan.remove()).isEmpty();
            assertThat(plan.notes())
                    .contains(F3 + " is kept though asked for: the newest that can be restored");
        }
    }

    @Nested
    @DisplayName("of manifests in the history")
    class History {
        private static List<Label> expired(int days) {
            var facts =
                    new ExpiryFacts(
                            Entries.info(ALL),
                            List.of(),
                            Map.of(),
                            Set.of(),
                            Set.of(
                                    new Label(F1),
                                    new Label("20260101-000000F"),
                                    new Label("20261129-000000F")));
            return plan(
                            facts,
                            new Retention(
                                    new Retention.Full.All(),
                                    OptionalInt.empty(),
                                    OptionalInt.empty(),
                                    BackupType.FULL,
                                    OptionalInt.of(days)))
                    .history();
        }

        @Test
        @DisplayName("removes old ones of backups that are gone")
        void old() {
            assertThat(expired(30)).containsExactly(new Label("20260101-000000F"));
        }

        @Test
        @DisplayName("removes all of backups that are gone if told 0 days")
        void zero() {
            assertThat(expired(0))
                    .containsExactly(new Label("20260101-000000F"), new Label("20261129-000000F"));
        }
    }

    @Test
    @DisplayName("refuses a retention of nothing")
    void nonsense() {
        assertThatThrownBy(() -> new Retention.Full.Count(0))
                .hasMessage("retention of full: 0, must be 1 or more");
        assertThatThrownBy(() -> new Retention.Full.Days(-1)).hasMessageContaining("-1");
    }
}
