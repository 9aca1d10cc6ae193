package io.matriarch.backup.restore;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.DamagedException;
import io.matriarch.backup.codec.Sha1;
import io.matriarch.backup.format.Manifest;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.repository.Slice;
import io.matriarch.backup.repository.StoredFiles;
import io.matriarch.backup.repository.StoredFiles.Place;
import io.matriarch.backup.restore.core.DatabaseSelection;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Brings back the content of files, each compared with its checksum; by many threads. */
final class FileRestore {
    private static final int BUFFER = 256 * 1024;

    /** Bytes of a bundle nobody asked for that are read nevertheless, instead of asking twice. */
    private static final long GAP = 128 * 1024;

    private static final Set<OpenOption> READ_AND_WRITE =
            Set.of(
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);

    private final Manifest manifest;
    private final StoredFiles stored;
    private final Places places;
    private final Owners owners;
    private final DatabaseSelection selection;
    private final boolean delta;
    private final RestoreProgress progress;

    /**
     * @param delta files may be there; those that are right stay
     */
    FileRestore(
            Manifest manifest,
            StoredFiles stored,
            Places places,
            Owners owners,
            DatabaseSelection selection,
            boolean delta,
            RestoreProgress progress) {
        this.manifest = manifest;
        this.stored = stored;
        this.places = places;
        this.owners = owners;
        this.selection = selection;
        this.delta = delta;
        this.progress = progress;
    }

    /** A file of its own, be it whole or in blocks; also one that needs no reading. */
    void restore(ManifestFile file) throws IOException, MatriarchException {
        restore(file, places.of(file.name()));
    }

    void restore(ManifestFile file, Path path) throws IOException, MatriarchException {
        if (selection.zeroes(file.name())) zero(file, path);
        else if (file.size() == 0) empty(file, path);
        else if (keeps(file, path)) done(file, path, true);
        else if (file.stored().isBlocks()) blocks(file, path);
        else whole(file, path);
    }

    private void whole(ManifestFile file, Path path) throws IOException, MatriarchException {
        var place = stored.place(file);
        try (var in = stored.read(place);
                var content = stored.decode(in, file.stored())) {
            write(file, path, content);
        } catch (DamagedException | EOFException e) {
            throw damaged(file, place, e.toString());
        }
    }

    /** Files of one bundle, by offset. */
    void restoreBundled(List<ManifestFile> files) throws IOException, MatriarchException {
        var wanted = new ArrayList<ManifestFile>();
        for (var file : files) {
            Path path = places.of(file.name());
            if (selection.zeroes(file.name())) zero(file, path);
            else if (keeps(file, path)) done(file, path, true);
            else if (file.stored().isBlocks()) blocks(file, path);
            else wanted.add(file);
        }
        for (int from = 0; from < wanted.size(); ) {
            int to = from + 1;
            while (to < wanted.size() && gap(wanted.get(to - 1), wanted.get(to)) <= GAP) to++;
            readRun(wanted.subList(from, to));
            from = to;
        }
    }

    private static long gap(ManifestFile before, ManifestFile after) {
        return after.stored().offset() - before.stored().offset() - before.stored().repoSize();
    }

    private void readRun(List<ManifestFile> run) throws IOException, MatriarchException {
        var first = stored.place(run.getFirst());
        var last = stored.place(run.getLast());
        long at = first.offset();
        var all = new Place(first.path(), at, last.offset() + last.length() - at, false);
        try (var in = stored.read(all)) {
            for (var file : run) {
                var place = stored.place(file);
                new Slice(in, place.offset() - at).drain();
                var slice = new Slice(in, place.length());
                member(file, place, slice);
                slice.drain();
                at = place.offset() + place.length();
            }
        } catch (EOFException e) {
            throw damaged(run.getLast(), all, e.toString());
        }
    }

    private void member(ManifestFile file, Place place, Slice slice)
            throws IOException, MatriarchException {
        try (var content = stored.decode(slice, file.stored())) {
            write(file, places.of(file.name()), content);
        } catch (DamagedException | EOFException e) {
            throw damaged(file, place, e.toString());
        }
    }

    private void write(ManifestFile file, Path path, InputStream content)
            throws IOException, MatriarchException {
        var sha1 = new Sha1();
        try (var out =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS)) {
            var buffer = new byte[(int) Math.min(BUFFER, file.size() + 1)];
            long written = 0;
            int read;
            while ((read = content.readNBytes(buffer, 0, buffer.length)) > 0) {
                sha1.update(buffer, 0, read);
                write(out, ByteBuffer.wrap(buffer, 0, read), written);
                written += read;
                if (written > file.size()) break;
            }
        }
        compare(file, stored.place(file), sha1);
        done(file, path, false);
    }

    private static void write(FileChannel out, ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) at += out.write(bytes, at);
    }

    private void compare(ManifestFile file, Place place, Sha1 sha1) throws MatriarchException {
        long size = sha1.count();
        String found = sha1.finish();
        if (size != file.size())
            throw damaged(file, place, "it has %d bytes, not %d".formatted(size, file.size()));
        if (file.checksum() == null || !found.equals(file.checksum().toString()))
            throw damaged(file, place, "its SHA-1 is %s, not %s".formatted(found, file.checksum()));
    }

    private MatriarchException damaged(ManifestFile file, Place place, String how) {
        return new MatriarchException(
                Code.REPOSITORY,
                "%s of backup %s is damaged (%s): %s"
                        .formatted(file.name(), manifest.label(), place.path(), how),
                "verify the backup, and restore an older one or from another repository");
    }

    // --- in blocks

    private void blocks(ManifestFile file, Path path) throws IOException, MatriarchException {
        var place = stored.place(file);
        try (var channel = FileChannel.open(path, READ_AND_WRITE)) {
            new BlockRestore(stored, file, channel).run();
            compare(file, place, sha1(channel));
        } catch (DamagedException | EOFException e) {
            throw damaged(file, place, e.toString());
        }
        done(file, path, false);
    }

    private static Sha1 sha1(FileChannel channel) throws IOException {
        var sha1 = new Sha1();
        var buffer = ByteBuffer.allocate(BUFFER);
        for (long at = 0; ; ) {
            int read = channel.read(buffer.clear(), at);
            if (read < 0) return sha1;
            at += read;
            sha1.update(buffer.flip());
        }
    }

    // --- what needs no reading

    /** Whether what is there is the file already. */
    private boolean keeps(ManifestFile file, Path path) throws IOException {
        if (!delta) return false;
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) return false;
        if (Files.size(path) != file.size() || file.checksum() == null) return false;
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return sha1(channel).finish().equals(file.checksum().toString());
        }
    }

    private void empty(ManifestFile file, Path path) throws IOException {
        FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS)
                .close();
        done(file, path, false);
    }

    /** Of full size, without content: recovery may want to write to it. */
    private void zero(ManifestFile file, Path path) throws IOException {
        Files.deleteIfExists(path);
        try (var out = new RandomAccessFile(path.toFile(), "rw")) {
            out.setLength(file.size());
        }
        done(file, path, false);
    }

    private void done(ManifestFile file, Path path, boolean asItWas) throws IOException {
        owners.apply(
                path,
                file.attributes().orElse(manifest.fileDefault()),
                FileTime.from(Instant.ofEpochSecond(file.timestamp())));
        progress.done(file.size(), asItWas);
    }
}
