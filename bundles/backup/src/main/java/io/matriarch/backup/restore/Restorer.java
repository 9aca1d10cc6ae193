package io.matriarch.backup.restore;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.Manifest;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.format.ManifestReader;
import io.matriarch.backup.repository.BundleSpool;
import io.matriarch.backup.repository.Failures;
import io.matriarch.backup.repository.Manifests;
import io.matriarch.backup.repository.NameSet;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.repository.StoredFiles;
import io.matriarch.backup.repository.Workers;
import io.matriarch.backup.restore.RestoreOrder.Over;
import io.matriarch.backup.restore.core.ControlFile;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;

/**
 * Brings a backup back into a data directory. The order is what makes a crash harmless: {@code
 * pg_control} goes first and comes last, so nothing half restored is ever started; what is there
 * after a crash is taken up by the next restore over it.
 */
public final class Restorer {
    private static final String CONTROL = Manifest.PGDATA + "/" + TargetCheck.CONTROL;
    private static final String TABLESPACE_MAP = Manifest.PGDATA + "/tablespace_map";
    private static final String CONTROL_DRAFT = "global/pg_control.pgbackrest.tmp";

    /** Files of this size begin before all others, so that no worker is left alone with one. */
    private static final long LARGE = 128L << 20;

    private static final int PIECE_FILES = 1000;
    private static final long PIECE_BYTES = 8L << 20;

    private final Manifests manifests;
    private final RestoreOrder order;
    private final InstantSource clock;
    private final RestoreProgress progress;
    private final Manifest manifest;
    private final Places places;
    private final TargetTree tree;
    private final FileRestore files;

    public Restorer(
            Stanza stanza, RestoreOrder order, InstantSource clock, RestoreProgress progress)
            throws MatriarchException {
        this.manifests = stanza.manifests();
        this.order = order;
        this.clock = clock;
        this.progress = progress;
        this.manifest = order.backup().manifest();
        this.places = new Places(order.layout(), manifest.db().tablespaceFolder());
        var owners = new Owners(places.data());
        this.tree = new TargetTree(manifest, places, owners);
        this.files =
                new FileRestore(
                        manifest,
                        new StoredFiles(stanza, manifest),
                        places,
                        owners,
                        order.selection(),
                        order.over() != Over.NOTHING,
                        progress);
    }

    /**
     * Looks whether it may be done, and touches nothing.
     *
     * @return what would be overwritten, for people
     * @throws MatriarchException it may not
     */
    public List<String> check() throws MatriarchException {
        return TargetCheck.check(places, manifest.db().systemId(), order.over());
    }

    /**
     * Does it. Interrupting the thread cancels it.
     *
     * @throws MatriarchException what is there cannot be started, and can be restored over
     */
    public void run() throws MatriarchException {
        check();
        progress.begin(order.backup().sizes().size(), order.backup().files());
        try {
            Path work = begin();
            var text = work.resolveSibling(TargetCheck.UNFINISHED);
            prepare(text);
            copy(text, work);
            recovery();
            finish(text, work);
        } catch (IOException e) {
            throw Places.failed("restoring to " + places.data(), e);
        }
    }

    /** From here on the directory is an unfinished restore, and says so. */
    private Path begin() throws IOException, MatriarchException {
        Files.createDirectories(places.data());
        Path work = places.data().resolve(TargetTree.WORK);
        if (Files.exists(work)) TargetTree.deleteTree(work);
        Files.createDirectory(work);
        Files.setPosixFilePermissions(work, Owners.permissions("0700"));
        Path draft = work.resolve(TargetCheck.UNFINISHED);
        try (var in = manifests.open(order.backup());
                var out = Files.newOutputStream(draft)) {
            in.transferTo(out);
        } catch (IOException e) {
            throw Failures.reading(order.backup().path(), e);
        }
        Durability.force(draft);
        Files.move(
                draft,
                places.data().resolve(TargetCheck.UNFINISHED),
                StandardCopyOption.ATOMIC_MOVE);
        Durability.force(places.data());
        Path control = places.data().resolve(TargetCheck.CONTROL);
        if (Files.deleteIfExists(control)) Durability.force(places.data().resolve("global"));
        return work;
    }

    private void prepare(Path text) throws IOException, MatriarchException {
        if (order.over() != Over.NOTHING) {
            var names = new NameSet(order.backup().files());
            forEach(text, file -> names.add(file.name()));
            tree.clean(names);
        }
        tree.links();
        tree.folders();
    }

