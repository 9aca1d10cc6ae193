package io.matriarch.config.core;

import static io.matriarch.config.core.Key.ignored;
import static io.matriarch.config.core.Key.of;
import static io.matriarch.config.core.Key.refused;

import java.util.ArrayList;
import java.util.List;

/** The keys of this node: who it is, its REST port, its logs, and what is Matriarch's own. */
final class NodeKeys {
    private NodeKeys() {}

    private static final String OTHER_STORE =
            "this version keeps its state in etcd 3 only: use an etcd3 section";
    private static final String CLUSTER_WIDE =
            "it is cluster-wide and read from the store only: set it under bootstrap.dcs before the"
                    + " cluster exists, or with `matriarchctl edit-config`";

    static List<Key> all() {
        var keys = new ArrayList<Key>();
        keys.addAll(identity());
        keys.addAll(matriarch());
        keys.addAll(writePath());
        keys.addAll(restapi());
        keys.addAll(security());
        keys.addAll(ctl());
        keys.addAll(etcd3());
        keys.addAll(tags());
        keys.addAll(log());
        keys.addAll(watchdog());
        keys.addAll(elsewhere());
        return keys;
    }

    private static List<Key> identity() {
        return List.of(
                of("scope", Type.TEXT, "Name of the cluster: the same on all its members.").must(),
                of(
                                "name",
                                Type.TEXT,
                                "Name of this member: unique in the cluster, also when case"
                                        + " is ignored.")
                        .must(),
                of("namespace", Type.TEXT, "Prefix of the cluster's keys in the store.")
                        .fallback("service"));
    }

    private static List<Key> matriarch() {
        return List.of(
                of(
                                "matriarch.state_dir",
                                Type.PATH,
                                "Directory of this node's own files: run"
                                        + " files, caches, logs of tools, key stores. Created with mode"
                                        + " 0700. At most 80 characters, as a Unix socket lies in it.")
                        .fallback("the value of postgresql.data_dir followed by .matriarch"),
                of(
                                "matriarch.jmx.listen",
                                Type.ADDRESS,
                                "Where JMX is served; off turns it off. Not on a loopback address"
                                        + " only with matriarch.jmx.tls and users. It asks who comes"
                                        + " if security.users or restapi.authentication is given.")
                        .choices("off")
                        .fallback("127.0.0.1:8009"),
                of(
                                "matriarch.jmx.tls",
                                Type.BOOL,
                                "Whether JMX is served by TLS, with the certificate, key and"
                                        + " authorities of the REST interface.")
                        .fallback("false"),
                of(
                                "matriarch.jmx.verify_client",
                                Type.CHOICE,
                                "Whether JMX asks for a client certificate: never, if the client has"
                                        + " one, or always. Users of security.users that have one"
                                        + " need no password.")
                        .choices("none", "optional", "required")
                        .fallback("the value of restapi.verify_client"),
                of(
                                "matriarch.jmx.jolokia",
                                Type.BOOL,
                                "Whether the REST interface serves JMX by JSON at POST /jolokia"
                                        + " (Jolokia's protocol), with the users and roles of JMX.")
                        .fallback("false"),
                of(
                        "matriarch.shell.listen",
                        Type.ADDRESS,
                        "Where the Gogo shell is served by"
                                + " telnet, for looking inside a running agent. It has no password"
                                + " and can do everything the agent can: loopback only, and off"
                                + " unless needed. Off if absent."),
                of(
                                "matriarch.restart_grace",
                                Type.INT,
                                "How long a planned restart or upgrade of"
                                        + " the agent may take before another member takes over.")
                        .range(5, 600, "s")
                        .fallback("60"),
                of(
                                "matriarch.diverged_wal_limit",
                                Type.SIZE,
                                "How much WAL that only this server had is kept in"
                                        + " diverged-wal in matriarch.state_dir, before it is"
                                        + " rewound or cloned to follow another leader. The oldest"
                                        + " goes first; 0 keeps none.")
                        .range(0, 1L << 50, "bytes")
                        .fallback("1GB"));
    }

