package io.matriarch.config.core;

import static io.matriarch.config.core.Key.ignored;
import static io.matriarch.config.core.Key.of;
import static io.matriarch.config.core.Key.refused;

import java.util.ArrayList;
import java.util.List;

/** How a new cluster is made, and the dynamic configuration it begins with. */
final class ClusterKeys {
    private ClusterKeys() {}

    private static final String DCS = "bootstrap.dcs.";
    private static final String METHOD = "bootstrap." + Schema.METHOD + ".";
    private static final String NOT_CUT_SHORT =
            "a stop of a primary is not cut short in this version";

    static List<Key> all() {
        var keys = new ArrayList<Key>();
        keys.addAll(bootstrap());
        keys.addAll(timing());
        keys.addAll(replication());
        keys.addAll(postgres());
        keys.addAll(PostgresKeys.shared(DCS + "postgresql."));
        return keys;
    }

    private static List<Key> bootstrap() {
        return List.of(
                of(
                                "bootstrap.method",
                                Type.TEXT,
                                "How the first data directory is made: by initdb, or by a method of"
                                        + " your own, which has a section of its name.")
                        .fallback("initdb"),
                of(
                                "bootstrap.initdb",
                                Type.OPTIONS,
                                "Options of initdb, without the leading dashes; the locale is"
                                        + " C.UTF-8 unless one is named.")
                        .fallback("encoding: UTF8, data-checksums"),
                of("bootstrap.pg_hba", Type.LINES, "Lines of the first pg_hba.conf."),
                of(
                        "bootstrap.post_bootstrap",
                        Type.TEXT,
                        "Command run on the new cluster's first"
                                + " primary, with a connection string as its argument."),
                of("bootstrap.post_init", Type.TEXT, "Another name of post_bootstrap."),
                of(
                        METHOD + "command",
                        Type.TEXT,
                        "What makes the data directory, with the arguments --scope=SCOPE and"
                                + " --datadir=DIR; exit status 0 if it is there."),
                of(METHOD + "no_params", Type.BOOL, "Without these two arguments.")
                        .fallback("false"),
                of(
                                METHOD + "keep_existing_recovery_conf",
                                Type.BOOL,
                                "The command has written what recovery needs, such as"
                                        + " recovery.signal; otherwise that is taken away and WAL"
                                        + " beside the data is all that is replayed.")
                        .fallback("false"),
                of(
                        METHOD + "recovery_conf",
                        Type.SCALARS,
                        "Recovery settings, such as restore_command and recovery_target_time, which"
                                + " are in force until that recovery has ended."),
                of(METHOD + "*", Type.TEXT, "A further argument of the command: --name=value."),
                refused(
                        "bootstrap.users",
                        "Patroni dropped it in 4.0: create users in"
                                + " bootstrap.post_bootstrap"));
    }

    private static List<Key> timing() {
        return List.of(
                of(
                                DCS + "ttl",
                                Type.INT,
                                "How long a silent leader keeps its lease. Lower fails"
                                        + " over sooner, and by mistake more often. Patroni raises less"
                                        + " than 20 to 20: use 20 or more in a mixed cluster.")
                        .range(3, 3600, "s")
                        .fallback("5"),
                of(
                                DCS + "loop_wait",
                                Type.INT,
                                "Longest silence between two looks at the cluster."
                                        + " loop_wait + 2 * retry_timeout must not exceed ttl.")
                        .range(1, 1800, "s")
                        .fallback("2"),
                of(
                                DCS + "retry_timeout",
                                Type.INT,
                                "How long the store or PostgreSQL may fail to"
                                        + " answer before the leader steps down. Patroni raises less than"
                                        + " 3 to 3.")
                        .range(1, 1800, "s")
                        .fallback("1"),
                of(
                                DCS + "maximum_lag_on_failover",
                                Type.INT,
                                "A replica further behind than this"
                                        + " does not become leader by itself.")
                        .range(0, Long.MAX_VALUE, "bytes")
                        .fallback("1048576"),
                of(
                                DCS + "primary_start_timeout",
                                Type.INT,
                                "How long a crashed primary may take"
                                        + " to recover before another member takes over; 0: at once.")
                        .range(0, 86_400, "s")
                        .fallback("300"),
                of(DCS + "master_start_timeout", Type.INT, "Old name of primary_start_timeout.")
                        .range(0, 86_400, "s"),
                ignored(DCS + "primary_stop_timeout", NOT_CUT_SHORT),
                ignored(DCS + "master_stop_timeout", NOT_CUT_SHORT),
                ignored(DCS + "primary_race_backoff", "the race is not delayed"),
                of(
                                DCS + "check_timeline",
                                Type.BOOL,
                                "A replica on an older timeline than the"
                                        + " cluster's does not become leader.")
                        .fallback("false"),
                of(
                                DCS + "max_timelines_history",
                                Type.INT,
                                "How many lines of history are kept; 0:" + " all.")
                        .range(0, 1_000_000, "")
                        .fallback("0"),
                of(DCS + "pause", Type.BOOL, "Watch and do nothing.").fallback("false"));
    }

