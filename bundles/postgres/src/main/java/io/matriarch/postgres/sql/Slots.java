package io.matriarch.postgres.sql;

import io.matriarch.api.Lsn;
import io.matriarch.postgres.api.Slot;
import io.matriarch.postgres.core.PgVersion;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Replication slots; temporary ones are their sessions' own business and not listed. */
public final class Slots {
    private Slots() {}

    public static List<Slot> list(Session session, PgVersion version) throws SQLException {
        return session
                .rows(
                        """
                        SELECT slot_name, slot_type, active, restart_lsn::text, plugin, database,
                               confirmed_flush_lsn::text,
                               xmin IS NOT NULL OR catalog_xmin IS NOT NULL AS has_xmin,
                               %s AS wal_status, %s AS failover, %s AS synced
                          FROM pg_replication_slots WHERE NOT temporary ORDER BY slot_name
                        """
                                .formatted(
                                        version.hasSlotWalStatus() ? "wal_status" : "''",
                                        version.hasFailoverSlots() ? "failover" : "false",
                                        version.hasFailoverSlots() ? "synced" : "false"))
                .stream()
                .map(Slots::slot)
                .toList();
    }

    private static Slot slot(Map<String, String> row) {
        return new Slot(
                row.getOrDefault("slot_name", ""),
                "logical".equals(row.get("slot_type")),
                truth(row, "active"),
                Optional.ofNullable(row.get("restart_lsn")).map(Lsn::parse),
                Optional.ofNullable(row.get("confirmed_flush_lsn")).map(Lsn::parse),
                row.getOrDefault("plugin", ""),
                row.getOrDefault("database", ""),
                row.getOrDefault("wal_status", ""),
                truth(row, "has_xmin"),
                truth(row, "failover"),
                truth(row, "synced"));
    }

    private static boolean truth(Map<String, String> row, String column) {
        return row.getOrDefault(column, "").startsWith("t");
    }

    public static void createPhysical(Session session, String name) throws SQLException {
        tolerate(
                SqlErrors.DUPLICATE_OBJECT,
                () -> session.rows("SELECT pg_create_physical_replication_slot(?, true)", name));
    }

    /**
     * The session must be one of the slot's database. Where PostgreSQL can, standbys may have a
     * copy.
     */
    public static void createLogical(Session session, String name, String plugin, PgVersion version)
            throws SQLException {
        String call =
                version.hasFailoverSlots()
                        ? "SELECT pg_create_logical_replication_slot(?, ?, failover => true)"
                        : "SELECT pg_create_logical_replication_slot(?, ?)";
        tolerate(SqlErrors.DUPLICATE_OBJECT, () -> session.rows(call, name, plugin));
    }

    public static void drop(Session session, String name) throws SQLException {
        tolerate(
                SqlErrors.UNDEFINED_OBJECT,
                () -> session.rows("SELECT pg_drop_replication_slot(?)", name));
    }

    /** A logical slot moves only in a session of its database. */
    public static void advance(Session session, String name, Lsn to) throws SQLException {
        session.rows("SELECT pg_replication_slot_advance(?, ?::pg_lsn)", name, to.toString());
    }

    private interface Call {
        Object run() throws SQLException;
    }

    private static void tolerate(String state, Call call) throws SQLException {
        try {
            call.run();
        } catch (SQLException e) {
            if (!SqlErrors.is(e, state)) throw e;
        }
    }
}
