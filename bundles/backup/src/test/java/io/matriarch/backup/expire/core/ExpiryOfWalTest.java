package io.matriarch.backup.expire.core;

import static io.matriarch.backup.expire.core.Expiries.ALL;
import static io.matriarch.backup.expire.core.Expiries.F1;
import static io.matriarch.backup.expire.core.Expiries.F2;
import static io.matriarch.backup.expire.core.Expiries.F3;
import static io.matriarch.backup.expire.core.Expiries.count;
import static io.matriarch.backup.expire.core.Expiries.facts;
import static io.matriarch.backup.expire.core.Expiries.plan;
import static io.matriarch.backup.expire.core.Expiries.removed;
import static io.matriarch.backup.expire.core.Expiries.retention;
import static io.matriarch.backup.expire.core.Expiries.wal;
import static io.matriarch.backup.format.Entries.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.backup.format.BackupInfo;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.format.Entries;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Expiry of WAL")
class ExpiryOfWalTest {
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
        var facts = new ExpiryFacts(info, List.of("16-1", "17-2"), Map.of(), Set.of(), Set.of());
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
        var facts = new ExpiryFacts(info, List.of("16-1", "17-2"), Map.of(), Set.of(), Set.of());
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
        var facts = new ExpiryFacts(info, List.of("16-1", "17-2"), Map.of(), Set.of(), Set.of());
        assertThat(plan(facts, count(1)).archives())
                .extracting(ArchiveSweep::archiveId)
                .containsExactly("16-1");
    }
}
