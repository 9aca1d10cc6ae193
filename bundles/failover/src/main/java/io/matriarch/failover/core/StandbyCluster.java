package io.matriarch.failover.core;

import io.matriarch.api.MemberName;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.api.Upstream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The section {@code standby_cluster} of the dynamic configuration: this cluster follows the
 * primary of another, and nobody in it accepts writes (interop page, 5.16).
 *
 * @param hosts where the primary of the other cluster may be; empty: nowhere, the archive alone
 *     feeds us, or {@code trouble} says why it is not known
 * @param slot of the other cluster to stream by; empty: none
 * @param trouble what in the section cannot be read; empty if all can
 */
public record StandbyCluster(List<HostPort> hosts, Optional<String> slot, String trouble) {
    /** Stands for the remote primary where a member's name would stand. */
    static final MemberName REMOTE = new MemberName("remote_member");

    private static final Set<String> MAKE_IT_ONE = Set.of("host", "port", "restore_command");
    private static final List<String> KEYS =
            List.of(
                    "host",
                    "port",
                    "primary_slot_name",
                    "create_replica_methods",
                    "restore_command",
                    "archive_cleanup_command",
                    "recovery_min_apply_delay");

    public StandbyCluster {
        hosts = List.copyOf(hosts);
    }

    /** Empty if the cluster follows no other. One whose section cannot be read follows nobody. */
    public static Optional<StandbyCluster> of(Map<String, Object> config) {
        var section = Values.map(config.get("standby_cluster"));
        if (MAKE_IT_ONE.stream().allMatch(key -> text(section, key).isBlank()))
            return Optional.empty();
        var slot = Optional.of(text(section, "primary_slot_name")).filter(name -> !name.isBlank());
        try {
            var hosts = HostPort.list(text(section, "host"), text(section, "port"));
            return Optional.of(new StandbyCluster(hosts, slot, ""));
        } catch (IllegalArgumentException e) {
            return Optional.of(new StandbyCluster(List.of(), slot, String.valueOf(e.getMessage())));
        }
    }

    private static String text(Map<String, Object> section, String key) {
        return Values.text(section.get(key)).strip();
    }

    /** Whom the standby leader follows. */
    public Optional<Upstream> upstream() {
        if (hosts.isEmpty()) return Optional.empty();
        return Optional.of(
                new Upstream(
                        REMOTE,
                        hosts.getFirst(),
                        "postgres",
                        Optional.of(new Upstream.Remote(hosts.subList(1, hosts.size()), slot))));
    }

    /** Why a section would not do what it says; empty if it would. */
    static Optional<String> refuse(Map<String, Object> config) {
        var value = config.get("standby_cluster");
        if (value == null) return Optional.empty();
        if (!(value instanceof Map<?, ?>))
            return wrong("\"" + value + "\" is no object with keys of " + KEYS);
        var section = Values.map(value);
        for (var key : section.keySet())
            if (!KEYS.contains(key)) return wrong("\"" + key + "\" is unknown; known are " + KEYS);
        if (section.isEmpty()) return Optional.empty();
        if (of(config).isEmpty())
            return wrong("it needs a host, with or without a port, or a restore_command");
        if (text(section, "host").isBlank() && !text(section, "port").isBlank())
            return wrong("a port without a host");
        String trouble = of(config).get().trouble();
        if (!trouble.isEmpty()) return wrong(trouble);
        String slot = text(section, "primary_slot_name");
        if (!slot.isEmpty() && !slot.matches("[a-z0-9_]{1,63}"))
            return wrong(
                    "primary_slot_name \""
                            + slot
                            + "\" is none: lower case letters, digits and _, at most 63");
        var methods = Values.list(section.get("create_replica_methods"));
        if (!methods.isEmpty() && !methods.equals(List.of("basebackup")))
            return wrong("create_replica_methods " + methods + ": only [basebackup] is supported");
        String delay = text(section, "recovery_min_apply_delay");
        if (!delay.isEmpty() && !delay.matches("\\d{1,10}\\s*(us|ms|s|min|h|d)?"))
            return wrong(
                    "recovery_min_apply_delay \""
                            + delay
                            + "\" is no time, such as 5min or 300000");
        return Optional.empty();
    }

    private static Optional<String> wrong(String what) {
        return Optional.of("standby_cluster: " + what);
    }

    @Override
    public String toString() {
        if (!trouble.isEmpty()) return "nobody: " + trouble;
        return hosts.isEmpty() ? "the archive" : String.join(",", texts());
    }

    private List<String> texts() {
        return hosts.stream().map(HostPort::toString).toList();
    }
}
