package io.matriarch.backup.engine.scan;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a scan found, in a file of ours: the list is read several times and must not lie in memory.
 */
public final class ScanSpool {
    private static final int BUFFER = 64 * 1024;

    private ScanSpool() {}

    /** Writes the list; the numbers are given here. */
    static final class Writer implements AutoCloseable {
        private final DataOutputStream out;
        private long count;

        Writer(Path file) throws IOException {
            out =
                    new DataOutputStream(
                            new BufferedOutputStream(Files.newOutputStream(file), BUFFER));
        }

        void add(String name, Stat stat) throws IOException {
            out.writeUTF(name);
            out.writeLong(stat.size());
            out.writeLong(stat.modified());
            out.writeShort(stat.permissions());
            out.writeInt(stat.user());
            out.writeInt(stat.group());
            count++;
        }

        long count() {
            return count;
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    /** Reads it from the beginning. */
    public static final class Reader implements AutoCloseable {
        private final DataInputStream in;
        private long next;

        public Reader(Path file) throws IOException {
            in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER));
        }

        /** Null at the end. */
        public @Nullable FoundFile next() throws IOException {
            String name;
            try {
                name = in.readUTF();
            } catch (EOFException end) {
                return null;
            }
            return new FoundFile(
                    next++,
                    name,
                    in.readLong(),
                    in.readLong(),
                    in.readShort(),
                    in.readInt(),
                    in.readInt());
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
