package io.matriarch.backup.wal.fetch;

import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.StoredSegment;
import io.matriarch.backup.format.WalFile;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import io.matriarch.storage.api.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What lies in the folders replay is in, so that a segment ahead costs no listing. What is in a
 * folder stays there while it is needed; what is not may come at any time.
 */
final class Listings {
    private static final int FOLDERS = 16;
    private static final Duration LONGEST = Duration.ofMinutes(2);

    /** How long an archive that has nothing yet is not asked again for what is ahead. */
    private static final Duration NOTHING_AHEAD = Duration.ofSeconds(2);

    private record Key(RepositoryArchive archive, DbIdentity db, String folder) {}

    private record Listing(Map<String, List<StoredSegment>> bySegment, long at) {
        boolean olderThan(Duration age) {
            return System.nanoTime() - at > age.toNanos();
        }
    }

    @SuppressWarnings("serial") // never written anywhere
    private final Map<Key, Listing> listings =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, Listing> eldest) {
                    return size() > FOLDERS;
                }
            };

    /** What is stored under this name now. */
    List<StoredSegment> find(RepositoryArchive archive, DbIdentity db, WalFile.Segment file)
            throws StorageException {
        var key = new Key(archive, db, file.folder());
        var known = get(key);
        if (known != null && !known.olderThan(LONGEST)) {
            var found = known.bySegment().get(file.name());
            if (found != null) return found;
        }
        return load(key, file).bySegment().getOrDefault(file.name(), List.of());
    }

    /** Whether it was there when last looked; looks only where it did not for a while. */
    boolean foresees(RepositoryArchive archive, DbIdentity db, WalFile.Segment file)
            throws StorageException {
        var key = new Key(archive, db, file.folder());
        var known = get(key);
        boolean stale =
                known == null
                        || known.olderThan(known.bySegment().isEmpty() ? NOTHING_AHEAD : LONGEST);
        var listing = stale || known == null ? load(key, file) : known;
        return listing.bySegment().containsKey(file.name());
    }

    /** Something of it turned out to be gone. */
    synchronized void forget(RepositoryArchive archive, DbIdentity db, WalFile.Segment file) {
        listings.remove(new Key(archive, db, file.folder()));
    }

    private synchronized @org.jspecify.annotations.Nullable Listing get(Key key) {
        return listings.get(key);
    }

    private Listing load(Key key, WalFile.Segment file) throws StorageException {
        long now = System.nanoTime();
        var bySegment = new HashMap<String, List<StoredSegment>>();
        for (var entry : key.archive().list(key.db(), file))
            StoredSegment.parse(entry.name())
                    .ifPresent(stored ->
                            bySegment
                                    .computeIfAbsent(stored.file().name(), _ -> new ArrayList<>(1))
                                    .add(stored));
        var listing = new Listing(bySegment, now);
        synchronized (this) {
            listings.put(key, listing);
        }
        return listing;
    }
}