    private static List<Key> writePath() {
        String prefix = "matriarch.write_path.";
        return List.of(
                of(
                                prefix + "probe_interval",
                                Type.TIME,
                                "How often the disk of the WAL is tried by a small write; 0: never,"
                                        + " and whether WAL can be written is not known.")
                        .range(0, 60, "s")
                        .fallback("2"),
                of(
                                prefix + "action",
                                Type.CHOICE,
                                "What a leader does that cannot write: hand over to a member that"
                                        + " has room, or only tell people.")
                        .choices("switchover", "alert")
                        .fallback("switchover"),
                of(
                                prefix + "fails_after",
                                Type.TIME,
                                "How long writing must have failed before leadership is handed"
                                        + " over.")
                        .range(5, 3600, "s")
                        .fallback("20"),
                of(
                                prefix + "switchover_pause",
                                Type.TIME,
                                "A leader promoted less than that ago does not hand over because it"
                                        + " cannot write.")
                        .range(0, 86_400, "s")
                        .fallback("10min"),
                of(
                                prefix + "minimum_free",
                                Type.SIZE,
                                "Less free space on the disk of the WAL counts as none.")
                        .range(0, 1L << 40, "bytes")
                        .fallback("32MB"),
                of(
                                prefix + "ballast",
                                Type.SIZE,
                                "Size of a file beside the WAL that is given up when there is no"
                                        + " room left, so that PostgreSQL can end in order, and made"
                                        + " again when there is; 0: none.")
                        .range(0, 1L << 40, "bytes")
                        .fallback("64MB"));
    }

    private static List<Key> security() {
        return List.of(
                of(
                        "security.users",
                        Type.FILE,
                        "Users with roles, one a line: NAME ROLE HASH. Read again when it changes."
                                + " If absent, whoever may change something may change"
                                + " everything."));
    }

    private static List<Key> restapi() {
        return List.of(
                of("restapi.listen", Type.ADDRESS, "Address and port of the REST interface.")
                        .must(),
                of(
                                "restapi.connect_address",
                                Type.ADDRESS,
                                "How other members and matriarchctl"
                                        + " reach the REST interface. Required if restapi.listen is a"
                                        + " wildcard address.")
                        .fallback("restapi.listen"),
                of(
                        "restapi.authentication.username",
                        Type.TEXT,
                        "User for requests that change" + " something."),
                of("restapi.authentication.password", Type.SECRET, "Password of that user."),
                of("restapi.certfile", Type.FILE, "Certificate (chain) in PEM; turns on HTTPS."),
                of("restapi.keyfile", Type.FILE, "Private key in PEM.")
                        .fallback("the key in restapi.certfile"),
                of(
                        "restapi.keyfile_password",
                        Type.SECRET,
                        "Password of an encrypted private" + " key."),
                of(
                        "restapi.cafile",
                        Type.FILE,
                        "Certificates of the authorities that client"
                                + " certificates are checked against, in PEM."),
                of(
                        "restapi.ciphers",
                        Type.TEXT,
                        "Names of TLS cipher suites, separated by"
                                + " colons, in Java's spelling."),
                of(
                                "restapi.verify_client",
                                Type.CHOICE,
                                "Whether a client certificate is asked"
                                        + " for: never, for requests that change something, or always.")
                        .choices("none", "optional", "required")
                        .fallback("none"),
                of(
                        "restapi.allowlist",
                        Type.TEXTS,
                        "Addresses, networks and host names that may"
                                + " make requests that change something. Anybody if absent."),
                of(
                                "restapi.allowlist_include_members",
                                Type.BOOL,
                                "Whether the cluster's members"
                                        + " are in the allowlist by themselves.")
                        .fallback("false"),
                ignored("restapi.http_extra_headers", "no headers are added to answers"),
                ignored("restapi.https_extra_headers", "no headers are added to answers"),
                ignored("restapi.request_queue_size", "requests are served by virtual threads"),
                ignored("restapi.thread_pool_size", "requests are served by virtual threads"),
                ignored("restapi.server_tokens", "no Server header is sent"));
    }

