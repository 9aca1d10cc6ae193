package io.matriarch.postgres.api;

import io.matriarch.api.Lsn;
import java.util.Optional;

/**
 * A replication slot.
 *
 * @param restartLsn empty if it reserves no WAL yet
 * @param plugin empty for a physical slot
 * @param walStatus PostgreSQL 13 and newer, else empty; {@code lost} means it can serve nobody any
 *     more
 * @param failover PostgreSQL 17 and newer, else false
 */
public record Slot(
        String name,
        boolean logical,
        boolean active,
        Optional<Lsn> restartLsn,
        Optional<Lsn> confirmedFlushLsn,
        String plugin,
        String database,
        String walStatus,
        boolean hasXmin,
        boolean failover,
        boolean synced) {}
