package io.matriarch.backup.wal;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.WalArchive;
import io.matriarch.backup.format.DbControl;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.PgVersion;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import io.matriarch.backup.wal.core.ControlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the primary does for the archive unasked: creates its stanza, and looks for gaps, soon after
 * it was promoted (when the one before may have died with WAL unarchived) and then from time to
 * time.
 */
public final class ArchiveWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ArchiveWatch.class);

    /**
     * How often it does what.
     *
     * @param look for a change of role, and for a stanza that could not be created
     * @param firstCheck behind a promotion, when what was under way before is archived
     * @param nextCheck behind the last one
     */
    record Pace(Duration look, Duration firstCheck, Duration nextCheck) {
        static final Pace USUAL =
                new Pace(Duration.ofSeconds(5), Duration.ofSeconds(90), Duration.ofMinutes(15));
    }

    private final WalArchive archive;
    private final List<RepositoryArchive> archives;
    private final Path data;
    private final Pace pace;
    private final ScheduledExecutorService thread;
    private final SecureRandom random = new SecureRandom();
    private final Set<String> created = new HashSet<>();
    private final Map<String, String> told = new HashMap<>();
    private boolean primary;
    private long nextCheck;

    public ArchiveWatch(WalArchive archive, List<RepositoryArchive> archives, Path data) {
        this(archive, archives, data, Pace.USUAL);
    }

    ArchiveWatch(WalArchive archive, List<RepositoryArchive> archives, Path data, Pace pace) {
        this.pace = pace;
        this.archive = archive;
        this.archives = archives;
        this.data = data;
        thread =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("wal-watch").factory());
        long millis = pace.look().toMillis();
        thread.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            boolean was = primary;
            primary = isPrimary();
            if (!primary) return;
            if (!was) {
                created.clear();
                nextCheck = System.nanoTime() + pace.firstCheck().toNanos();
            }
            for (var each : archives) if (!created.contains(each.name())) create(each);
            if (System.nanoTime() - nextCheck < 0) return;
            archive.check(true);
            nextCheck = System.nanoTime() + pace.nextCheck().toNanos();
        } catch (RuntimeException e) {
            log.error("the WAL archive is not watched this time", e);
        }
    }

    /** By its files, which say so whether or not anybody may connect. */
    private boolean isPrimary() {
        return Files.exists(data.resolve("postmaster.pid"))
                && !Files.exists(data.resolve("standby.signal"))
                && !Files.exists(data.resolve("recovery.signal"));
    }

    private void create(RepositoryArchive each) {
        try {
            if (each.create(control(), random))
                log.info("stanza {} was created in {}", each.stanza(), each.where());
            created.add(each.name());
            told.remove(each.name());
        } catch (MatriarchException e) {
            tell(each, e.getMessage() + ". " + e.hint());
        } catch (IOException | IllegalArgumentException e) {
            tell(each, "pg_control cannot be read: " + e);
        }
    }

    private void tell(RepositoryArchive each, String what) {
        if (!what.equals(told.put(each.name(), what)))
            log.error("stanza {} of {}: {}", each.stanza(), each.where(), what);
    }

    private DbControl control() throws IOException {
        try (var in = Files.newInputStream(data.resolve("global/pg_control"))) {
            var control = ControlFile.parse(in.readNBytes(ControlFile.LENGTH));
            var version = PgVersion.parse(Files.readString(data.resolve("PG_VERSION")).strip());
            return new DbControl(
                    new DbIdentity(1, control.systemId(), version),
                    control.controlVersion(),
                    control.catalogVersion());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
