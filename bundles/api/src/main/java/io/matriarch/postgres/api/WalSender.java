package io.matriarch.postgres.api;

import io.matriarch.api.Lsn;

/** One row of {@code pg_stat_replication}, as far as Patroni publishes it and elections need it. */
public record WalSender(
        String user,
        String applicationName,
        String clientAddress,
        String state,
        String syncState,
        int syncPriority,
        Lsn sent,
        Lsn written,
        Lsn flushed,
        Lsn replayed) {}
