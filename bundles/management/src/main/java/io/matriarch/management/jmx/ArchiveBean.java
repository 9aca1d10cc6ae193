package io.matriarch.management.jmx;

import io.matriarch.backup.api.WalArchiveStatus;
import io.matriarch.backup.api.WalCheck;
import io.matriarch.failover.api.Answer;
import io.matriarch.management.core.Neighbours;
import java.util.List;
import java.util.function.LongSupplier;

final class ArchiveBean implements ArchiveMXBean {
    private final Neighbours neighbours;
    private final Jobs jobs;
    private final Recent<WalArchiveStatus> status;

    ArchiveBean(Neighbours neighbours, Jobs jobs, LongSupplier nanoTime) {
        this.neighbours = neighbours;
        this.jobs = jobs;
        status = new Recent<>(() -> neighbours.walArchive().status(), nanoTime);
    }

    @Override
    public long getWaitingFiles() {
        return status.get().waiting().files();
    }

    @Override
    public long getWaitingBytes() {
        return status.get().waiting().bytes();
    }

    @Override
    public String getOldestWaiting() {
        return status.get().waiting().oldest().orElse("");
    }

    @Override
    public String getOldestWaitingSince() {
        return Views.time(status.get().waiting().since());
    }

    @Override
    public double getArchivedBytesPerSecond() {
        return status.get().throughput().archivedBytesPerSecond();
    }

    @Override
    public double getProducedBytesPerSecond() {
        return status.get().throughput().producedBytesPerSecond();
    }

    @Override
    public String getLastFailure() {
        return status.get()
                .lastFailure()
                .map(f ->
                        "%s since %s: %s (%s)"
                                .formatted(f.file(), f.since(), f.message(), f.hint()))
                .orElse("");
    }

    @Override
    public List<Views.WalRepository> getRepositories() {
        return status.get().repositories().stream().map(Views.WalRepository::of).toList();
    }

    @Override
    public String getLastCheck() {
        return Calls.get(
                () -> neighbours.walArchive().lastCheck().map(ArchiveBean::said).orElse(""));
    }

    private static String said(WalCheck check) {
        return "%s: %s".formatted(check.at(), text(check));
    }

    private static String text(WalCheck check) {
        if (check.whole() && check.healed().isEmpty()) return "nothing is missing";
        return "%d gaps %s, %d healed %s, trouble %s"
                .formatted(
                        check.gaps().size(),
                        check.gaps(),
                        check.healed().size(),
                        check.healed(),
                        check.trouble());
    }

    @Override
    public JobView check(boolean heal) {
        return jobs.start(
                "wal-check",
                () -> {
                    WalCheck check = neighbours.walArchive().check(heal);
                    return new Answer(check.whole() ? 200 : 500, text(check));
                });
    }
}
