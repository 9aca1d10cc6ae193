package io.matriarch.backup.wal.fetch;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.WalArchiveStatus;
import io.matriarch.backup.format.WalFile;
import io.matriarch.backup.format.WalSegment;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import io.matriarch.backup.wal.core.Answer;
import io.matriarch.backup.wal.core.FetchWindow;
import io.matriarch.backup.wal.core.Question;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code restore_command}: while PostgreSQL replays one segment the next ones are fetched,
 * in parallel, into a spool of bounded size.
 */
public final class Fetcher implements AutoCloseable {
    /** Who has not asked for so long does not replay any more, and its spool is given back. */
    private static final Duration IDLE = Duration.ofMinutes(5);

    private static final long IDLE_THREAD_SECONDS = 20;

    private final String stanza;
    private final long room;
    private final Search search;
    private final ExecutorService pool;

    private final Map<Key, Entry> entries = new HashMap<>();
    private final Map<Path, Reader> readers = new HashMap<>();
    private boolean tidying;
    private boolean closed;
    private long files;
    private long fromSpool;

    private record Key(Source source, WalFile file) {}

    /** Who replays, and how far it is. */
    private record Reader(Source source, WalSegment at, long segmentSize, long seen) {}

    private static final class Entry {
        final Key key;
        final CompletableFuture<Fetched> outcome = new CompletableFuture<>();
        boolean asked;
        boolean started;

        Entry(Key key) {
            this.key = key;
        }

        Optional<Fetched.Ready> ready() {
            return outcome.isDone() && outcome.join() instanceof Fetched.Ready ready
                    ? Optional.of(ready)
                    : Optional.empty();
        }
    }

    /**
     * @param stanza of those who do not say another
     * @param spool folder of our own; what lies there is removed
     * @param room bytes fetched ahead at most
     * @param workers files fetched at the same time
     */
    public Fetcher(
            List<RepositoryArchive> archives, String stanza, Path spool, long room, int workers)
            throws MatriarchException {
        this.stanza = stanza;
        this.room = room;
        search = new Search(archives, Spool.open(spool));
        var threads =
                new ThreadPoolExecutor(
                        workers,
                        workers,
                        IDLE_THREAD_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().daemon().name("wal-fetch-", 1).factory());
        threads.allowCoreThreadTimeOut(true);
        pool = threads;
    }

    /** PostgreSQL asks. */
    public CompletableFuture<Answer> get(Question.Get question) {
        var file = WalFile.parse(question.name());
        if (file.isEmpty())
            return done(new Answer.Absent(question.name() + " is no file of an archive"));
        Source source;
        try {
            source =
                    Source.of(
                            question.stanza().orElse(stanza), question.directory(), question.to());
        } catch (MatriarchException e) {
            return done(new Answer.Failed(String.valueOf(e.getMessage()), e.hint()));
        }
        var key = new Key(source, file.get());
        var known = lying(key);
        if (known.isPresent()) {
            follow(question.to(), key, known.get());
            return done(new Answer.File(known.get().path()));
        }
        return fetch(key, true)
                .outcome
                .thenApply(fetched -> {
                    if (fetched instanceof Fetched.Ready ready) follow(question.to(), key, ready);
                    return answer(key.file(), fetched);
                });
    }

