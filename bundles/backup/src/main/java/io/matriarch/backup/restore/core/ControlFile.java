package io.matriarch.backup.restore.core;

import io.matriarch.api.SystemId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * {@code global/pg_control}: system id at offset 0, position of the last checkpoint at 32, and
 * behind the fields, whose number differs by version, a CRC-32C of all before it.
 *
 * @see <a
 *     href="https://git.postgresql.org/gitweb/?p=postgresql.git;a=blob;f=src/include/catalog/pg_control.h">pg_control.h</a>
 */
public final class ControlFile {
    private static final int CHECKPOINT = 32;
    private static final long INVALID = 0xDEAD;
    private static final int SHORTEST = 200;
    private static final int LONGEST = 512; // PG_CONTROL_MAX_SAFE_SIZE
    private final byte[] bytes;
    private final int crcOffset;

    private ControlFile(byte[] bytes, int crcOffset) {
        this.bytes = bytes;
        this.crcOffset = crcOffset;
    }

    /** Empty if no CRC in it is right: it is damaged, or no such file. */
    public static Optional<ControlFile> parse(byte[] content) {
        var in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        int longest = Math.min(LONGEST, content.length - Integer.BYTES);
        for (int offset = SHORTEST; offset <= longest; offset += Integer.BYTES)
            if (in.getInt(offset) == crc(content, offset))
                return Optional.of(new ControlFile(content.clone(), offset));
        return Optional.empty();
    }

    private static int crc(byte[] content, int length) {
        var crc = new CRC32C();
        crc.update(content, 0, length);
        return (int) crc.getValue();
    }

    public SystemId systemId() {
        return new SystemId(Long.toUnsignedString(number(0)));
    }

    /** Position of the last checkpoint. */
    public long checkpoint() {
        return number(CHECKPOINT);
    }

    private long number(int offset) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(offset);
    }

    /**
     * Its bytes with a checkpoint that cannot be: PostgreSQL then starts with a {@code
     * backup_label} only, which says where to begin.
     */
    public byte[] withoutCheckpoint() {
        byte[] changed = bytes.clone();
        var out = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(CHECKPOINT, INVALID);
        out.putInt(crcOffset, crc(changed, crcOffset));
        return changed;
    }
}
