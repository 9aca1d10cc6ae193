package io.matriarch.backup.engine.core;

import io.matriarch.api.Lsn;
import io.matriarch.api.SystemId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What a backup needs of {@code global/pg_control}, in the layout that 12 to 18 share on 64-bit
 * machines.
 *
 * @param controlVersion such as 1300
 * @param catalogVersion such as 202209061
 * @param checkpoint of the last one (on a standby: restartpoint)
 * @param redo where replay begins from it
 * @param timeline of it
 * @param minRecoveryEnd how far a standby must replay to be consistent; {@link Lsn#ZERO} on a
 *     primary
 * @param minRecoveryEndTimeline 0 on a primary
 * @param pageSize bytes; a build of PostgreSQL may have others than 8192
 * @param segmentPages pages of a relation's file; a build may have others than 131072
 * @param pageChecksums whether pages have them
 */
public record ControlFile(
        SystemId systemId,
        int controlVersion,
        int catalogVersion,
        Lsn checkpoint,
        Lsn redo,
        int timeline,
        Lsn minRecoveryEnd,
        int minRecoveryEndTimeline,
        int pageSize,
        int segmentPages,
        int walSegmentSize,
        boolean pageChecksums) {
    /** From the data directory. */
    public static final String NAME = "global/pg_control";

    private static final int USED = 296;
    private static final int CRC_UNTIL_17 = 288;
    private static final int CRC_FROM_18 = 292;

    /** Empty if the bytes are torn or of a layout not known here. */
    public static Optional<ControlFile> parse(byte[] bytes) {
        if (bytes.length < USED || !(sealed(bytes, CRC_UNTIL_17) || sealed(bytes, CRC_FROM_18)))
            return Optional.empty();
        var at = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        String systemId = Long.toUnsignedString(at.getLong(0));
        if (!SystemId.isValid(systemId)) return Optional.empty();
        return Optional.of(
                new ControlFile(
                        new SystemId(systemId),
                        at.getInt(8),
                        at.getInt(12),
                        new Lsn(at.getLong(32)),
                        new Lsn(at.getLong(40)),
                        at.getInt(48),
                        new Lsn(at.getLong(136)),
                        at.getInt(144),
                        at.getInt(216),
                        at.getInt(220),
                        at.getInt(228),
                        at.getInt(252) != 0));
    }

    private static boolean sealed(byte[] bytes, int crcAt) {
        var crc = new CRC32C();
        crc.update(bytes, 0, crcAt);
        int stored = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(crcAt);
        return (int) crc.getValue() == stored;
    }
}
