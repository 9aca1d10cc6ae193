package io.matriarch.postgres.core;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A version of PostgreSQL, and what differs between those we know.
 *
 * @param major 12 to 18; newer ones are treated like 18
 */
public record PgVersion(int major) {
    public static final int OLDEST = 12;
    private static final Pattern PROGRAM = Pattern.compile("\\(PostgreSQL\\) (\\d+)");

    /** Reads the content of {@code PG_VERSION}; empty if it is no number of ours. */
    public static Optional<PgVersion> ofFile(String content) {
        String text = content.strip();
        return text.matches("\\d{2}")
                ? Optional.of(new PgVersion(Integer.parseInt(text)))
                : Optional.empty();
    }

    /** Reads what {@code postgres --version} prints. */
    public static Optional<PgVersion> ofProgram(String output) {
        var matcher = PROGRAM.matcher(output);
        return matcher.find()
                ? Optional.of(new PgVersion(Integer.parseInt(matcher.group(1))))
                : Optional.empty();
    }

    public boolean supported() {
        return major >= OLDEST;
    }

    /** {@code primary_conninfo} and {@code primary_slot_name} take effect by a reload. */
    public boolean followsByReload() {
        return major >= 13;
    }

    public boolean hasWalKeepSize() {
        return major >= 13;
    }

    public boolean hasChannelBinding() {
        return major >= 13;
    }

    public boolean hasSslNegotiation() {
        return major >= 17;
    }

    public boolean rewindRestoresWal() {
        return major >= 13;
    }

    public boolean rewindTakesConfigFile() {
        return major >= 15;
    }

    public boolean hasSlotWalStatus() {
        return major >= 13;
    }

    public boolean hasFailoverSlots() {
        return major >= 17;
    }

    /** The column of {@code pg_stat_wal_receiver} with the furthest position received. */
    public String receivedColumn() {
        return major >= 13 ? "written_lsn" : "received_lsn";
    }
}
