package io.matriarch.backup.fence;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stock's {@code backup}, {@code expire} and {@code annotate} of a stanza lock on this host,
 * taken by us: while it is held they end with "unable to acquire lock", and while they run it
 * cannot be had. {@code pgbackrest info} shows our backup as one in progress.
 *
 * <p>It says nothing about other hosts: there is no lock in a repository. What they may do
 * meanwhile is found out where it matters, before a backup is listed and before anything expires.
 */
public final class StockLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StockLock.class);

    /** Stock has no more than a few repositories, and each a lock of its own from 2.5x on. */
    private static final int REPOSITORIES = 4;

    private final Deque<Flock> held = new ArrayDeque<>();

    private StockLock() {}

    /**
     * @param folder stock's {@code lock-path}; made as stock makes it
     * @param stanza that is worked on
     * @throws MatriarchException {@code REFUSED}: stock works on it just now, or was told to stop
     */
    public static StockLock take(Path folder, String stanza) throws MatriarchException {
        var lock = new StockLock();
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder);
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwx---"));
            }
            ours(folder);
            notStopped(folder, stanza);
            for (String name : names(folder, stanza)) lock.add(folder.resolve(name), stanza);
            return lock;
        } catch (MatriarchException e) {
            lock.close();
            throw e;
        } catch (IOException | DirectoryIteratorException e) {
            // Another user's folder, mostly: a backup is worth more than this fence.
            LOG.warn(
                    "a pgbackrest on this host is not kept from working on stanza {} at the same"
                            + " time: {}. Is backup.stock_lock_dir its lock-path, and may the"
                            + " agent's user write there?",
                    stanza,
                    e.toString());
            return lock;
        }
    }

    /**
     * The folder lies in {@code /tmp} as a rule: what another user puts there may be a link to a
     * file of ours, and a lock file is emptied.
     */
    private static void ours(Path folder) throws IOException {
        String owner = Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).getName();
        String self = ProcessHandle.current().info().user().orElse("");
        if (!owner.equals(self) && !owner.equals("root"))
            throw new IOException(folder + " belongs to " + owner);
    }

    private static void notStopped(Path folder, String stanza) throws MatriarchException {
        for (String name : new String[] {"all.stop", stanza + ".stop"})
            if (Files.exists(folder.resolve(name)))
                throw new MatriarchException(
                        Code.REFUSED,
                        "pgbackrest was told to stop: there is " + folder.resolve(name),
                        "somebody works on the repository, or forgot it: pgbackrest start");
    }

    private static SequencedSet<String> names(Path folder, String stanza) throws IOException {
        var names = new TreeSet<String>();
        names.add(stanza + "-backup.lock");
        for (int key = 1; key <= REPOSITORIES; key++)
            names.add(stanza + "-backup-" + key + ".lock");
        try (var files = Files.newDirectoryStream(folder, stanza + "-backup-*.lock")) {
            for (Path file : files) names.add(file.getFileName().toString());
        }
        return names;
    }

    private void add(Path file, String stanza) throws IOException, MatriarchException {
        long pid = ProcessHandle.current().pid();
        String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        String content = "{\"execId\":\"%d-%s\",\"pid\":%d}\n".formatted(pid, random, pid);
        var taken = Flock.take(file, content);
        if (taken.isEmpty())
            throw new MatriarchException(
                    Code.REFUSED,
                    "a pgbackrest backup, expire or annotate of stanza %s runs on this host: %s is locked by %s"
                            .formatted(stanza, file, Files.readString(file).strip()),
                    "wait for its end, and let one program alone make and expire backups");
        held.push(taken.get());
    }

    /** Whether it keeps stock out; false where its lock files cannot be used. */
    public boolean isHeld() {
        return !held.isEmpty();
    }

    @Override
    public void close() {
        while (!held.isEmpty()) {
            try {
                held.pop().close();
            } catch (IOException e) {
                LOG.warn("a lock file of pgbackrest could not be emptied: {}", e.toString());
            }
        }
    }
}
