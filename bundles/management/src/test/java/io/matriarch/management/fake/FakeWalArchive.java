package io.matriarch.management.fake;

import io.matriarch.backup.api.WalArchive;
import io.matriarch.backup.api.WalArchiveStatus;
import io.matriarch.backup.api.WalArchiveStatus.Failure;
import io.matriarch.backup.api.WalArchiveStatus.Repository;
import io.matriarch.backup.api.WalArchiveStatus.Restoring;
import io.matriarch.backup.api.WalArchiveStatus.Throughput;
import io.matriarch.backup.api.WalArchiveStatus.Waiting;
import io.matriarch.backup.api.WalCheck;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Two files wait, the one repository failed last; a check ends when the test lets it. */
public final class FakeWalArchive implements WalArchive {
    private static final Instant AT = Instant.parse("2026-11-22T01:30:00Z");
    public final CountDownLatch mayEnd = new CountDownLatch(1);
    private volatile Optional<WalCheck> last = Optional.empty();

    @Override
    public WalArchiveStatus status() {
        var failure =
                new Failure(
                        "000000010000000000000003", AT, AT, "no room", "let retention keep less");
        return new WalArchiveStatus(
                AT,
                new Waiting(2, 32 << 20, Optional.of("000000010000000000000003"), Optional.of(AT)),
                new Throughput(1000, 2000, 300),
                List.of(
                        new Repository(
                                "repo1",
                                true,
                                Optional.of("000000010000000000000002"),
                                Optional.of(AT),
                                2,
                                32 << 20,
                                5 << 20,
                                1,
                                Optional.of(failure))),
                Optional.of(failure),
                new Restoring(0, 0, 0));
    }

    @Override
    public Optional<WalCheck> lastCheck() {
        return last;
    }

    @Override
    public WalCheck check(boolean heal) {
        try {
            mayEnd.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        var healed = heal ? List.of("000000010000000000000001") : List.<String>of();
        var check = new WalCheck(AT, List.of(), healed, List.of());
        last = Optional.of(check);
        return check;
    }

    @Override
    public void awaitArchived(String first, String last, Duration patience) {
        throw new AssertionError("not to be called");
    }
}
