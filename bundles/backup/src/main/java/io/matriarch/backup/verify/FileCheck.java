package io.matriarch.backup.verify;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.DamagedException;
import io.matriarch.backup.codec.Sha1;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.repository.Failures;
import io.matriarch.backup.repository.Slice;
import io.matriarch.backup.repository.StoredFiles;
import io.matriarch.backup.repository.StoredFiles.Place;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** Reads files of one backup: their stored bytes and their content against the manifest. */
final class FileCheck {
    private static final int BUFFER = 128 * 1024;
    private final StoredFiles stored;
    private final Label backup;
    private final Findings findings;

    FileCheck(StoredFiles stored, Label backup, Findings findings) {
        this.stored = stored;
        this.backup = backup;
        this.findings = findings;
    }

    void check(ManifestFile file) throws MatriarchException {
        if (!stored.isStored(file)) return;
        var place = stored.place(file);
        try (var in = stored.read(place)) {
            inspect(file, place, in);
        } catch (MatriarchException | IOException e) {
            failed(file, place, e);
        }
        blocks(file, place);
    }

    /** Files of one bundle, by offset: one read for all of them. */
    void checkBundled(List<ManifestFile> files) throws MatriarchException {
        var first = stored.place(files.getFirst());
        var last = stored.place(files.getLast());
        var all =
                new Place(
                        first.path(),
                        first.offset(),
                        last.offset() + last.length() - first.offset(),
                        false);
        int done = 0;
        try (var in = stored.read(all)) {
            long at = first.offset();
            for (; done < files.size(); done++) {
                var place = stored.place(files.get(done));
                new Slice(in, place.offset() - at).drain();
                var slice = new Slice(in, place.length());
                inspect(files.get(done), place, slice);
                slice.drain();
                at = place.offset() + place.length();
            }
        } catch (MatriarchException | IOException e) {
            if (e instanceof MatriarchException known && Failures.isAway(known)) throw known;
            // Each of the rest on its own: which of them it is has to be named.
            for (var file : files.subList(done, files.size())) checkOne(file);
        }
        for (var file : files) blocks(file, stored.place(file));
    }

    private void checkOne(ManifestFile file) throws MatriarchException {
        var place = stored.place(file);
        try (var in = stored.read(place)) {
            inspect(file, place, in);
        } catch (MatriarchException | IOException e) {
            failed(file, place, e);
        }
    }

    /** Stored bytes and, of a file stored whole, its content, in one pass. */
    private void inspect(ManifestFile file, Place place, InputStream in) throws IOException {
        var counted = new Hashing(in);
        try {
            if (!file.stored().isBlocks() && file.size() > 0) content(file, place, counted);
        } finally {
            findings.fileRead(counted.drain());
        }
        compareStored(file, place, counted.sha1);
    }

    private void content(ManifestFile file, Place place, InputStream in) throws IOException {
        var sha1 = new Sha1();
        try (var content = stored.decode(new Unclosed(in), file.stored())) {
            var buffer = new byte[BUFFER];
            for (int read; (read = content.read(buffer)) >= 0; ) sha1.update(buffer, 0, read);
        } catch (DamagedException e) {
            add(Damage.Kind.UNREADABLE, file, place, String.valueOf(e.getMessage()));
            return;
        }
        long size = sha1.count();
        String found = sha1.finish();
        if (size != file.size())
            add(
                    Damage.Kind.SIZE,
                    file,
                    place,
                    "its content has %d bytes, not %d".formatted(size, file.size()));
        else if (!found.equals(String.valueOf(file.checksum())))
            add(
                    Damage.Kind.CHECKSUM,
                    file,
                    place,
                    "the SHA-1 of its content is %s, not %s".formatted(found, file.checksum()));
    }

    private void compareStored(ManifestFile file, Place place, Sha1 sha1) {
        long size = sha1.count();
        String found = sha1.finish();
        if (size != file.stored().repoSize()) {
            add(
                    Damage.Kind.SIZE,
                    file,
                    place,
                    "%d bytes are stored, not %d".formatted(size, file.stored().repoSize()));
            return;
        }
        var wanted = file.stored().checksum();
        if (wanted != null && !found.equals(wanted.toString()))
            add(
                    Damage.Kind.CHECKSUM,
                    file,
                    place,
                    "the SHA-1 of the stored bytes is %s, not %s".formatted(found, wanted));
    }

    /** Of a file in blocks, the content: it is gathered from other backups too. */
    private void blocks(ManifestFile file, Place place) throws MatriarchException {
        if (!file.stored().isBlocks()) return;
        var sha1 = new Sha1();
        try (var content = stored.content(file)) {
            var buffer = new byte[BUFFER];
            for (int read; (read = content.read(buffer)) >= 0; ) sha1.update(buffer, 0, read);
        } catch (MatriarchException | IOException e) {
            failed(file, place, e);
            return;
        }
        long size = sha1.count();
        String found = sha1.finish();
        if (size != file.size() || !found.equals(String.valueOf(file.checksum())))
            add(
                    Damage.Kind.CHECKSUM,
                    file,
                    place,
                    "its blocks make %d bytes of SHA-1 %s, not %d of %s"
                            .formatted(size, found, file.size(), file.checksum()));
    }

    /**
     * A file that is missing or makes no sense is a finding; a storage that is away ends it all.
     */
    private void failed(ManifestFile file, Place place, Exception e) throws MatriarchException {
        MatriarchException cause =
                e instanceof MatriarchException known
                        ? known
                        : Failures.reading(place.path(), (IOException) e);
        if (Failures.isAway(cause)) throw cause;
        var kind =
                Failures.isMissing(cause)
                        ? Damage.Kind.MISSING
                        : e instanceof EOFException ? Damage.Kind.SIZE : Damage.Kind.UNREADABLE;
        add(kind, file, place, String.valueOf(cause.getMessage()));
    }

    private void add(Damage.Kind kind, ManifestFile file, Place place, String detail) {
        findings.add(new Damage(kind, Optional.of(backup), place.path(), file.name(), detail));
    }

    /** Hashes what passes; can be read to the end by whoever has seen enough. */
    private static final class Hashing extends FilterInputStream {
        final Sha1 sha1 = new Sha1();

        Hashing(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            if (read > 0) sha1.update(bytes, offset, read);
            return read;
        }

        @Override
        public long skip(long n) throws IOException {
            return readNBytes((int) Math.min(n, BUFFER)).length;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        long drain() throws IOException {
            var buffer = new byte[BUFFER];
            while (read(buffer, 0, buffer.length) >= 0) {}
            return sha1.count();
        }
    }

    private static final class Unclosed extends FilterInputStream {
        Unclosed(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return in.read(bytes, offset, length);
        }

        @Override
        public void close() {}
    }
}
