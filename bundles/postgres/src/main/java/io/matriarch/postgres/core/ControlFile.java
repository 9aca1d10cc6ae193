package io.matriarch.postgres.core;

import io.matriarch.api.Lsn;
import io.matriarch.api.SystemId;
import io.matriarch.postgres.api.ControlData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * {@code global/pg_control} as it lies on disk, for the layout 12 to 18 share on 64-bit machines.
 * Only bytes whose checksum fits are believed; for anything else there is {@code pg_controldata}.
 *
 * <p>Reading it takes no process, so it can be watched many times a second.
 */
public final class ControlFile {
    /** Bytes that matter; the file is longer, padded with zeros. */
    public static final int USED_BYTES = 296;

    private static final int CRC_UNTIL_17 = 288;
    private static final int CRC_FROM_18 = 292;
    private static final String[] STATES = {
        "starting up",
        "shut down",
        "shut down in recovery",
        "shutting down",
        "in crash recovery",
        "in archive recovery",
        "in production"
    };

    private ControlFile() {}

    /** Empty if the bytes are torn or of a layout we do not know. */
    public static Optional<ControlData> parse(byte[] bytes) {
        if (bytes.length < USED_BYTES
                || !(sealed(bytes, CRC_UNTIL_17) || sealed(bytes, CRC_FROM_18)))
            return Optional.empty();
        ByteBuffer at = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        int state = at.getInt(16);
        String systemId = Long.toUnsignedString(at.getLong(0));
        if (state < 0 || state >= STATES.length || !SystemId.isValid(systemId))
            return Optional.empty();
        return Optional.of(
                new ControlData(
                        new SystemId(systemId),
                        STATES[state],
                        new Lsn(at.getLong(32)),
                        at.getInt(48),
                        new Lsn(at.getLong(136)),
                        at.getInt(144),
                        at.getInt(252) != 0,
                        at.get(176) != 0,
                        at.getInt(180),
                        at.getInt(184),
                        at.getInt(188),
                        at.getInt(192),
                        at.getInt(196)));
    }

    private static boolean sealed(byte[] bytes, int crcAt) {
        var crc = new CRC32C();
        crc.update(bytes, 0, crcAt);
        int stored = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(crcAt);
        return (int) crc.getValue() == stored;
    }
}
