package io.matriarch.config.core;

import static io.matriarch.config.core.Key.ignored;
import static io.matriarch.config.core.Key.of;
import static io.matriarch.config.core.Key.refused;

import io.matriarch.config.core.Key.Standing;
import java.util.ArrayList;
import java.util.List;

/** The keys of the PostgreSQL server beside us. */
final class PostgresKeys {
    private PostgresKeys() {}

    private static final String METHOD = "postgresql." + Schema.METHOD + ".";
    private static final String NO_LEADER =
            "a replica is made while a member leads, not without one";

    private static final String DYNAMIC_ONLY =
            "it is cluster-wide and read from the store only: set it under"
                    + " bootstrap.dcs.postgresql, or with `matriarchctl edit-config`";

    private static final String RECLONE =
            "a directory that cannot be rejoined is cloned anew, and kept aside until the new one"
                    + " streams";

    static List<Key> all() {
        var keys = new ArrayList<Key>();
        keys.addAll(server());
        keys.addAll(files());
        for (var user : List.of("superuser", "replication", "rewind", "monitor"))
            keys.addAll(authentication("postgresql.authentication." + user));
        keys.addAll(behaviour());
        keys.addAll(shared("postgresql."));
        return keys;
    }

    private static List<Key> server() {
        return List.of(
                of(
                                "postgresql.listen",
                                Type.LISTEN,
                                "Addresses (separated by commas) and port"
                                        + " PostgreSQL listens on, such as 127.0.0.1,10.0.0.5:5432 or"
                                        + " *:5432.")
                        .must(),
                of(
                                "postgresql.connect_address",
                                Type.ADDRESS,
                                "How clients and other members"
                                        + " reach this server. Required if postgresql.listen is a"
                                        + " wildcard address.")
                        .fallback("the first address of postgresql.listen"),
                ignored("postgresql.proxy_address", "it is not published by this version"),
                of("postgresql.database", Type.TEXT, "Database the agent connects to.")
                        .fallback("postgres"),
                ignored("postgresql.use_unix_socket", "the agent connects by TCP"),
                ignored("postgresql.use_unix_socket_repl", "the agent connects by TCP"),
                of(
                                "postgresql.pg_ctl_timeout",
                                Type.INT,
                                "How long a start, stop or restart of" + " PostgreSQL may take.")
                        .range(1, 86_400, "s")
                        .fallback("60"));
    }

    private static List<Key> files() {
        return List.of(
                of(
                                "postgresql.data_dir",
                                Type.PATH,
                                "PostgreSQL's data directory. May be absent"
                                        + " or empty: it is then initialised or cloned.")
                        .must(),
                of(
                                "postgresql.config_dir",
                                Type.PATH,
                                "Directory of postgresql.conf," + " pg_hba.conf and pg_ident.conf.")
                        .fallback("postgresql.data_dir"),
                of("postgresql.bin_dir", Type.PATH, "Directory of PostgreSQL's programs.")
                        .fallback("the search path, then the usual places of distributions"),
                of(
                        "postgresql.bin_name.*",
                        Type.TEXT,
                        "Another name for one of the programs," + " such as pg_ctl: pg_ctl15."),
                of(
                                "postgresql.pgpass",
                                Type.PATH,
                                "Password file the agent writes for PostgreSQL's" + " programs.")
                        .fallback("pgpass in matriarch.state_dir"),
                of(
                        "postgresql.custom_conf",
                        Type.PATH,
                        "Configuration file to include instead of" + " postgresql.base.conf."),
                of(
                        "postgresql.parameters",
                        Type.SCALARS,
                        "Server parameters of this node, over"
                                + " those of the cluster. Those every member must share are read from the"
                                + " store only."),
                of(
                        "postgresql.recovery_conf",
                        Type.SCALARS,
                        "Further recovery settings of" + " standbys."),
                of(
                        "postgresql.pg_hba",
                        Type.LINES,
                        "Lines of pg_hba.conf; the file is left alone" + " if absent."),
                of(
                        "postgresql.pg_ident",
                        Type.LINES,
                        "Lines of pg_ident.conf; the file is left" + " alone if absent."));
    }

