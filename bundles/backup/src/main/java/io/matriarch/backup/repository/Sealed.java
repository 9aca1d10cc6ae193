package io.matriarch.backup.repository;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.codec.Packing;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.Upload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A stream into a file of the repository, compressed and encrypted on the way. The file is there
 * when {@link #commit} returns; closed without it, nothing is.
 */
public final class Sealed extends OutputStream {
    private static final int BUFFER = 64 * 1024;
    private final Upload upload;
    private final Packing packing;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

    Sealed(Upload upload, Compression compression, Optional<Passphrase> passphrase) {
        this.upload = upload;
        this.packing = new Packing(compression, compression.defaultLevel());
        packing.begin(List.of(new Packing.Target(passphrase, upload::write)));
    }

    @Override
    public void write(int b) throws IOException {
        if (!buffer.hasRemaining()) drain(false);
        buffer.put((byte) b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (!buffer.hasRemaining()) drain(false);
            int part = Math.min(length - done, buffer.remaining());
            buffer.put(bytes, offset + done, part);
            done += part;
        }
    }

    private void drain(boolean last) throws IOException {
        try {
            packing.write(buffer.flip(), last);
            buffer.clear();
        } catch (StorageException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** The file is there, whole and durable, when this returns; at most once. */
    public void commit() throws MatriarchException {
        try {
            drain(true);
        } catch (IOException e) {
            throw Failures.reading("the draft", e);
        }
        upload.commit();
    }

    @Override
    public void close() {
        packing.close();
        upload.close();
    }

    /** Small content at once: the same bytes for a file and its copy. */
    public static byte[] bytes(byte[] content, Optional<Passphrase> passphrase)
            throws StorageException {
        if (passphrase.isEmpty()) return content;
        var out = new ByteArrayOutputStream(content.length + 64);
        try (var packing = new Packing(Compression.NONE, 0)) {
            packing.begin(List.of(new Packing.Target(passphrase, bytes -> append(out, bytes))));
            packing.write(ByteBuffer.allocateDirect(content.length).put(content).flip(), true);
        }
        return out.toByteArray();
    }

    private static void append(ByteArrayOutputStream out, ByteBuffer bytes) {
        var copy = new byte[bytes.remaining()];
        bytes.get(copy);
        out.writeBytes(copy);
    }
}
