package io.matriarch.backup.task;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.engine.Backup;
import io.matriarch.backup.engine.BackupEnvironment;
import io.matriarch.backup.engine.BackupRequest;
import io.matriarch.backup.engine.BackupResult;
import io.matriarch.backup.engine.core.Progress;
import io.matriarch.backup.expire.core.Retention;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.DbControl;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.PgVersion;
import io.matriarch.backup.progress.Teller;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.wal.core.ControlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One backup into one repository and what belongs to it: the stanza before, if there is none, and
 * the retention behind, as stock does.
 */
public final class MakeBackup {
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock one = new ReentrantLock();

    public MakeBackup(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * @param progress is told where it stands, every few seconds
     * @return one sentence about it
     * @throws MatriarchException it is not listed; or it is, and something has to be done about it:
     *     pages with wrong checksums, or a retention that cannot be applied
     */
    public String run(
            BackupEnvironment environment,
            BackupRequest request,
            Retention retention,
            Consumer<Progress> progress)
            throws MatriarchException, InterruptedException {
        if (!one.tryLock())
            throw new MatriarchException(
                    Code.REFUSED,
                    "a backup of this member is still ending",
                    "try again in a minute");
        try {
            var stanza = environment.stanza();
            stanza.create(cluster(environment.dataDirectory()), random);
            var result = backup(environment, request, progress);
            return behind(stanza, result, retention);
        } finally {
            one.unlock();
        }
    }

    private BackupResult backup(
            BackupEnvironment environment, BackupRequest request, Consumer<Progress> progress)
            throws MatriarchException, InterruptedException {
        var backup = new Backup(environment, request);
        return Teller.during(() -> progress.accept(backup.progress()), backup::run);
    }

    private String behind(Stanza stanza, BackupResult result, Retention retention)
            throws MatriarchException {
        String made = made(stanza, result);
        if (result.damagedFiles() > 0)
            throw new MatriarchException(
                    Code.BACKUP,
                    "%s, but %d files have pages whose checksums are wrong; nothing expires"
                            .formatted(made, result.damagedFiles()),
                    "its manifest and the log name the files. Look at the disks, and restore from"
                            + " an older backup what is lost; other members may have it whole");
        try {
            return made + ". " + new Expire(clock).run(stanza, retention);
        } catch (MatriarchException e) {
            throw new MatriarchException(
                    e.code(),
                    made + ", but the retention could not be applied: " + e.getMessage(),
                    e.hint(),
                    e);
        }
    }

    private static String made(Stanza stanza, BackupResult result) {
        BackupEntry entry = result.entry();
        var sizes = entry.sizes();
        return "%s: %s (%s) of %s, %s stored%s"
                .formatted(
                        stanza.repository().name(),
                        entry.label(),
                        entry.type(),
                        ProgressText.amount(sizes.size()),
                        ProgressText.amount(sizes.repoSizeDelta()),
                        result.warnings().isEmpty()
                                ? ""
                                : "; " + String.join("; ", result.warnings()));
    }

    /** By the files of the data directory; the id is the stanza's to choose. */
    static DbControl cluster(Path data) throws MatriarchException {
        try (var in = Files.newInputStream(data.resolve("global/pg_control"))) {
            var control = ControlFile.parse(in.readNBytes(ControlFile.LENGTH));
            var version = PgVersion.parse(Files.readString(data.resolve("PG_VERSION")).strip());
            return new DbControl(
                    new DbIdentity(1, control.systemId(), version),
                    control.controlVersion(),
                    control.catalogVersion());
        } catch (IOException | IllegalArgumentException e) {
            throw new MatriarchException(
                    Code.BACKUP,
                    "the data directory %s cannot be read: %s".formatted(data, e),
                    "the agent needs the rights of the server's user there",
                    e);
        }
    }
}
