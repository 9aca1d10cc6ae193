package io.matriarch.backup.wal.fetch;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.StoredSegment;
import io.matriarch.backup.format.WalFile;
import io.matriarch.backup.repository.Failures;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import io.matriarch.backup.wal.core.PushRules;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for a file in the repositories, in their order, and copies the first good one. What is
 * wrong with one of them is no reason not to ask the next.
 */
final class Search {
    private static final Logger log = LoggerFactory.getLogger(Search.class);

    /**
     * A repository that did not answer is taken for away so long, lest a standby waits each time.
     */
    private static final Duration AWAY = Duration.ofSeconds(2);

    private final List<RepositoryArchive> archives;
    private final Spool spool;
    private final Listings listings = new Listings();
    private final Map<String, Silence> silent = new ConcurrentHashMap<>();

    private record Silence(MatriarchException why, long since) {}

    Search(List<RepositoryArchive> archives, Spool spool) {
        this.archives = List.copyOf(archives);
        this.spool = spool;
    }

    /** Everything is an outcome; nothing is thrown but defects. */
    Fetched fetch(Source source, WalFile file) {
        var away = new ArrayList<MatriarchException>();
        var unusable = new ArrayList<MatriarchException>();
        for (var configured : archives) {
            var archive = of(configured, source);
            var silence = silence(archive);
            if (silence.isPresent()) {
                away.add(silence.get().why());
                continue;
            }
            try {
                var found = fetch(archive, source, file);
                if (found.isPresent()) return found.get();
            } catch (MatriarchException e) {
                log.warn("{} from {}: {}", file.name(), archive.where(), e.getMessage());
                if (Failures.isAway(e)) {
                    silent.put(archive.name(), new Silence(e, System.nanoTime()));
                    away.add(e);
                } else unusable.add(e);
            }
        }
        if (!unusable.isEmpty()) return new Fetched.Unusable(unusable.getFirst());
        if (!away.isEmpty()) return new Fetched.Away(away.getFirst());
        return new Fetched.Absent(
                String.join(", ", archives.stream().map(RepositoryArchive::where).toList()));
    }

    private static RepositoryArchive of(RepositoryArchive configured, Source source) {
        return configured.stanza().equals(source.stanza())
                ? configured
                : configured.ofStanza(source.stanza());
    }

    private Optional<Silence> silence(RepositoryArchive archive) {
        var silence = silent.get(archive.name());
        if (silence == null) return Optional.empty();
        if (System.nanoTime() - silence.since() < AWAY.toNanos()) return Optional.of(silence);
        silent.remove(archive.name(), silence);
        return Optional.empty();
    }

    /** Whether the archive is known to have it, without going to look each time. */
    boolean foresees(Source source, WalFile.Segment file) {
        for (var configured : archives) {
            var archive = of(configured, source);
            try {
                for (var db : archive.clusters(source.systemId(), source.version()))
                    if (listings.foresees(archive, db, file)) return true;
            } catch (MatriarchException e) {
                log.debug("nothing is fetched ahead from {}: {}", archive.where(), e.getMessage());
            }
        }
        return false;
    }

    // --- one repository

    private Optional<Fetched> fetch(RepositoryArchive archive, Source source, WalFile file)
            throws MatriarchException {
        for (var db : archive.clusters(source.systemId(), source.version())) {
            var found =
                    file instanceof WalFile.Segment segment
                            ? segment(archive, db, segment)
                            : plain(archive, db, file);
            if (found.isPresent()) return found;
        }
        return Optional.empty();
    }

    private Optional<Fetched> segment(
            RepositoryArchive archive, DbIdentity db, WalFile.Segment file)
            throws MatriarchException {
        var found = listings.find(archive, db, file);
        if (found.isEmpty()) return Optional.empty();
        if (found.stream().map(StoredSegment::checksum).distinct().count() > 1)
            throw PushRules.several(found, archive.where());
        try {
            return Optional.of(copy(archive, db, found.getFirst()));
        } catch (StorageException e) {
            listings.forget(archive, db, file);
            if (e.fault() == Fault.NOT_FOUND) return Optional.empty(); // expired since we looked
            throw e;
        }
    }

    private Fetched copy(RepositoryArchive archive, DbIdentity db, StoredSegment stored)
            throws MatriarchException {
        try (var in = archive.open(db, stored)) {
            var copy = spool.copy(stored.file().name(), in);
            if (copy.sha1().equals(stored.checksum().toString()))
                return new Fetched.Ready(copy.path(), copy.bytes(), copy.segmentSize());
            Spool.remove(copy.path());
            throw damaged(archive, stored, "its content has SHA-1 " + copy.sha1(), null);
        } catch (IOException e) {
            if (e.getCause() instanceof StorageException known) throw known;
            throw damaged(archive, stored, String.valueOf(e.getMessage()), e);
        }
    }

    private static MatriarchException damaged(
            RepositoryArchive archive,
            StoredSegment stored,
            String what,
            @org.jspecify.annotations.Nullable Exception cause) {
        return new MatriarchException(
                Code.REPOSITORY,
                "%s in %s is damaged: %s".formatted(stored.name(), archive.where(), what),
                "if another member still has it in pg_wal, remove the damaged one and run a check;"
                        + " otherwise recovery cannot go past it",
                cause);
    }

    private Optional<Fetched> plain(RepositoryArchive archive, DbIdentity db, WalFile file)
            throws MatriarchException {
        var content = archive.readPlain(db, file);
        if (content.isEmpty()) return Optional.empty();
        try {
            var copy = spool.copy(file.name(), new ByteArrayInputStream(content.get()));
            return Optional.of(new Fetched.Ready(copy.path(), copy.bytes(), 0));
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory can be read", e);
        }
    }
}
