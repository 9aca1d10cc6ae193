package io.matriarch.backup.repository;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.codec.Decoding;
import io.matriarch.backup.codec.Form;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.BackupSizes;
import io.matriarch.backup.format.FormatException;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.Manifest;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.format.ManifestReader;
import io.matriarch.backup.format.RepositoryPaths;
import io.matriarch.storage.api.Upload;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The manifests of a stanza: one may be too big for memory, so their files are read in passing. */
public final class Manifests {
    private final Stanza stanza;
    private final InfoFiles files;
    private final Optional<Passphrase> passphrase;

    Manifests(Stanza stanza, InfoFiles files, Optional<Passphrase> passphrase) {
        this.stanza = stanza;
        this.files = files;
        this.passphrase = passphrase;
    }

    /** Does something about a file of a manifest. */
    public interface EachFile {
        void accept(ManifestFile file) throws IOException, MatriarchException;
    }

    /**
     * A manifest that was read to its end once, so its checksum was right.
     *
     * @param path of the good one: the main one or its copy
     * @param files how many there are
     * @param pageErrors how many of them have page checksum errors
     */
    public record Loaded(
            Manifest manifest, String path, long files, BackupSizes sizes, long pageErrors) {
        public Label label() {
            return manifest.label();
        }

        /** What {@code backup.info} says of it. */
        public BackupEntry entry() {
            return BackupEntry.of(manifest, sizes, pageErrors > 0);
        }
    }

    /**
     * Reads a manifest through; its copy if it is no good.
     *
     * @throws MatriarchException neither can be used, or it is of another label than its folder
     */
    public Loaded load(Label label) throws MatriarchException {
        var read =
                files.find(stanza.paths().manifest(label), passphrase, Manifests::summary)
                        .orElseThrow(() ->
                                new MatriarchException(
                                        Code.REPOSITORY,
                                        "backup %s is not in %s".formatted(label, stanza.where()),
                                        "list the backups; this one may have expired"));
        var summary = read.value();
        if (!summary.manifest.label().equals(label))
            throw new MatriarchException(
                    Code.REPOSITORY,
                    "the manifest in the folder of %s is of %s"
                            .formatted(label, summary.manifest.label()),
                    "was the folder renamed? Give it back its name");
        return new Loaded(
                summary.manifest, read.path(), summary.files, summary.sizes, summary.pageErrors);
    }

    private record Summary(Manifest manifest, long files, BackupSizes sizes, long pageErrors) {}

    private static Summary summary(InputStream in, String name)
            throws IOException, FormatException {
        var reader = new ManifestReader(in, name);
        var sum = new BackupSizes.Sum();
        long files = 0;
        long pageErrors = 0;
        for (var file = reader.nextFile(); file != null; file = reader.nextFile()) {
            sum.add(file);
            files++;
            if (file.hasPageErrors()) pageErrors++;
        }
        var manifest = reader.manifest();
        return new Summary(
                manifest, files, sum.total(manifest.backup().blockIncremental()), pageErrors);
    }

    /** The plain text of a manifest that was loaded. */
    public InputStream open(Loaded loaded) throws MatriarchException {
        try {
            return files.open(loaded.path, Compression.NONE, passphrase);
        } catch (IOException e) {
            throw Failures.reading(loaded.path, e);
        }
    }

    /** Goes through the files of a manifest that was loaded, in the order they stand in. */
    public void forEach(Loaded loaded, EachFile each) throws IOException, MatriarchException {
        try (var in = open(loaded)) {
            var reader = new ManifestReader(in, loaded.path);
            for (var file = reader.nextFile(); file != null; file = reader.nextFile())
                each.accept(file);
        }
    }

    /** Begins {@code backup.manifest.copy}, which a backup in progress has first of all. */
    public Sealed writeCopy(Label label) throws MatriarchException {
        String copy = stanza.paths().manifest(label) + RepositoryPaths.COPY;
        return new Sealed(stanza.storage().write(copy), Compression.NONE, passphrase);
    }

    /**
     * Makes a backup complete: {@code backup.manifest} becomes the same bytes as its copy, which is
     * read through on the way. It is also kept in the history.
     *
     * @return what is now there
     * @throws MatriarchException the copy is not there, or is damaged: then there is no manifest
     */
    public Loaded publish(Label label) throws MatriarchException {
        String path = stanza.paths().manifest(label);
        try (var main = stanza.storage().write(path)) {
            Summary summary = copy(path + RepositoryPaths.COPY, main);
            if (!summary.manifest.label().equals(label))
                throw new MatriarchException(
                        Code.INTERNAL,
                        "the manifest of %s says %s".formatted(label, summary.manifest.label()),
                        "");
            main.commit();
            var loaded =
                    new Loaded(
                            summary.manifest,
                            path,
                            summary.files,
                            summary.sizes,
                            summary.pageErrors);
            keepInHistory(loaded);
            return loaded;
        } catch (IOException e) {
            throw Failures.reading(path + RepositoryPaths.COPY, e);
        }
    }

    private Summary copy(String from, Upload to) throws IOException, MatriarchException {
        try (var stored = new Tee(stanza.storage().read(from), to);
                var plain = Decoding.open(stored, Compression.NONE, Form.STANDARD, passphrase)) {
            var summary = summary(plain, from);
            plain.transferTo(OutputStream.nullOutputStream());
            return summary;
        }
    }

    private void keepInHistory(Loaded loaded) throws MatriarchException, IOException {
        String path = stanza.paths().historyManifest(loaded.label());
        try (var in = open(loaded);
                var out = new Sealed(stanza.storage().write(path), Compression.GZ, passphrase)) {
            in.transferTo(out);
            out.commit();
        }
    }

    /** What is read from it is also written to the upload. */
    private static final class Tee extends FilterInputStream {
        private final Upload upload;

        Tee(InputStream in, Upload upload) {
            super(in);
            this.upload = upload;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            if (read > 0) pass(ByteBuffer.wrap(bytes, offset, read));
            return read;
        }

        private void pass(ByteBuffer bytes) throws IOException {
            try {
                upload.write(bytes);
            } catch (MatriarchException e) {
                throw new IOException(e.getMessage(), e);
            }
        }

        @Override
        public long skip(long n) {
            throw new UnsupportedOperationException("what is skipped is not passed on");
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