    private static List<Key> replication() {
        return List.of(
                of(
                                DCS + "synchronous_mode",
                                Type.MODE,
                                "Commits wait for a standby, and only who has them all is"
                                        + " promoted: on, of certain standbys each; quorum, of"
                                        + " any so many.")
                        .choices("on", "off", "quorum")
                        .fallback("false"),
                of(
                                DCS + "synchronous_mode_strict",
                                Type.BOOL,
                                "With no standby to wait for, commits wait until there is one;"
                                        + " otherwise they do not wait at all.")
                        .fallback("false"),
                of(
                                DCS + "synchronous_node_count",
                                Type.INT,
                                "On how many standbys a commit is when it is acknowledged.")
                        .range(0, 100, "")
                        .fallback("1"),
                of(
                                DCS + "maximum_lag_on_syncnode",
                                Type.INT,
                                "A standby so many bytes behind the best is not waited for; 0 or"
                                        + " less: however far it is.")
                        .range(-1, Long.MAX_VALUE, "")
                        .fallback("-1"),
                of(
                                DCS + "failsafe_mode",
                                Type.BOOL,
                                "Serve on while the store is away, as long as"
                                        + " every member agrees. Off in a cluster whose"
                                        + " configuration in the store does not say it.")
                        .fallback("true"),
                of(
                        DCS + "standby_cluster.host",
                        Type.TEXT,
                        "Follow the primary of another cluster, which is on one of these hosts,"
                                + " separated by commas; nobody here accepts writes."),
                of(
                                DCS + "standby_cluster.port",
                                Type.TEXT,
                                "Its port; one for all hosts, or one for each, separated by"
                                        + " commas.")
                        .fallback("5432"),
                of(
                        DCS + "standby_cluster.primary_slot_name",
                        Type.TEXT,
                        "The replication slot there that the leader here streams by; empty: none."),
                of(
                                DCS + "standby_cluster.create_replica_methods",
                                Type.TEXTS,
                                "How the first member is made of that primary; only basebackup so"
                                        + " far.")
                        .choices("basebackup")
                        .fallback("basebackup"),
                of(
                        DCS + "standby_cluster.restore_command",
                        Type.TEXT,
                        "Fetches WAL from that cluster's archive; on every member, before any other"
                                + " restore_command."),
                of(
                        DCS + "standby_cluster.archive_cleanup_command",
                        Type.TEXT,
                        "Run at restart points on every member."),
                of(
                        DCS + "standby_cluster.recovery_min_apply_delay",
                        Type.TEXT,
                        "How far behind that primary the leader here replays, such as 5min; the"
                                + " others are as far as it is."),
                of(
                                DCS + "member_slots_ttl",
                                Type.TIME,
                                "How long the replication slot of an absent" + " member is kept.")
                        .range(0, 31_536_000, "s")
                        .fallback("30min"),
                of(DCS + "slots", Type.MAP, "Replication slots that are kept through failovers."),
                of(DCS + "permanent_slots", Type.MAP, "Another name of slots."),
                of(DCS + "permanent_replication_slots", Type.MAP, "Another name of slots."),
                of(
                        DCS + "ignore_slots",
                        Type.LIST,
                        "Replication slots that are never dropped: items of name, type, database, plugin; one fits if all it names does."));
    }

    private static List<Key> postgres() {
        var pg = DCS + "postgresql.";
        var keys = new ArrayList<Key>();
        keys.add(
                of(pg + "use_slots", Type.BOOL, "Keep a replication slot per member.")
                        .fallback("true"));
        keys.add(of(pg + "parameters", Type.SCALARS, "Server parameters of all members."));
        keys.add(of(pg + "pg_hba", Type.LINES, "Lines of pg_hba.conf of all members."));
        keys.add(of(pg + "pg_ident", Type.LINES, "Lines of pg_ident.conf of all members."));
        keys.add(of(pg + "recovery_conf", Type.SCALARS, "Further recovery settings of standbys."));
        keys.add(
                of(
                                pg + "pg_ctl_timeout",
                                Type.INT,
                                "How long a start, stop or restart of" + " PostgreSQL may take.")
                        .range(1, 86_400, "s")
                        .fallback("60"));
        for (var role : List.of("primary", "replica", "standby_leader"))
            for (var base : List.of("parameters_", "pg_hba_", "pg_ident_"))
                keys.add(
                        refused(
                                pg + base + role,
                                "settings by role are not supported in this version"));
        return keys;
    }
}