    private static List<Key> ctl() {
        return List.of(
                of("ctl.authentication.username", Type.TEXT, "User for requests to other members.")
                        .fallback("restapi.authentication.username"),
                of("ctl.authentication.password", Type.SECRET, "Password of that user.")
                        .fallback("restapi.authentication.password"),
                of(
                                "ctl.insecure",
                                Type.BOOL,
                                "matriarchctl does not check the certificates of members.")
                        .fallback("false"),
                of(
                                "ctl.cacert",
                                Type.FILE,
                                "Certificates of the authorities that members'"
                                        + " certificates are checked against, in PEM.")
                        .fallback("restapi.cafile"),
                of("ctl.certfile", Type.FILE, "Client certificate in PEM."),
                of("ctl.keyfile", Type.FILE, "Its private key in PEM."),
                of("ctl.keyfile_password", Type.SECRET, "Password of an encrypted private key."));
    }

    private static List<Key> etcd3() {
        return List.of(
                of(
                        "etcd3.host",
                        Type.ADDRESS,
                        "One etcd server. One of host, hosts or url is" + " required."),
                of(
                        "etcd3.hosts",
                        Type.TEXTS,
                        "Several etcd servers, each host:port; better than" + " one."),
                of("etcd3.url", Type.TEXT, "One etcd server as a URL."),
                of("etcd3.protocol", Type.CHOICE, "Whether host and hosts are spoken to by TLS.")
                        .choices("http", "https")
                        .fallback("https if etcd3.cacert is set, else http"),
                of("etcd3.username", Type.TEXT, "User in etcd."),
                of("etcd3.password", Type.SECRET, "Password of that user."),
                of(
                        "etcd3.cacert",
                        Type.FILE,
                        "Certificates of the authorities that etcd's"
                                + " certificate is checked against, in PEM; turns on TLS."),
                of("etcd3.cert", Type.FILE, "Client certificate in PEM."),
                of("etcd3.key", Type.FILE, "Its private key in PEM."),
                refused("etcd3.srv", "servers are not looked up in DNS: name them in etcd3.hosts"),
                refused(
                        "etcd3.srv_suffix",
                        "servers are not looked up in DNS: name them in" + " etcd3.hosts"),
                refused(
                        "etcd3.proxy",
                        "there is no support for proxies: name the servers in" + " etcd3.hosts"),
                ignored("etcd3.use_proxies", "only the servers configured are spoken to, always"));
    }

    private static List<Key> tags() {
        return List.of(
                of("tags.nofailover", Type.BOOL, "Never becomes leader.").fallback("false"),
                of(
                                "tags.failover_priority",
                                Type.INT,
                                "Among equally fresh members the higher"
                                        + " one leads; 0 or less is nofailover.")
                        .range(-1_000_000, 1_000_000, "")
                        .fallback("1"),
                of("tags.nobackup", Type.BOOL, "No backup is read from this member.")
                        .fallback("false"),
                of("tags.noloadbalance", Type.BOOL, "GET /replica answers 503.").fallback("false"),
                of("tags.clonefrom", Type.BOOL, "Preferred source of new replicas.")
                        .fallback("false"),
                of(
                        "tags.replicatefrom",
                        Type.TEXT,
                        "Name of the member to stream from instead of" + " the leader."),
                of("tags.nosync", Type.BOOL, "Never a synchronous standby.").fallback("false"),
                of(
                                "tags.sync_priority",
                                Type.INT,
                                "Preference as synchronous standby; 0 or less" + " is nosync.")
                        .range(-1_000_000, 1_000_000, "")
                        .fallback("1"),
                of("tags.nostream", Type.BOOL, "No streaming: WAL from the archive only.")
                        .fallback("false"),
                of(
                        "tags.*",
                        Type.TEXT,
                        "Tags of your own: published, and to be asked for as"
                                + " /replica?tag_NAME=VALUE."));
    }

