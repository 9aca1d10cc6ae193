package io.matriarch.backup.repository;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.format.ManifestLines;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Puts files of bundles into the order they lie in there. The manifest has them by name, and there
 * may be millions: sorted runs go to disk and are merged.
 */
public final class BundleSpool implements AutoCloseable {
    /** About 10 MiB of memory. */
    public static final int IN_MEMORY = 40_000;

    private static final Comparator<ManifestFile> ORDER =
            Comparator.comparing(BundleSpool::holder)
                    .thenComparingInt(file -> file.stored().bundle())
                    .thenComparingLong(file -> file.stored().offset());

    private final Path folder;
    private final int inMemory;
    private final List<Path> runs = new ArrayList<>();
    private List<ManifestFile> now = new ArrayList<>();

    /**
     * @param folder for what does not fit into memory; it is there
     */
    public BundleSpool(Path folder, int inMemory) {
        this.folder = folder;
        this.inMemory = inMemory;
    }

    private static String holder(ManifestFile file) {
        var reference = file.stored().reference();
        return reference == null ? "" : reference.text();
    }

    public void add(ManifestFile file) throws IOException {
        now.add(file);
        if (now.size() < inMemory) return;
        spill();
    }

    private void spill() throws IOException {
        now.sort(ORDER);
        Path run = folder.resolve("bundled-" + runs.size());
        try (var out = new BufferedOutputStream(Files.newOutputStream(run), 1 << 16)) {
            for (var file : now) ManifestLines.write(out, file);
        }
        runs.add(run);
        now = new ArrayList<>();
    }

    /** Takes files of one bundle, by offset. */
    public interface EachRun {
        void accept(List<ManifestFile> files) throws IOException, MatriarchException;
    }

    /**
     * Passes all that were added, in pieces.
     *
     * @param bytes of a piece as stored, about
     */
    public void forEachRun(int files, long bytes, EachRun each)
            throws IOException, MatriarchException {
        var piece = new ArrayList<ManifestFile>();
        long size = 0;
        try (var merged = new Merge()) {
            for (var file = merged.next(); file != null; file = merged.next()) {
                boolean full = piece.size() >= files || size >= bytes;
                if (!piece.isEmpty() && (full || !sameBundle(piece.getLast(), file))) {
                    each.accept(List.copyOf(piece));
                    piece.clear();
                    size = 0;
                }
                piece.add(file);
                size += file.stored().repoSize();
            }
        }
        if (!piece.isEmpty()) each.accept(List.copyOf(piece));
    }

    private static boolean sameBundle(ManifestFile a, ManifestFile b) {
        return a.stored().bundle() == b.stored().bundle() && holder(a).equals(holder(b));
    }

    private record Head(ManifestFile file, int run) {}

    /** All runs at once, each time the least of their heads. */
    private final class Merge implements AutoCloseable {
        private final List<InputStream> streams = new ArrayList<>();
        private final List<ManifestLines> lines = new ArrayList<>();
        private final PriorityQueue<Head> heads =
                new PriorityQueue<>(Comparator.comparing(Head::file, ORDER));
        private int nextInMemory;

        Merge() throws IOException, MatriarchException {
            now.sort(ORDER);
            for (Path run : runs) {
                var in = new BufferedInputStream(Files.newInputStream(run), 1 << 16);
                streams.add(in);
                lines.add(new ManifestLines(in));
            }
            for (int run = -1; run < lines.size(); run++) advance(run);
        }

        /**
         * @param run -1: what is in memory
         */
        private void advance(int run) throws IOException, MatriarchException {
            @Nullable ManifestFile file;
            if (run >= 0) file = lines.get(run).next();
            else file = nextInMemory < now.size() ? now.get(nextInMemory++) : null;
            if (file != null) heads.add(new Head(file, run));
        }

        @Nullable ManifestFile next() throws IOException, MatriarchException {
            var head = heads.poll();
            if (head == null) return null;
            advance(head.run);
            return head.file;
        }

        @Override
        public void close() throws IOException {
            for (var in : streams) in.close();
        }
    }

    @Override
    public void close() throws IOException {
        for (Path run : runs) Files.deleteIfExists(run);
    }
}
