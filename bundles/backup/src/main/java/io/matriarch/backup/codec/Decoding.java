package io.matriarch.backup.codec;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.matriarch.storage.api.StorageException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/** From stored bytes back to content. */
public final class Decoding {
    private static final int BUFFER = 64 * 1024;

    private Decoding() {}

    /**
     * The content of what is stored; closing it closes {@code stored}.
     *
     * <p>Bytes that make no sense are a {@link DamagedException}, when opening or reading. That all
     * was read without one is no proof: not every format has checksums, so compare the content's
     * own.
     */
    public static InputStream open(
            InputStream stored, Compression compression, Form form, Optional<Passphrase> passphrase)
            throws IOException {
        var plain =
                passphrase.isPresent()
                        ? new DecryptingInputStream(stored, passphrase.get(), form)
                        : stored;
        try {
            return switch (compression) {
                case NONE -> plain;
                case ZST ->
                        named(
                                new ZstdInputStreamNoFinalizer(
                                        notEmpty(plain), RecyclingBufferPool.INSTANCE));
                case LZ4 -> new Lz4InputStream(buffered(plain, passphrase));
                case GZ ->
                        named(
                                form == Form.STANDARD
                                        ? new GZIPInputStream(plain, BUFFER)
                                        : new ZlibInputStream(plain));
                case BZ2 ->
                        named(new BZip2CompressorInputStream(buffered(plain, passphrase), true));
            };
        } catch (IOException e) {
            throw explained(e);
        }
    }

    private static InputStream buffered(InputStream in, Optional<Passphrase> passphrase) {
        return passphrase.isPresent() ? in : new BufferedInputStream(in, BUFFER);
    }

    /** The library takes no bytes for no content; the format has an empty frame for that. */
    private static InputStream notEmpty(InputStream in) throws IOException {
        var first = new PushbackInputStream(in);
        int one = first.read();
        if (one < 0) throw new DamagedException("a zstd frame is missing");
        first.unread(one);
        return first;
    }

    private static InputStream named(InputStream in) {
        return new Explained(in);
    }

    /** What the libraries call damage, by one name; what the storage says stays as it is. */
    private static IOException explained(IOException e) {
        boolean storage = e.getCause() instanceof StorageException;
        if (storage || e instanceof DamagedException) return e;
        boolean library =
                e instanceof ZstdIOException
                        || e instanceof ZipException
                        || e instanceof EOFException
                        || e.getClass() == IOException.class
                        || e.getClass().getName().startsWith("org.apache.commons.compress");
        return library
                ? new DamagedException("it cannot be decompressed: " + e.getMessage(), e)
                : e;
    }

    private static final class ZlibInputStream extends InflaterInputStream {
        ZlibInputStream(InputStream in) {
            super(in, new Inflater(), BUFFER);
        }

        /** The inflater is ours to end, since its parent was given it. */
        @Override
        public void close() throws IOException {
            inf.end();
            super.close();
        }
    }

    private static final class Explained extends FilterInputStream {
        Explained(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (IOException e) {
                throw explained(e);
            }
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return super.read(target, offset, length);
            } catch (IOException e) {
                throw explained(e);
            }
        }
    }
}
