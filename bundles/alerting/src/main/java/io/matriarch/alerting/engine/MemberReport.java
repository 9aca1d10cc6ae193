package io.matriarch.alerting.engine;

import io.matriarch.alerting.api.Alert;
import java.time.Instant;
import java.util.List;

/**
 * What one member finds, as it lies in the store.
 *
 * @param at on its own clock
 * @param left its agent was stopped in order
 * @param alerts compact; of the cluster too, as it sees it
 */
record MemberReport(String member, Instant at, String version, boolean left, List<Alert> alerts) {
    MemberReport {
        alerts = List.copyOf(alerts);
    }
}
