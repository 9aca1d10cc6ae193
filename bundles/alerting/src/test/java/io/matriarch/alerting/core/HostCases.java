package io.matriarch.alerting.core;

import static io.matriarch.alerting.core.Cases.DAY;
import static io.matriarch.alerting.core.Cases.add;
import static io.matriarch.alerting.core.Cases.at;
import static io.matriarch.alerting.core.Cases.counter;
import static io.matriarch.alerting.core.Cases.plain;
import static io.matriarch.alerting.core.Cases.volume;
import static io.matriarch.alerting.core.Story.figure;

import java.time.Duration;
import java.util.List;

/** {@link Cases} of the machine, of the appliance, and of what stands before the server. */
final class HostCases {
    private HostCases() {}

    static void all() {
        host();
        proxies();
    }

    private static void host() {
        add("DiskFull", _ -> volume("data", 0.15), _ -> volume("data", 0.4));
        plain(
                "InodesLow",
                figure("matriarch_volume_inodes_free_ratio", 0.1, "role", "data"),
                figure("matriarch_volume_inodes_free_ratio", 0.9, "role", "data"));
        plain(
                "DiskSlow",
                figure("matriarch_disk_latency_seconds", 0.3, "device", "sda", "op", "write"),
                figure("matriarch_disk_latency_seconds", 0.001, "device", "sda", "op", "write"));
        plain(
                "MemoryLow",
                figure("matriarch_memory_available_ratio", 0.1),
                figure("matriarch_memory_available_ratio", 0.5));
        add(
                "OomKill",
                s -> List.of(figure("matriarch_oom_kills_total", s < 20 ? 0 : 1)),
                _ -> List.of(figure("matriarch_oom_kills_total", 1)),
                Duration.ofMinutes(1),
                Duration.ofMinutes(62));
        add(
                "SwapUse",
                _ -> List.of(figure("matriarch_swap_used_ratio", 0.5)),
                _ -> List.of(figure("matriarch_swap_used_ratio", 0.1)),
                Duration.ofMinutes(11),
                Duration.ofMinutes(1));
        add(
                "LoadHigh",
                _ -> List.of(figure("matriarch_load_per_core", 3)),
                _ -> List.of(figure("matriarch_load_per_core", 0.5)),
                Duration.ofMinutes(11),
                Duration.ofMinutes(1));
        add(
                "CertificateExpiry",
                _ ->
                        at(
                                "matriarch_tls_certificate_expiry_timestamp_seconds",
                                6 * DAY,
                                "use",
                                "agent",
                                "subject",
                                "CN=n1"),
                _ ->
                        at(
                                "matriarch_tls_certificate_expiry_timestamp_seconds",
                                90 * DAY,
                                "use",
                                "agent",
                                "subject",
                                "CN=n1"));
        add(
                "ClockUnsynchronized",
                _ -> List.of(figure("matriarch_clock_synchronized", 0)),
                _ -> List.of(figure("matriarch_clock_synchronized", 1)));
        add(
                "CollectorFailing",
                _ -> List.of(figure("matriarch_collector_success", 0, "statement", "S04")),
                _ -> List.of(figure("matriarch_collector_success", 1, "statement", "S04")));
        plain(
                "NotificationFailing",
                figure("matriarch_notifications_oldest_seconds", 400, "receiver", "team"),
                figure("matriarch_notifications_oldest_seconds", 0, "receiver", "team"));
        add(
                "AgentVersionMismatch",
                _ -> List.of(figure("matriarch_agent_versions", 2)),
                _ -> List.of(figure("matriarch_agent_versions", 1)),
                Duration.ofHours(25),
                Duration.ofMinutes(1));
        counter("JvmPressure", "jvm_gc_collection_seconds_sum", 0.3);
    }

    private static void proxies() {
        plain(
                "PoolerDown",
                figure("matriarch_pgbouncer_up", 0),
                figure("matriarch_pgbouncer_up", 1));
        plain(
                "PoolerClientsWaiting",
                figure("matriarch_pgbouncer_max_wait_seconds", 40, "database", "d", "user", "u"),
                figure("matriarch_pgbouncer_max_wait_seconds", 0, "database", "d", "user", "u"));
        plain("BalancerDown", figure("matriarch_haproxy_up", 0), figure("matriarch_haproxy_up", 1));
        plain(
                "BalancerNoServer",
                figure("matriarch_haproxy_backend_servers_up", 0, "proxy", "primary"),
                figure("matriarch_haproxy_backend_servers_up", 1, "proxy", "primary"));
    }
}