    private static CompletableFuture<Answer> done(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private Answer answer(WalFile file, Fetched fetched) {
        return switch (fetched) {
            case Fetched.Ready ready -> {
                count(false);
                yield new Answer.File(ready.path());
            }
            case Fetched.Absent(var where) ->
                    new Answer.Absent(file.name() + " is not in " + where);
            case Fetched.Away(var why) ->
                    new Answer.Away(String.valueOf(why.getMessage()), why.hint());
            case Fetched.Unusable(var why) ->
                    new Answer.Failed(String.valueOf(why.getMessage()), why.hint());
        };
    }

    private synchronized void count(boolean spooled) {
        files++;
        if (spooled) fromSpool++;
    }

    /** In the spool already, and not taken by somebody who asked before. */
    private synchronized Optional<Fetched.Ready> lying(Key key) {
        var entry = entries.get(key);
        if (entry == null) return Optional.empty();
        var ready = entry.ready();
        if (ready.isPresent() && Files.exists(ready.get().path())) {
            count(true);
            return ready;
        }
        if (ready.isPresent()) entries.remove(key);
        return Optional.empty();
    }

    private synchronized Entry fetch(Key key, boolean asked) {
        var entry = entries.get(key);
        if (entry == null || entry.ready().isPresent()) {
            entry = new Entry(key);
            if (closed) {
                entry.outcome.complete(new Fetched.Away(stopping()));
                return entry;
            }
            entries.put(key, entry);
            pool.execute(this::runNext);
        }
        entry.asked |= asked;
        return entry;
    }

    private static MatriarchException stopping() {
        return new MatriarchException(
                io.matriarch.api.Code.ARCHIVE, "the agent is stopping", "it is back soon");
    }

    // --- fetching

    private void runNext() {
        var entry = next();
        if (entry == null) return;
        Fetched fetched = new Fetched.Away(stopping());
        try {
            fetched = search.fetch(entry.key.source(), entry.key.file());
        } finally {
            finished(entry, fetched);
        }
    }

    private synchronized @Nullable Entry next() {
        Entry best = null;
        for (var entry : entries.values())
            if (!entry.started && (best == null || comesBefore(entry, best))) best = entry;
        if (best != null) best.started = true;
        return best;
    }

    private static boolean comesBefore(Entry entry, Entry other) {
        return entry.asked != other.asked
                ? entry.asked
                : entry.key.file().name().compareTo(other.key.file().name()) < 0;
    }

    private void finished(Entry entry, Fetched fetched) {
        boolean wanted;
        synchronized (this) {
            wanted = fetched instanceof Fetched.Ready && entries.get(entry.key) == entry;
            if (!wanted) entries.remove(entry.key, entry);
        }
        entry.outcome.complete(fetched);
        if (!wanted && !entry.asked && fetched instanceof Fetched.Ready ready)
            Spool.remove(ready.path());
    }

    // --- ahead

    /** Somebody was given a segment: those behind it will be asked for next. */
    private void follow(Path to, Key key, Fetched.Ready ready) {
        if (!(key.file() instanceof WalFile.Segment(var at, var partial)) || partial) return;
        long size = ready.segmentSize();
        if (size < 1 << 20) return;
        synchronized (this) {
            readers.put(to, new Reader(key.source(), at, size, System.nanoTime()));
            dropUnwanted();
            tidyLater();
        }
        Thread.ofVirtual().name("wal-ahead").start(() -> fetchAhead(key.source(), at, size));
    }

    private void fetchAhead(Source source, WalSegment at, long size) {
        for (var segment : FetchWindow.after(at, size, room)) {
            var file = new WalFile.Segment(segment, false);
            if (isThere(new Key(source, file))) continue;
            if (!hasRoom(size) || !search.foresees(source, file)) return;
            fetch(new Key(source, file), false);
        }
    }

    private synchronized boolean isThere(Key key) {
        return entries.containsKey(key);
    }

    /** What is under way counts as if it lay there; what is being handed over does not. */
    private synchronized boolean hasRoom(long size) {
        entries.values().removeIf(Fetcher::isTaken);
        long ahead = entries.values().stream().filter(entry -> !entry.asked).count();
        return (ahead + 1) * size <= room;
    }

    private static boolean isTaken(Entry entry) {
        var ready = entry.ready();
        return ready.isPresent() && !Files.exists(ready.get().path());
    }

    /** Forgets what nobody will ask for: replay went past it, to another timeline, or ended. */
    private synchronized void dropUnwanted() {
        long now = System.nanoTime();
        readers.values().removeIf(reader -> now - reader.seen() > IDLE.toNanos());
        var wanted = new HashSet<Key>();
        readers.values()
                .forEach(reader -> {
                    wanted.add(new Key(reader.source(), new WalFile.Segment(reader.at(), false)));
                    for (var segment : FetchWindow.after(reader.at(), reader.segmentSize(), room))
                        wanted.add(new Key(reader.source(), new WalFile.Segment(segment, false)));
                });
        entries.values()
                .removeIf(entry -> {
                    boolean drop = !entry.asked && !wanted.contains(entry.key);
                    if (drop) entry.ready().ifPresent(ready -> Spool.remove(ready.path()));
                    return drop || isTaken(entry);
                });
    }

    private synchronized void tidyLater() {
        if (tidying || closed) return;
        tidying = true;
        CompletableFuture.delayedExecutor(IDLE.toSeconds() + 1, TimeUnit.SECONDS)
                .execute(this::tidy);
    }

    private synchronized void tidy() {
        tidying = false;
        entries.values().forEach(entry -> entry.asked &= !entry.outcome.isDone());
        dropUnwanted();
        if (!readers.isEmpty()) tidyLater();
    }

    /** For a status. */
    public synchronized WalArchiveStatus.Restoring restoring() {
        long bytes =
                entries.values().stream()
                        .flatMap(entry -> entry.ready().stream())
                        .filter(ready -> Files.exists(ready.path()))
                        .mapToLong(Fetched.Ready::bytes)
                        .sum();
        return new WalArchiveStatus.Restoring(files, fromSpool, bytes);
    }

    @Override
    public void close() {
        List<Entry> open;
        synchronized (this) {
            closed = true;
            open = List.copyOf(entries.values());
            entries.clear();
        }
        pool.shutdownNow();
        for (var entry : open) {
            entry.ready().ifPresent(ready -> Spool.remove(ready.path()));
            entry.outcome.complete(new Fetched.Away(stopping()));
        }
    }
}
