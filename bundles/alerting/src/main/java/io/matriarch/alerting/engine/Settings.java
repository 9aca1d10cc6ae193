package io.matriarch.alerting.engine;

import io.matriarch.alerting.api.WeeklyWindow;
import io.matriarch.alerting.core.Policy;
import io.matriarch.alerting.core.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a member's alerting is set to.
 *
 * @param prefix begins all of our keys in the store; ends with a slash
 * @param rules those that are switched on, with the limits that apply
 * @param runbooks begins the address of every runbook; empty: none are linked
 * @param receivers kinds by name, in the order of the configuration
 * @param windows of maintenance
 * @param heartbeat how often those receivers are told that we are alive
 * @param digest when those receivers get the week; empty: never
 */
public record Settings(
        String cluster,
        String member,
        String version,
        String prefix,
        List<Rule> rules,
        Policy policy,
        String runbooks,
        Map<String, String> receivers,
        List<WeeklyWindow> windows,
        Duration heartbeat,
        List<String> heartbeatReceivers,
        Optional<WeeklyWindow> digest,
        List<String> digestReceivers) {
    public Settings {
        rules = List.copyOf(rules);
        receivers = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(receivers));
        windows = List.copyOf(windows);
        heartbeatReceivers = List.copyOf(heartbeatReceivers);
        digestReceivers = List.copyOf(digestReceivers);
    }

    /** All keys of one cluster, beside those of the failover agent and never among them. */
    public static String prefix(String namespace, String scope) {
        return ("/matriarch/" + namespace + "/" + scope + "/alerts/").replaceAll("/+", "/");
    }
}
