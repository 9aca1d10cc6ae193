package io.matriarch.backup.repository;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.codec.Decoding;
import io.matriarch.backup.codec.Form;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.format.FormatException;
import io.matriarch.backup.format.RepositoryPaths;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** Info files and their copies: either is good if the other is not. */
final class InfoFiles {
    private final Repository repository;

    InfoFiles(Repository repository) {
        this.repository = repository;
    }

    /** Reads one of the texts. */
    interface Reader<T> {
        T read(InputStream in, String name) throws IOException, FormatException;
    }

    /** Writes one of the texts. */
    interface Writer {
        void write(OutputStream out) throws IOException;
    }

    /**
     * @param path of the file that was good: the main one or its copy
     */
    record Read<T>(T value, String path) {}

    /** The main file, or whatever is wrong with it, its copy; empty if neither is there. */
    <T> Optional<Read<T>> find(String path, Optional<Passphrase> passphrase, Reader<T> reader)
            throws MatriarchException {
        try {
            return Optional.of(new Read<>(one(path, passphrase, reader), path));
        } catch (MatriarchException first) {
            if (Failures.isAway(first)) throw first;
            String copy = path + RepositoryPaths.COPY;
            try {
                return Optional.of(new Read<>(one(copy, passphrase, reader), copy));
            } catch (MatriarchException second) {
                if (Failures.isAway(second)) throw second;
                if (Failures.isMissing(first) && Failures.isMissing(second))
                    return Optional.empty();
                throw unusable(path, passphrase.isPresent(), first, second);
            }
        }
    }

    private <T> T one(String path, Optional<Passphrase> passphrase, Reader<T> reader)
            throws MatriarchException {
        try (var in = open(path, Compression.NONE, passphrase)) {
            return reader.read(in, path);
        } catch (IOException e) {
            throw Failures.reading(path + " of " + repository.where(), e);
        }
    }

    /** A whole file's content. */
    InputStream open(String path, Compression compression, Optional<Passphrase> passphrase)
            throws MatriarchException, IOException {
        var stored = repository.storage().read(path);
        try {
            return Decoding.open(stored, compression, Form.STANDARD, passphrase);
        } catch (IOException | RuntimeException e) {
            stored.close();
            throw e;
        }
    }

    private MatriarchException unusable(
            String path, boolean encrypted, MatriarchException first, MatriarchException second) {
        return new MatriarchException(
                Code.REPOSITORY,
                "%s: neither %s nor its copy can be used: %s; %s"
                        .formatted(
                                repository.where(), path, first.getMessage(), second.getMessage()),
                encrypted
                        ? "is the passphrase that of this repository?"
                        : "is the repository encrypted, and no passphrase configured?",
                first);
    }

    /** The main file first, then the identical bytes as its copy. */
    void save(String path, Optional<Passphrase> passphrase, Writer writer)
            throws MatriarchException {
        var text = new ByteArrayOutputStream();
        try {
            writer.write(text);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory", e);
        }
        byte[] bytes = Sealed.bytes(text.toByteArray(), passphrase);
        repository.storage().put(path, bytes);
        repository.storage().put(path + RepositoryPaths.COPY, bytes);
    }
}