    private static List<Key> log() {
        return List.of(
                of("log.level", Type.CHOICE, "What is logged.")
                        .choices("TRACE", "DEBUG", "INFO", "WARNING", "WARN", "ERROR", "CRITICAL")
                        .fallback("INFO"),
                of("log.type", Type.CHOICE, "Lines of text, or one JSON object per line.")
                        .choices("plain", "json")
                        .fallback("plain"),
                of(
                        "log.dir",
                        Type.PATH,
                        "Directory for the log file matriarch.log; must exist."
                                + " Standard output if absent."),
                of("log.file_num", Type.INT, "How many old log files are kept.")
                        .range(1, 1000, "")
                        .fallback("4"),
                of(
                                "log.file_size",
                                Type.INT,
                                "Size at which the log file is renamed and a new" + " one begun.")
                        .range(65_536, 1L << 40, "bytes")
                        .fallback("25000000"),
                of(
                        "log.loggers.*",
                        Type.TEXT,
                        "Level of one logger, by its name, such as" + " io.matriarch.dcs: DEBUG."),
                ignored("log.traceback_level", "stack traces are logged with the error"),
                ignored("log.format", "the form of a line is fixed; log.type chooses it"),
                ignored("log.dateformat", "times are logged in ISO 8601"),
                ignored("log.static_fields", "no fields are added"),
                ignored("log.max_queue_size", "log events are written at once"),
                ignored("log.mode", "the umask decides the mode of log files"),
                ignored(
                        "log.deduplicate_heartbeat_logs",
                        "unchanged decisions are always logged" + " once only"));
    }

    private static List<Key> watchdog() {
        return List.of(
                of(
                                "watchdog.mode",
                                Type.CHOICE,
                                "Watchdog device of the machine, which the guard feeds while it keeps"
                                        + " the deadline of a leader: it resets the machine if the"
                                        + " guard cannot stop PostgreSQL, because the kernel hangs"
                                        + " or a process waits for a dead disk. automatic: used if"
                                        + " there is one; required: without it this node does not"
                                        + " lead.")
                        .choices("off", "automatic", "required")
                        .fallback("off"),
                of(
                                "watchdog.device",
                                Type.PATH,
                                "That device. The guard's user must be allowed to write to it.")
                        .fallback("/dev/watchdog"),
                ignored(
                        "watchdog.safety_margin",
                        "the timeout is the time to the guard's deadline, rounded up to a second"),
                ignored("watchdog.driver", "the kernel's common interface is used"));
    }

    private static List<Key> elsewhere() {
        return List.of(
                refused(
                        "etcd",
                        OTHER_STORE
                                + " (keys written by etcd's old v2 interface are"
                                + " invisible to v3)"),
                refused("consul", OTHER_STORE),
                refused("zookeeper", OTHER_STORE),
                refused("exhibitor", OTHER_STORE),
                refused("kubernetes", OTHER_STORE),
                refused("raft", OTHER_STORE),
                refused("citus", "Citus clusters are not supported"),
                ignored("thread_pool_size", "threads are virtual and need no pool"),
                ignored("thread_stack_size", "threads are virtual and need no fixed stack"),
                ignored("ttl", CLUSTER_WIDE),
                ignored("loop_wait", CLUSTER_WIDE),
                ignored("retry_timeout", CLUSTER_WIDE),
                ignored("maximum_lag_on_failover", CLUSTER_WIDE),
                ignored("synchronous_mode", CLUSTER_WIDE),
                ignored("failsafe_mode", CLUSTER_WIDE));
    }
}
