package io.matriarch.backup.restore.core;

import io.matriarch.api.Lsn;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.restore.core.RestorePlanner.Rates;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** How long restores to other moments than the latest would take. */
public final class RestoreTimes {
    private static final long USUAL_SEGMENT = 16L << 20;

    private RestoreTimes() {}

    /**
     * The longest of them. From the end of a backup on the next one is the better start, so the
     * longest way of a backup ends there; that of the newest is the one to the latest state.
     *
     * @param backups of one repository, in any order
     * @param latest how the latest state is reached
     */
    public static Duration worst(List<BackupEntry> backups, RestorePlan latest, Rates rates) {
        long segment =
                latest.segments() == 0 ? USUAL_SEGMENT : latest.walBytes() / latest.segments();
        var ofCluster =
                backups.stream()
                        .filter(backup -> backup.dbId() == latest.backup().dbId())
                        .sorted(Comparator.comparing(BackupEntry::stop))
                        .toList();
        var worst = latest.estimate();
        for (int i = 0; i + 1 < ofCluster.size(); i++) {
            var backup = ofCluster.get(i);
            long wal = walBetween(backup, ofCluster.get(i + 1));
            double seconds =
                    backup.sizes().size() / rates.bytesPerSecond()
                            + (double) wal / segment / rates.segmentsPerSecond();
            var takes = Duration.ofMillis((long) (seconds * 1000));
            if (takes.compareTo(worst) > 0) worst = takes;
        }
        return worst;
    }

    /** 0 where one was made offline. */
    private static long walBetween(BackupEntry backup, BackupEntry next) {
        Lsn from = backup.lsnStart().orElse(null);
        Lsn to = next.lsnStop().orElse(null);
        return from == null || to == null ? 0 : to.bytesAheadOf(from);
    }
}
