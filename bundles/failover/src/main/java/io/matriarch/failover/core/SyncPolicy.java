package io.matriarch.failover.core;

import java.util.Map;

/**
 * What the dynamic configuration asks of synchronous replication (interop page, 3.1).
 *
 * @param strict rather no commits than none that a standby has
 * @param nodes on how many standbys a commit is when it is acknowledged
 * @param maximumLagBytes a standby further behind the best is not picked; 0 or less: any is
 */
public record SyncPolicy(SyncMode mode, boolean strict, int nodes, long maximumLagBytes) {
    static SyncPolicy of(Map<String, Object> config) {
        boolean strict = Values.truth(config.get("synchronous_mode_strict"), false);
        int nodes = (int) Values.number(config.get("synchronous_node_count"), 1);
        return new SyncPolicy(
                SyncMode.of(config),
                strict,
                Math.max(strict ? 1 : 0, nodes),
                Values.number(config.get("maximum_lag_on_syncnode"), -1));
    }

    public boolean on() {
        return mode != SyncMode.OFF;
    }

    /** What a standby has in force while it is one: so it takes no moment to come into force. */
    public StandbyNames onStandby() {
        return mode == SyncMode.QUORUM || on() && strict ? StandbyNames.NOBODY : StandbyNames.NONE;
    }
}
