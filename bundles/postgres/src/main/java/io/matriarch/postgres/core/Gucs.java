package io.matriarch.postgres.core;

import io.matriarch.postgres.api.ControlData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parameters the cluster owns: the same on every member, passed on the postmaster's command
 * line so that ALTER SYSTEM cannot change them, settable in the dynamic configuration only.
 * Defaults, minimums and the rule "an invalid value falls back to the default" are Patroni's, so
 * that mixed clusters agree.
 */
public final class Gucs {
    /** In synchronous mode the agent's; else the settings'. */
    public static final String STANDBY_NAMES = "synchronous_standby_names";

    private enum Kind {
        NUMBER,
        SWITCH,
        LEVEL
    }

    private record Owned(String name, Kind kind, String fallback, int minimum) {}

    private static final List<Owned> OWNED =
            List.of(
                    new Owned("hot_standby", Kind.SWITCH, "on", 0),
                    new Owned("wal_level", Kind.LEVEL, "replica", 0),
                    new Owned("max_connections", Kind.NUMBER, "100", 25),
                    new Owned("max_wal_senders", Kind.NUMBER, "10", 3),
                    new Owned("max_prepared_transactions", Kind.NUMBER, "0", 0),
                    new Owned("max_locks_per_transaction", Kind.NUMBER, "64", 32),
                    new Owned("max_worker_processes", Kind.NUMBER, "8", 2),
                    new Owned("max_replication_slots", Kind.NUMBER, "10", 4),
                    new Owned("track_commit_timestamp", Kind.SWITCH, "off", 0),
                    new Owned("wal_log_hints", Kind.SWITCH, "on", 0));

    /** Given by the node's own {@code listen} and {@code scope}: nobody may set them. */
    private static final Set<String> FIXED = Set.of("listen_addresses", "port", "cluster_name");

    private static final Set<String> WAL_KEEP = Set.of("wal_keep_segments", "wal_keep_size");
    private static final int SEGMENT_MEGABYTES = 16;
    private static final int DEFAULT_WAL_KEEP_SEGMENTS = 8;

    /** What only a standby is told, and this agent alone decides. */
    public static final Set<String> RECOVERY =
            Set.of(
                    "primary_conninfo",
                    "primary_slot_name",
                    "promote_trigger_file",
                    "recovery_target",
                    "recovery_target_action",
                    "recovery_target_inclusive",
                    "recovery_target_lsn",
                    "recovery_target_name",
                    "recovery_target_time",
                    "recovery_target_timeline",
                    "recovery_target_xid",
                    "restore_command",
                    "archive_cleanup_command",
                    "recovery_end_command",
                    "recovery_min_apply_delay");

    private Gucs() {}

    /** Whether a node's own file has no say in {@code name}. */
    static boolean clusterOnly(String name) {
        return FIXED.contains(name)
                || WAL_KEEP.contains(name)
                || OWNED.stream().anyMatch(owned -> owned.name().equals(name));
    }

    /** The owned parameters for the command line, out of the cluster's {@code parameters}. */
    static Map<String, String> owned(Map<String, String> cluster) {
        var values = new LinkedHashMap<String, String>();
        for (Owned owned : OWNED) {
            String wanted = cluster.getOrDefault(owned.name(), owned.fallback());
            values.put(owned.name(), valid(owned, wanted).orElse(owned.fallback()));
        }
        values.put("hot_standby", "on");
        return values;
    }

    private static Optional<String> valid(Owned owned, String value) {
        return switch (owned.kind()) {
            case NUMBER -> integer(value).filter(n -> n >= owned.minimum()).map(String::valueOf);
            case SWITCH -> bool(value).map(on -> on ? "on" : "off");
            case LEVEL ->
                    switch (value.toLowerCase(Locale.ROOT)) {
                        case "replica", "hot_standby" -> Optional.of("replica");
                        case "logical" -> Optional.of("logical");
                        default -> Optional.empty();
                    };
        };
    }

    /** {@code wal_keep_segments} or {@code wal_keep_size}, converted to what the version knows. */
    static Map.Entry<String, String> walKeep(Map<String, String> cluster, PgVersion version) {
        int segments =
                integer(cluster.getOrDefault("wal_keep_segments", ""))
                        .filter(n -> n >= 1)
                        .orElse(DEFAULT_WAL_KEEP_SEGMENTS);
        int megabytes =
                megabytes(cluster.getOrDefault("wal_keep_size", ""))
                        .filter(n -> n >= SEGMENT_MEGABYTES)
                        .orElse(segments * SEGMENT_MEGABYTES);
        return version.hasWalKeepSize()
                ? Map.entry("wal_keep_size", megabytes + "MB")
                : Map.entry(
                        "wal_keep_segments",
                        String.valueOf(Math.ceilDiv(megabytes, SEGMENT_MEGABYTES)));
    }

    /**
     * A standby must have at least what the WAL was written with, or it refuses to start.
     *
     * @see <a
     *     href="https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-ADMIN">Administrator's
     *     Overview</a>
     */
    static Map<String, String> atLeast(Map<String, String> owned, ControlData control) {
        var values = new LinkedHashMap<>(owned);
        Map.of(
                        "max_connections", control.maxConnections(),
                        "max_prepared_transactions", control.maxPreparedTransactions(),
                        "max_locks_per_transaction", control.maxLocksPerTransaction(),
                        "max_worker_processes", control.maxWorkerProcesses(),
                        "max_wal_senders", control.maxWalSenders())
                .forEach((name, floor) ->
                        values.computeIfPresent(
                                name,
                                (_, value) ->
                                        String.valueOf(Math.max(Integer.parseInt(value), floor))));
        return values;
    }

    /** PostgreSQL's and Patroni's words for true and false. */
    static Optional<Boolean> bool(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "on", "true", "yes", "1" -> Optional.of(true);
            case "off", "false", "no", "0" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static Optional<Integer> integer(String value) {
        try {
            return Optional.of(Integer.parseInt(value.strip()));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    private static Optional<Integer> megabytes(String value) {
        var matcher =
                java.util.regex.Pattern.compile("(\\d{1,9})\\s*(kB|MB|GB|TB)?")
                        .matcher(value.strip());
        if (!matcher.matches()) return Optional.empty();
        long number = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2) == null ? "MB" : matcher.group(2);
        long size =
                switch (unit) {
                    case "kB" -> number / 1024;
                    case "GB" -> number * 1024;
                    case "TB" -> number * 1024 * 1024;
                    default -> number;
                };
        return size <= Integer.MAX_VALUE ? Optional.of((int) size) : Optional.empty();
    }
}
