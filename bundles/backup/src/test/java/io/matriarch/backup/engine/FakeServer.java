package io.matriarch.backup.engine;

import io.matriarch.api.Code;
import io.matriarch.api.Lsn;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/** A data directory without a server behind it: what a backup asks is answered here. */
final class FakeServer implements BackupServer {
    static final String SYSTEM_ID = "7000000000000000001";
    private static final int CONTROL_FILE = 8192;
    private static final int CRC = 288;

    final Path data;
    int timeline = 1;
    boolean standby;
    boolean promoted;
    boolean lost;
    String archiveMode = "on";
    private long lsn = 0x3000028;

    FakeServer(Path data) throws IOException {
        this.data = Files.createDirectories(data);
        for (String folder :
                new String[] {"global", "base/5", "pg_wal", "pg_xact", "pg_tblspc", "pg_notify"})
            Files.createDirectories(data.resolve(folder));
        Files.writeString(data.resolve("PG_VERSION"), "15\n");
        Files.writeString(data.resolve("postmaster.pid"), "1\n");
        writeControlFile(0x3000028, 0);
    }

    void writeControlFile(long redo, long minRecoveryEnd) throws IOException {
        var bytes = ByteBuffer.allocate(CONTROL_FILE).order(ByteOrder.nativeOrder());
        bytes.putLong(0, Long.parseLong(SYSTEM_ID)).putInt(8, 1300).putInt(12, 202209061);
        bytes.putInt(16, 6).putLong(32, redo + 0x38).putLong(40, redo).putInt(48, timeline);
        bytes.putLong(136, minRecoveryEnd).putInt(144, minRecoveryEnd == 0 ? 0 : timeline);
        bytes.putInt(216, 8192).putInt(220, 131072).putInt(228, 16 << 20).putInt(252, 1);
        var crc = new CRC32C();
        crc.update(bytes.array(), 0, CRC);
        bytes.putInt(CRC, (int) crc.getValue());
        Files.write(data.resolve("global/pg_control"), bytes.array());
    }

    @Override
    public Facts facts() {
        return new Facts(150_018, data.toString(), standby, archiveMode);
    }

    @Override
    public Optional<String> currentSegment() {
        return Optional.empty();
    }

    @Override
    public Started start(String label, boolean fast) throws MatriarchException {
        if (!standby) checkpoint();
        return new Started(new Lsn(lsn), Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    private void checkpoint() throws MatriarchException {
        try {
            writeControlFile(lsn, 0);
        } catch (IOException e) {
            throw new MatriarchException(Code.BACKUP, "no checkpoint: " + e, "", e);
        }
    }

    @Override
    public Ended stop() throws MatriarchException {
        live();
        lsn += 0x100;
        return new Ended(
                new Lsn(lsn), Instant.now(), "START WAL LOCATION: " + new Lsn(lsn) + "\n", "");
    }

    private void live() throws MatriarchException {
        if (lost) throw new MatriarchException(Code.BACKUP, "the server is gone", "make it again");
    }

    @Override
    public Map<String, String> tablespaces() {
        return Map.of("16390", "space");
    }

    @Override
    public Map<String, Manifest.Database> databases() {
        return Map.of("postgres", new Manifest.Database(5, 4));
    }

    @Override
    public State state() throws MatriarchException {
        live();
        return new State(standby && !promoted, Optional.of(timeline), Optional.of(0L));
    }

    @Override
    public Optional<Duration> commitLatency() {
        return Optional.empty();
    }

    @Override
    public void cancel() {}

    @Override
    public void close() {}
}