    private static List<Key> authentication(String of) {
        return List.of(
                of(of + ".username", Type.TEXT, "User name."),
                of(of + ".password", Type.SECRET, "Password."),
                of(of + ".sslmode", Type.CHOICE, "As in libpq.")
                        .choices(
                                "disable",
                                "allow",
                                "prefer",
                                "require",
                                "verify-ca",
                                "verify-full"),
                of(of + ".sslkey", Type.PATH, "As in libpq."),
                of(of + ".sslpassword", Type.SECRET, "As in libpq."),
                of(of + ".sslcert", Type.PATH, "As in libpq."),
                of(of + ".sslrootcert", Type.PATH, "As in libpq."),
                of(of + ".sslcrl", Type.PATH, "As in libpq."),
                of(of + ".sslcrldir", Type.PATH, "As in libpq."),
                of(of + ".sslnegotiation", Type.CHOICE, "As in libpq.")
                        .choices("postgres", "direct"),
                of(of + ".gssencmode", Type.CHOICE, "As in libpq.")
                        .choices("disable", "prefer", "require"),
                of(of + ".channel_binding", Type.CHOICE, "As in libpq.")
                        .choices("disable", "prefer", "require"));
    }

    private static List<Key> behaviour() {
        return List.of(
                of(
                        "postgresql.callbacks.on_start",
                        Type.TEXT,
                        "Command run after a start, with" + " the arguments ACTION ROLE SCOPE."),
                of("postgresql.callbacks.on_stop", Type.TEXT, "Command run after a stop."),
                of("postgresql.callbacks.on_restart", Type.TEXT, "Command run after a restart."),
                of("postgresql.callbacks.on_reload", Type.TEXT, "Command run after a reload."),
                of(
                        "postgresql.callbacks.on_role_change",
                        Type.TEXT,
                        "Command run after a" + " promotion or demotion."),
                of(
                        "postgresql.pre_promote",
                        Type.TEXT,
                        "Command run before a promotion; if it"
                                + " fails, the node is not promoted."),
                refused("postgresql.before_stop", "no command is run before a stop"),
                of(
                                "postgresql.create_replica_methods",
                                Type.TEXTS,
                                "How replicas are made: basebackup (or a backup of the repository,"
                                        + " where that is cheaper), and methods of your own, tried"
                                        + " in this order. A path is a command itself.")
                        .fallback("basebackup"),
                of(
                        METHOD + "command",
                        Type.TEXT,
                        "What makes the copy, with the arguments --scope=SCOPE, --role=replica,"
                                + " --datadir=DIR and --connstring=SOURCE; exit status 0 if it is"
                                + " there. DIR is beside the data directory and takes its place."),
                of(
                                METHOD + "no_params",
                                Type.BOOL,
                                "Without these four arguments: the copy is made in the data"
                                        + " directory itself.")
                        .fallback("false"),
                of(
                                METHOD + "keep_data",
                                Type.BOOL,
                                "The command gets what was in the data directory, to bring it up to"
                                        + " date; otherwise it begins with nothing.")
                        .fallback("false"),
                ignored(METHOD + "no_leader", NO_LEADER),
                ignored(METHOD + "no_master", NO_LEADER),
                of(METHOD + "*", Type.TEXT, "A further argument of the command: --name=value."),
                of(
                        "postgresql.basebackup",
                        Type.OPTIONS,
                        "Options of pg_basebackup, without the" + " leading dashes."),
                of("postgresql.rewind", Type.OPTIONS, "Options of pg_rewind.")
                        .standing(Standing.REFUSED, "pg_rewind is run without further options"),
                refused("postgresql.krbsrvname", "Kerberos is not supported"),
                ignored("postgresql.use_slots", DYNAMIC_ONLY));
    }

    /** Keys that may stand here and, for the whole cluster, in the dynamic configuration. */
    static List<Key> shared(String prefix) {
        return List.of(
                of(
                                prefix + "use_pg_rewind",
                                Type.BOOL,
                                "Rejoin a former leader by pg_rewind if it"
                                        + " has diverged, instead of cloning it anew.")
                        .fallback("true for clusters made by Matriarch"),
                ignored(prefix + "remove_data_directory_on_rewind_failure", RECLONE),
                ignored(prefix + "remove_data_directory_on_diverged_timelines", RECLONE));
    }
}
