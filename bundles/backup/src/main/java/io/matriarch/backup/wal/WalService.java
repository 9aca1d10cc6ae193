package io.matriarch.backup.wal;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.WalArchive;
import io.matriarch.backup.api.WalArchiveStatus;
import io.matriarch.backup.api.WalCheck;
import io.matriarch.backup.format.WalFile;
import io.matriarch.backup.format.WalSegment;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import io.matriarch.backup.wal.check.Checkup;
import io.matriarch.backup.wal.check.LocalWal;
import io.matriarch.backup.wal.check.WalSource;
import io.matriarch.backup.wal.core.Answer;
import io.matriarch.backup.wal.core.Question;
import io.matriarch.backup.wal.fetch.Fetcher;
import io.matriarch.backup.wal.push.Archiver;
import io.matriarch.backup.wal.socket.WalSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** This member's part in the WAL archive, from the socket to the repositories. */
public final class WalService implements WalArchive, AutoCloseable {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final WalSettings settings;
    private final InstantSource clock;
    private final Archiver archiver;
    private final Fetcher fetcher;
    private final Checkup checkup;
    private final LocalWal local;
    private final WalSocket socket;

    /**
     * Listens from here on.
     *
     * @param archives in the order they are asked when restoring
     * @param others where missing WAL may be had, this member's own {@code pg_wal} left out
     */
    public WalService(
            WalSettings settings,
            List<RepositoryArchive> archives,
            Supplier<List<WalSource>> others,
            InstantSource clock)
            throws MatriarchException {
        this.settings = settings;
        this.clock = clock;
        archiver =
                new Archiver(
                        archives,
                        settings.compression(),
                        settings.level(),
                        settings.pushWorkers(),
                        clock);
        fetcher =
                new Fetcher(
                        archives,
                        settings.stanza(),
                        settings.spool().resolve("wal"),
                        settings.spoolBytes(),
                        settings.fetchWorkers());
        local = new LocalWal(settings.member(), walFolder());
        checkup =
                new Checkup(
                        archiver,
                        settings.spool().resolve("heal"),
                        () -> sources(others.get()),
                        clock);
        socket = WalSocket.open(settings.socket(), this::answer);
    }

    private Path walFolder() {
        return settings.dataDirectory().resolve("pg_wal");
    }

    private List<WalSource> sources(List<WalSource> others) {
        var sources = new ArrayList<WalSource>(List.of(local));
        sources.addAll(others);
        return sources;
    }

    private CompletableFuture<Answer> answer(Question question) {
        return switch (question) {
            case Question.Push(var file) -> archiver.push(file);
            case Question.Get get -> fetcher.get(get);
        };
    }

    @Override
    public WalArchiveStatus status() {
        var figures = archiver.figures(walFolder());
        return new WalArchiveStatus(
                clock.instant(),
                figures.waiting(),
                figures.throughput(),
                figures.repositories(),
                figures.lastFailure(),
                fetcher.restoring());
    }

    @Override
    public Optional<WalCheck> lastCheck() {
        return checkup.last();
    }

    @Override
    public WalCheck check(boolean heal) {
        try {
            return checkup.check(heal);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new WalCheck(
                    clock.instant(), List.of(), List.of(), List.of("the check was interrupted"));
        }
    }

    // --- waiting for segments

    @Override
    public void awaitArchived(String first, String last, Duration patience)
            throws MatriarchException, InterruptedException {
        var from = WalSegment.parse(first);
        var to = WalSegment.parse(last);
        if (from.timeline() != to.timeline() || from.compareTo(to) > 0)
            throw new IllegalArgumentException(first + " to " + last + " is no row of segments");
        long end = System.nanoTime() + patience.toNanos();
        for (var archive : archiver.archives())
            if (archive.required()) await(archive, from, to, end, patience);
    }

    private void await(
            RepositoryArchive archive, WalSegment from, WalSegment to, long end, Duration patience)
            throws MatriarchException, InterruptedException {
        var rows = new Rows(archive, from, to);
        while (true) {
            Optional<String> missing = rows.firstMissing();
            if (missing.isEmpty()) return;
            if (System.nanoTime() - end > 0) throw late(archive, missing.get(), patience);
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private MatriarchException late(RepositoryArchive archive, String name, Duration patience) {
        var failure = archiver.figures(walFolder()).lastFailure();
        return new MatriarchException(
                Code.ARCHIVE,
                "%s was not archived in %s within %d s%s"
                        .formatted(
                                name,
                                archive.where(),
                                patience.toSeconds(),
                                failure.map(f -> ": " + f.file() + ": " + f.message()).orElse("")),
                failure.map(WalArchiveStatus.Failure::hint)
                        .orElse(
                                "look at the primary's log: does its archive_command succeed, and"
                                        + " does archive_mode say on?"));
    }

    /** Looks through a row of segments; one that was there is not looked for again. */
    private static final class Rows {
        private final RepositoryArchive archive;
        private final WalSegment to;
        private WalSegment at;

        Rows(RepositoryArchive archive, WalSegment from, WalSegment to) {
            this.archive = archive;
            this.to = to;
            at = from;
        }

        Optional<String> firstMissing() throws MatriarchException {
            var db = archive.info().current();
            while (true) {
                var file = new WalFile.Segment(at, false);
                if (archive.find(db, file).isEmpty()) return Optional.of(file.name());
                if (at.equals(to)) return Optional.empty();
                at = archive.after(db, at);
            }
        }
    }

    /** PostgreSQL's commands find nobody from here on, and try again. */
    @Override
    public void close() {
        socket.close();
        archiver.close();
        fetcher.close();
    }
}
