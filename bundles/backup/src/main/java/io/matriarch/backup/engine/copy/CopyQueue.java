package io.matriarch.backup.engine.copy;

import io.matriarch.backup.codec.BundleRule;
import io.matriarch.backup.engine.core.SizeClass;
import io.matriarch.backup.engine.scan.FoundFile;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.ManifestFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to be copied, by {@link SizeClass}, each class in a file of ours; first it is filled by
 * one thread, then emptied by many.
 */
public final class CopyQueue implements AutoCloseable {
    private static final int BUFFER = 32 * 1024;

    /** Files of a bundle, however small: their entries wait in memory until it is durable. */
    private static final int MAX_MEMBERS = 4096;

    private final Path folder;
    private final Optional<BundleRule> bundles;
    private final @Nullable DataOutputStream[] outs = new DataOutputStream[SizeClass.COUNT];
    private @Nullable DataInputStream in;
    private int current = -1;
    private long files;
    private long bytes;

    /**
     * @param folder of ours, empty
     * @param bundles empty: each file lies on its own
     */
    public CopyQueue(Path folder, Optional<BundleRule> bundles) {
        this.folder = folder;
        this.bundles = bundles;
    }

    /**
     * @param prior the file's entry in the prior backup; null if there is none
     * @param priorLabel of the prior backup; null only if {@code prior} is
     */
    public void add(FoundFile file, @Nullable ManifestFile prior, @Nullable Label priorLabel)
            throws IOException {
        var out = out(SizeClass.of(file.size(), bundles(file.size())));
        out.writeLong(file.number());
        out.writeUTF(file.name());
        out.writeLong(file.size());
        out.writeLong(file.modified());
        var copy = prior == null || priorLabel == null ? null : PriorCopy.of(prior, priorLabel);
        out.writeBoolean(copy != null);
        if (copy != null) copy.write(out);
        files++;
        bytes += file.size();
    }

    private DataOutputStream out(int index) throws IOException {
        var out = outs[index];
        if (out == null) {
            out =
                    new DataOutputStream(
                            new BufferedOutputStream(Files.newOutputStream(file(index)), BUFFER));
            outs[index] = out;
        }
        return out;
    }

    private Path file(int index) {
        return folder.resolve("copy-" + index);
    }

    /** Whether a file of this size goes into a bundle. */
    boolean bundles(long size) {
        return bundles.isPresent() && bundles.get().takes(size);
    }

    public long files() {
        return files;
    }

    public long bytes() {
        return bytes;
    }

    /** Nothing is added from here on. */
    public void fill() throws IOException {
        for (var out : outs) if (out != null) out.close();
    }

    /** One file, or as many as fill a bundle; empty if nothing is left. */
    synchronized List<CopyTask> take() throws IOException {
        var first = next();
        if (first == null) return List.of();
        if (bundles.isEmpty() || !bundles.get().takes(first.size())) return List.of(first);
        var members = new ArrayList<CopyTask>();
        long content = 0;
        for (var task = first; task != null; task = next()) {
            members.add(task);
            content += task.size();
            if (bundles.get().isFull(content) || members.size() == MAX_MEMBERS) break;
        }
        return members;
    }

    private @Nullable CopyTask next() throws IOException {
        while (true) {
            if (in == null && !open()) return null;
            var task = in == null ? null : read(in);
            if (task != null) return task;
            if (in != null) in.close();
            in = null;
        }
    }

    private boolean open() throws IOException {
        for (current++; current < SizeClass.COUNT; current++) {
            if (outs[current] == null) continue;
            in =
                    new DataInputStream(
                            new BufferedInputStream(Files.newInputStream(file(current)), BUFFER));
            return true;
        }
        return false;
    }

    private static @Nullable CopyTask read(DataInputStream in) throws IOException {
        long number;
        try {
            number = in.readLong();
        } catch (EOFException end) {
            return null;
        }
        return new CopyTask(
                number,
                in.readUTF(),
                in.readLong(),
                in.readLong(),
                in.readBoolean() ? PriorCopy.read(in) : null);
    }

    @Override
    public void close() throws IOException {
        for (var out : outs) if (out != null) out.close();
        if (in != null) in.close();
    }
}
