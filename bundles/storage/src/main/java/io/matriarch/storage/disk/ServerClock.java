package io.matriarch.storage.disk;

import io.matriarch.storage.api.Entry;
import io.matriarch.storage.api.RequestListener;
import io.matriarch.storage.api.Storage;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.core.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clock that stamps the files of a directory: this node's own, or that of the server it is
 * mounted from. Looked at now and then, by a file just written.
 */
final class ServerClock {
    private static final Logger LOG = LoggerFactory.getLogger(ServerClock.class);
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    private final Storage storage;
    private final RequestListener requests;
    private final AtomicLong next = new AtomicLong(System.nanoTime());

    ServerClock(Storage storage, RequestListener requests) {
        this.storage = storage;
        this.requests = requests;
    }

    /**
     * A file was written.
     *
     * @param before this node's clock before the last of its bytes
     */
    void written(String path, Instant before) {
        long due = next.get();
        long now = System.nanoTime();
        if (now - due < 0 || !next.compareAndSet(due, now + INTERVAL.toNanos())) return;
        try {
            Instant after = Instant.now();
            if (after.isBefore(before)) return; // ours was set back meanwhile
            storage.stat(path)
                    .map(Entry::modified)
                    .map(Span::ofModified)
                    .ifPresent(theirs -> requests.clock(theirs.aheadOf(new Span(before, after))));
        } catch (StorageException e) { // the file is safe all the same
            LOG.debug("cannot look at {} for the clock that wrote it: {}", path, e.getMessage());
        }
    }
}
