package io.matriarch.backup.wal.push;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.WalArchiveStatus;
import io.matriarch.backup.api.WalArchiveStatus.Failure;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import io.matriarch.backup.wal.core.Answer;
import io.matriarch.backup.wal.core.ReadyFiles;
import io.matriarch.storage.api.StorageException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores what PostgreSQL asks to be archived, and, while it asks for one file after the other,
 * those that wait behind, in parallel. What was stored ahead is answered at once.
 *
 * <p>It keeps nothing on disk. After a restart a file that was stored ahead is hashed once more,
 * and found in the archive.
 */
public final class Archiver implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Archiver.class);

    /** Files stored and not asked for yet, at most. */
    private static final int AHEAD = 64;

    /**
     * How long PostgreSQL waits while a repository is known to be away: its archiver has to be able
     * to stop.
     */
    private static final int SECONDS_IN_TROUBLE = 5;

    private final List<RepositoryArchive> archives;
    private final Ledger ledger;
    private final ExecutorService pool;
    private final int workers;
    private final Waiting waiting;

    private final Map<String, Job> jobs = new HashMap<>();
    private final Set<String> failedAhead = new HashSet<>();
    private final AtomicBoolean scouting = new AtomicBoolean();
    private volatile Path latest = Path.of("");
    private boolean closed;

    /**
     * @param workers files stored at the same time, 1 or more
     * @throws IllegalArgumentException no archive is required: nothing would ever be safe
     */
    public Archiver(
            List<RepositoryArchive> archives,
            Compression compression,
            int level,
            int workers,
            InstantSource clock) {
        if (archives.stream().noneMatch(RepositoryArchive::required))
            throw new IllegalArgumentException("none of the repositories is required for WAL");
        this.archives = List.copyOf(archives);
        this.workers = workers;
        ledger = new Ledger(archives, clock);
        waiting = new Waiting();
        pool = PushWorker.pool(workers, compression, level);
    }

    public List<RepositoryArchive> archives() {
        return archives;
    }

    /**
     * PostgreSQL asks. The answer comes when the file is durable, or it is known not to be soon.
     */
    public CompletableFuture<Answer> push(Path file) {
        var job = take(file, true);
        latest = file;
        scout();
        var answer = job.outcome.thenApply(why -> answered(job, why));
        var trouble = ledger.trouble();
        return trouble.isEmpty() || job.outcome.isDone()
                ? answer
                : answer.completeOnTimeout(
                        inTrouble(trouble.get()), SECONDS_IN_TROUBLE, TimeUnit.SECONDS);
    }

    /**
     * Stores a file nobody asks for, such as one that was missing.
     *
     * @return empty once it is durable in every required repository, else why not
     */
    public CompletableFuture<Optional<MatriarchException>> store(Path file) {
        var job = take(file, true);
        return job.outcome.whenComplete((_, _) -> forget(job));
    }

    private Answer answered(Job job, Optional<MatriarchException> why) {
        forget(job);
        if (why.isEmpty()) return new Answer.Done();
        String text = String.valueOf(why.get().getMessage());
        return why.get() instanceof StorageException
                ? new Answer.Away(text, why.get().hint())
                : new Answer.Failed(text, why.get().hint());
    }

    private static Answer inTrouble(Failure failure) {
        return new Answer.Away(
                "%s, since %s; it is still tried".formatted(failure.message(), failure.since()),
                failure.hint());
    }

    // --- which file next

    private Job take(Path file, boolean asked) {
        Job job;
        try {
            job = take(file, Job.Identity.of(file), asked);
        } catch (MatriarchException e) {
            ledger.failed(file.getFileName().toString(), e);
            job =
                    new Job(
                            file,
                            new Job.Identity(
                                    file, 0, java.nio.file.attribute.FileTime.fromMillis(0)));
            job.outcome.complete(Optional.of(e));
        }
        return job;
    }

    private synchronized Job take(Path file, Job.Identity identity, boolean asked) {
        String name = file.getFileName().toString();
        var known = jobs.get(name);
        boolean same = known != null && known.identity.equals(identity) && known.file.equals(file);
        if (known != null && same) {
            known.asked |= asked;
            return known;
        }
        var job = new Job(file, identity);
        job.asked = asked;
        failedAhead.remove(name);
        if (closed) {
            job.outcome.complete(Optional.of(stopping()));
            return job;
        }
        jobs.put(name, job);
        pool.execute(this::runNext);
        return job;
    }

    private static MatriarchException stopping() {
        return new MatriarchException(
                Code.ARCHIVE, "the agent is stopping", "PostgreSQL asks again once it is back");
    }

    private synchronized void forget(Job job) {
        jobs.remove(job.name(), job);
    }

    /** Looks ahead beside whoever asks, who shall not wait for it. */
    private void scout() {
        if (!scouting.compareAndSet(false, true)) return;
        Thread.ofVirtual()
                .name("wal-ahead")
                .start(() -> {
                    scouting.set(false); // first: who comes from here on may have more to tell
                    lookAhead(latest);
                });
    }

    /** Fills the free workers with what waits behind the file PostgreSQL asked for. */
    private void lookAhead(Path asked) {
        if (asked.getFileName().toString().isEmpty() || ledger.trouble().isPresent()) return;
        var folder = asked.resolveSibling("archive_status");
        var ready = waiting.look(folder, asked.getFileName().toString());
        for (String name : ahead(ready)) take(asked.resolveSibling(name), false);
    }

    private synchronized List<String> ahead(ReadyFiles ready) {
        var names = new HashSet<>(ready.names());
        jobs.values().removeIf(job -> job.outcome.isDone() && !names.contains(job.name()));
        failedAhead.retainAll(names);
        var taken = new HashSet<>(jobs.keySet());
        taken.addAll(failedAhead);
        long underWay = jobs.values().stream().filter(job -> !job.outcome.isDone()).count();
        int room = (int) Math.min(2L * workers - underWay, AHEAD - jobs.size());
        return room <= 0 ? List.of() : ready.next(taken, room);
    }

    private synchronized Optional<Job> next() {
        Job best = null;
        for (var job : jobs.values())
            if (!job.started && (best == null || comesBefore(job, best))) best = job;
        if (best != null) best.started = true;
        return Optional.ofNullable(best);
    }

    private static boolean comesBefore(Job job, Job other) {
        return job.asked != other.asked
                ? job.asked
                : ReadyFiles.ORDER.compare(job.name(), other.name()) < 0;
    }

    // --- storing

    private void runNext() {
        next().ifPresent(this::run);
    }

    private void run(Job job) {
        Optional<MatriarchException> why = Optional.of(broken());
        try {
            why = store(job);
        } finally {
            finished(job, why);
        }
    }

    private Optional<MatriarchException> store(Job job) {
        try {
            var results = Storing.store(job.file, ledger.targets(), PushWorker.current());
            ledger.note(job.name(), job.identity.size(), results);
            log(job, results);
            return firstFailure(results);
        } catch (MatriarchException e) {
            ledger.failed(job.name(), e);
            log.error("{} was not archived: {}", job.name(), e.getMessage());
            return Optional.of(e);
        }
    }

    private static Optional<MatriarchException> firstFailure(
            Map<RepositoryArchive, Result> results) {
        for (var entry : results.entrySet())
            if (entry.getKey().required() && entry.getValue() instanceof Result.Failed(var why))
                return Optional.of(why);
        return Optional.empty();
    }

    private static void log(Job job, Map<RepositoryArchive, Result> results) {
        results.forEach((archive, result) -> {
            if (result instanceof Result.Failed(var why))
                log.error(
                        "{} was not archived in {}: {}. {}",
                        job.name(),
                        archive.where(),
                        why.getMessage(),
                        why.hint());
            else log.debug("{} in {}: {}", job.name(), archive.where(), result);
        });
    }

    private static MatriarchException broken() {
        return new MatriarchException(
                Code.INTERNAL, "the archiver failed", "see the agent's log; it is a defect");
    }

    private void finished(Job job, Optional<MatriarchException> why) {
        synchronized (this) {
            if (why.isPresent()) {
                jobs.remove(job.name(), job);
                if (!job.asked) failedAhead.add(job.name());
            }
        }
        job.outcome.complete(why);
        waiting.archived(ledger.archivedBytes());
        if (why.isEmpty()) scout();
    }

    // --- for others

    Ledger ledger() {
        return ledger;
    }

    /**
     * Figures for a status.
     *
     * @param walFolder {@code pg_wal}
     */
    public Figures figures(Path walFolder) {
        return new Figures(
                waiting.measure(walFolder.resolve("archive_status"), ledger.archivedBytes()),
                waiting.rates(),
                ledger.repositories(),
                ledger.lastFailure());
    }

    /** What a status says of archiving. */
    public record Figures(
            WalArchiveStatus.Waiting waiting,
            WalArchiveStatus.Throughput throughput,
            List<WalArchiveStatus.Repository> repositories,
            Optional<Failure> lastFailure) {}

    /** What is under way ends as it may; nobody is told of it any more. */
    @Override
    public void close() {
        List<Job> open;
        synchronized (this) {
            closed = true;
            open = List.copyOf(jobs.values());
            jobs.clear();
        }
        pool.shutdownNow();
        open.forEach(job -> job.outcome.complete(Optional.of(stopping())));
    }
}
