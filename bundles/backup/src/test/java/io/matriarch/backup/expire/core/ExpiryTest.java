package io.matriarch.backup.expire.core;

import static io.matriarch.backup.expire.core.Expiries.ALL;
import static io.matriarch.backup.expire.core.Expiries.F1;
import static io.matriarch.backup.expire.core.Expiries.F1_D1;
import static io.matriarch.backup.expire.core.Expiries.F1_I1;
import static io.matriarch.backup.expire.core.Expiries.F2;
import static io.matriarch.backup.expire.core.Expiries.F2_D1;
import static io.matriarch.backup.expire.core.Expiries.F2_D2;
import static io.matriarch.backup.expire.core.Expiries.F2_I1;
import static io.matriarch.backup.expire.core.Expiries.F3;
import static io.matriarch.backup.expire.core.Expiries.NOW;
import static io.matriarch.backup.expire.core.Expiries.count;
import static io.matriarch.backup.expire.core.Expiries.facts;
import static io.matriarch.backup.expire.core.Expiries.kept;
import static io.matriarch.backup.expire.core.Expiries.plan;
import static io.matriarch.backup.expire.core.Expiries.reason;
import static io.matriarch.backup.expire.core.Expiries.removed;
import static io.matriarch.backup.expire.core.Expiries.retention;
import static io.matriarch.backup.expire.core.Expiries.wal;
import static io.matriarch.backup.format.Entries.entry;
import static io.matriarch.backup.format.Entries.withPageErrors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.format.Entries;
import io.matriarch.backup.format.Label;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Expiry")
class ExpiryTest {
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
