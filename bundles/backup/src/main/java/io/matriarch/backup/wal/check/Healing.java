package io.matriarch.backup.wal.check;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.WalFile;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import io.matriarch.backup.wal.push.Archiver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for files an archive lacks, and has them stored where they are missing. */
final class Healing {
    private static final Logger log = LoggerFactory.getLogger(Healing.class);
    private static final long PATIENCE_SECONDS = 600;

    private final Archiver archiver;
    private final Path folder;

    /**
     * @param folder of our own, for copies on their way
     */
    Healing(Archiver archiver, Path folder) {
        this.archiver = archiver;
        this.folder = folder;
    }

    /** Where a file may be had. */
    private interface Origin {
        String name();

        Set<WalFile> having(Collection<WalFile> files) throws IOException, MatriarchException;

        InputStream open(WalFile file) throws IOException, MatriarchException;
    }

    /**
     * @param inventory whose archive lacks the files
     * @param wanted the files
     * @return those that are there now
     */
    Set<WalFile> heal(Inventory inventory, Collection<WalFile> wanted, List<WalSource> sources)
            throws InterruptedException {
        var left = new HashSet<>(wanted);
        var healed = new HashSet<WalFile>();
        for (var origin : origins(inventory, sources)) {
            if (left.isEmpty()) break;
            var got = from(origin, inventory, left);
            healed.addAll(got);
            left.removeAll(got);
        }
        return healed;
    }

    private List<Origin> origins(Inventory inventory, List<WalSource> sources) {
        var origins = new ArrayList<Origin>();
        sources.forEach(source -> origins.add(new Member(source)));
        for (var other : archiver.archives())
            if (other != inventory.archive()) origins.add(new Other(other, inventory.db()));
        return origins;
    }

    private Set<WalFile> from(Origin origin, Inventory inventory, Collection<WalFile> wanted)
            throws InterruptedException {
        var healed = new HashSet<WalFile>();
        try {
            for (var file : origin.having(wanted))
                if (heal(origin, file) && isThere(inventory, file)) healed.add(file);
        } catch (IOException | MatriarchException e) {
            log.warn("{} could not be asked for missing WAL: {}", origin.name(), e.getMessage());
        }
        return healed;
    }

    /** A repository that is not required may have been left out. */
    private static boolean isThere(Inventory inventory, WalFile file) throws MatriarchException {
        return file instanceof WalFile.Segment segment
                ? !inventory.archive().find(inventory.db(), segment).isEmpty()
                : inventory.archive().readPlain(inventory.db(), file).isPresent();
    }

    private boolean heal(Origin origin, WalFile file) throws InterruptedException {
        Path copy = folder.resolve(file.name());
        try {
            Files.createDirectories(folder);
            try (var in = origin.open(file)) {
                Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
            }
            if (file instanceof WalFile.Segment segment) {
                var fault = WholeFile.fault(copy, segment);
                if (fault.isPresent()) throw new IOException(fault.get());
            }
            var why = archiver.store(copy).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (why.isPresent()) throw why.get();
            log.info("{} was missing in the archive and came from {}", file.name(), origin.name());
            return true;
        } catch (IOException | MatriarchException | ExecutionException | TimeoutException e) {
            log.warn("{} of {} cannot fill a gap: {}", file.name(), origin.name(), e.toString());
            return false;
        } finally {
            remove(copy);
        }
    }

    private static void remove(Path copy) {
        try {
            Files.deleteIfExists(copy);
        } catch (IOException e) {
            log.warn("{} is left: {}", copy, e.toString());
        }
    }

    private record Member(WalSource source) implements Origin {
        @Override
        public String name() {
            return source.name();
        }

        @Override
        public Set<WalFile> having(Collection<WalFile> files) throws IOException {
            var names = source.having(files.stream().map(WalFile::name).toList());
            var found = new HashSet<WalFile>();
            for (var file : files) if (names.contains(file.name())) found.add(file);
            return found;
        }

        @Override
        public InputStream open(WalFile file) throws IOException {
            return source.open(file.name());
        }
    }

    /** Another repository's archive of the same cluster. */
    private record Other(RepositoryArchive archive, DbIdentity wanted) implements Origin {
        @Override
        public String name() {
            return archive.where();
        }

        private Optional<DbIdentity> db() throws MatriarchException {
            return archive.clusters(wanted.systemId(), wanted.version()).stream().findFirst();
        }

        @Override
        public Set<WalFile> having(Collection<WalFile> files) throws MatriarchException {
            var found = new HashSet<WalFile>();
            var db = db();
            if (db.isEmpty()) return found;
            for (var file : files) {
                boolean there =
                        file instanceof WalFile.Segment segment
                                ? archive.find(db.get(), segment).size() == 1
                                : archive.readPlain(db.get(), file).isPresent();
                if (there) found.add(file);
            }
            return found;
        }

        @Override
        public InputStream open(WalFile file) throws IOException, MatriarchException {
            var db = db().orElseThrow(() -> gone(file));
            if (file instanceof WalFile.Segment segment)
                return archive.open(
                        db,
                        archive.find(db, segment).stream()
                                .findFirst()
                                .orElseThrow(() -> gone(file)));
            byte[] content = archive.readPlain(db, file).orElseThrow(() -> gone(file));
            return new java.io.ByteArrayInputStream(content);
        }

        private MatriarchException gone(WalFile file) {
            return new MatriarchException(
                    Code.ARCHIVE, file.name() + " vanished from " + archive.where(), "try again");
        }
    }
}
