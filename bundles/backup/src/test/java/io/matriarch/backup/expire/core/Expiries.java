package io.matriarch.backup.expire.core;

import static io.matriarch.backup.format.Entries.entry;

import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.BackupInfo;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.format.Entries;
import io.matriarch.backup.format.Label;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Three sets of backups, and what is asked of a plan. */
final class Expiries {
    private Expiries() {}

    static final Instant NOW = Instant.parse("2026-11-30T00:00:00Z");

    static final String F1 = "20261101-000000F";
    static final String F1_D1 = "20261101-000000F_20261102-000000D";
    static final String F1_I1 = "20261101-000000F_20261103-000000I";
    static final String F2 = "20261110-000000F";
    static final String F2_D1 = "20261110-000000F_20261111-000000D";
    static final String F2_I1 = "20261110-000000F_20261112-000000I";
    static final String F2_D2 = "20261110-000000F_20261113-000000D";
    static final String F3 = "20261120-000000F";

    static final BackupEntry[] ALL = {
        entry(F1, "", 1, wal(0x10), wal(0x11)),
        entry(F1_D1, F1, 1, wal(0x14)),
        entry(F1_I1, F1_D1, 1, wal(0x18)),
        entry(F2, "", 1, wal(0x20)),
        entry(F2_D1, F2, 1, wal(0x24)),
        entry(F2_I1, F2_D1, 1, wal(0x28), wal(0x29)),
        entry(F2_D2, F2, 1, wal(0x2C)),
        entry(F3, "", 1, wal(0x30))
    };

    static String wal(int number) {
        return "0000000100000000%08X".formatted(number);
    }

    static ExpiryFacts facts(BackupEntry... backups) {
        return facts(Entries.info(backups), Map.of(), Set.of());
    }

    static ExpiryFacts facts(BackupInfo info, Map<String, String> pins, Set<String> damaged) {
        return new ExpiryFacts(
                info,
                List.of("17-1"),
                pins.entrySet().stream()
                        .collect(Collectors.toMap(e -> new Label(e.getKey()), Map.Entry::getValue)),
                damaged.stream().map(Label::new).collect(Collectors.toSet()),
                Set.of());
    }

    static Retention count(int fulls) {
        return retention(new Retention.Full.Count(fulls));
    }

    static Retention retention(Retention.Full full) {
        return new Retention(
                full,
                OptionalInt.empty(),
                OptionalInt.empty(),
                BackupType.FULL,
                OptionalInt.empty());
    }

    static ExpiryPlan plan(ExpiryFacts facts, Retention retention) {
        return Expiry.plan(facts, retention, NOW, ZoneOffset.UTC);
    }

    static List<String> removed(ExpiryPlan plan) {
        return plan.labelsToRemove().stream().map(Label::text).toList();
    }

    static String reason(List<ExpiryPlan.Choice> choices, Label label) {
        return choices.stream()
                .filter(choice -> choice.label().equals(label))
                .map(ExpiryPlan.Choice::reason)
                .findFirst()
                .orElseThrow();
    }

    static String kept(ExpiryPlan plan, String label) {
        return reason(plan.keep(), new Label(label));
    }
}