    private interface Each {
        void accept(ManifestFile file) throws IOException, MatriarchException;
    }

    private void forEach(Path text, Each each) throws IOException, MatriarchException {
        try (var in = new BufferedInputStream(Files.newInputStream(text), 1 << 16)) {
            var reader = new ManifestReader(in, text.toString());
            for (var file = reader.nextFile(); file != null; file = reader.nextFile())
                each.accept(file);
        }
    }

    private void copy(Path text, Path work) throws IOException, MatriarchException {
        boolean remapped = tree.isRemapped();
        try (var spool = new BundleSpool(work, BundleSpool.IN_MEMORY);
                var workers = new Workers("restore", order.workers())) {
            forEach(
                    text,
                    file -> {
                        if (isLarge(file)) workers.submit(() -> files.restore(file));
                    });
            forEach(
                    text,
                    file -> {
                        if (isLarge(file) || isApart(file, remapped)) return;
                        if (file.stored().isBundled()) spool.add(file);
                        else workers.submit(() -> files.restore(file));
                    });
            spool.forEachRun(
                    PIECE_FILES,
                    PIECE_BYTES,
                    piece -> workers.submit(() -> files.restoreBundled(piece)));
            workers.await();
        }
    }

    private static boolean isLarge(ManifestFile file) {
        return file.size() >= LARGE && !file.stored().isBundled();
    }

    /**
     * {@code pg_control} comes last. A {@code tablespace_map} would make the server point links at
     * the places tablespaces were at.
     */
    private boolean isApart(ManifestFile file, boolean remapped) {
        return file.name().equals(CONTROL) || (remapped && file.name().equals(TABLESPACE_MAP));
    }

    private void recovery() throws IOException {
        Path conf = places.data().resolve("postgresql.auto.conf");
        String before = Files.exists(conf) ? Files.readString(conf) : "";
        String after = order.recovery().appendTo(before, clock.instant());
        if (!after.equals(before)) {
            Path draft = conf.resolveSibling("postgresql.auto.conf.tmp");
            Files.writeString(draft, after, StandardCharsets.UTF_8);
            own(draft);
            Files.move(draft, conf, StandardCopyOption.ATOMIC_MOVE);
        }
        for (String name : List.of("recovery.signal", "standby.signal"))
            Files.deleteIfExists(places.data().resolve(name));
        if (order.recovery().signalFile().isPresent()) {
            Path signal = places.data().resolve(order.recovery().signalFile().get());
            Files.write(signal, new byte[0], StandardOpenOption.CREATE);
            own(signal);
        }
    }

    private void own(Path file) throws IOException {
        new Owners(file).apply(file, manifest.fileDefault(), null);
    }

    private void finish(Path text, Path work) throws IOException, MatriarchException {
        Path draft = places.data().resolve(CONTROL_DRAFT);
        restoreControl(text, draft);
        if (manifest.options().online()) invalidate(draft);
        TargetTree.deleteTree(work);
        Durability.sync(places.roots());
        Path control = places.data().resolve(TargetCheck.CONTROL);
        Files.move(draft, control, StandardCopyOption.ATOMIC_MOVE);
        Durability.force(places.data().resolve("global"));
        Files.delete(text);
        Durability.force(places.data());
    }

    private void restoreControl(Path text, Path draft) throws IOException, MatriarchException {
        var found = new ManifestFile[1];
        forEach(
                text,
                file -> {
                    if (file.name().equals(CONTROL)) found[0] = file;
                });
        if (found[0] == null)
            throw new MatriarchException(
                    Code.REPOSITORY,
                    "backup %s holds no %s".formatted(manifest.label(), CONTROL),
                    "it cannot be restored: choose another");
        files.restore(found[0], draft);
    }

    private void invalidate(Path draft) throws IOException, MatriarchException {
        var control =
                ControlFile.parse(Files.readAllBytes(draft))
                        .orElseThrow(() ->
                                new MatriarchException(
                                        Code.REPOSITORY,
                                        "pg_control of backup %s is damaged"
                                                .formatted(manifest.label()),
                                        "choose another backup"));
        var modified = Files.getLastModifiedTime(draft);
        Files.write(draft, control.withoutCheckpoint(), StandardOpenOption.WRITE);
        Files.setLastModifiedTime(draft, modified);
    }
}
