package io.matriarch.backup.wal.core;

import io.matriarch.api.SystemId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The part of {@code global/pg_control} the archive cares for: system id at offset 0, position of
 * the last checkpoint at 32 ({@code ControlFileData} of catalog/pg_control.h; the same in 12 to
 * 18).
 *
 * @param controlVersion such as 1300
 * @param catalogVersion such as 202209061
 * @param checkpoint as an unsigned number
 */
public record ControlFile(
        SystemId systemId, int controlVersion, int catalogVersion, long checkpoint) {
    /** How many bytes of the file it takes. */
    public static final int LENGTH = 40;

    /** What a restore puts there, so that nobody starts the server without its backup_label. */
    private static final long INVALIDATED = 0xDEAD;

    /**
     * @throws IllegalArgumentException too short, or no system id in it
     */
    public static ControlFile parse(byte[] bytes) {
        if (bytes.length < LENGTH)
            throw new IllegalArgumentException("pg_control has only " + bytes.length + " bytes");
        var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return new ControlFile(
                new SystemId(Long.toUnsignedString(in.getLong(0))),
                in.getInt(8),
                in.getInt(12),
                in.getLong(32));
    }

    public boolean invalidated() {
        return checkpoint == INVALIDATED;
    }
}
