package io.matriarch.failover.api;

import java.util.Optional;

/**
 * What a cluster that writes is to follow from now on; at least a host or a {@code restore_command}
 * is needed.
 *
 * @param host of the other cluster's primary; several separated by commas
 * @param port one for all hosts, or one for each, separated by commas; empty: 5432
 * @param restoreCommand fetches WAL from the other cluster's archive
 * @param primarySlotName replication slot of the other cluster to stream by
 */
public record DemoteRequest(
        Optional<String> host,
        Optional<String> port,
        Optional<String> restoreCommand,
        Optional<String> primarySlotName) {}
