package io.matriarch.config.core;

import io.matriarch.config.Problem;
import io.matriarch.postgres.api.HostPort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Rules that look at more than one key. */
public final class CrossChecks {
    /** The guard's Unix socket lies in the state directory, and such paths are short. */
    private static final int LONGEST_STATE_DIR = 80;

    private final Settings settings;
    private final List<Problem> problems = new ArrayList<>();

    private CrossChecks(Settings settings) {
        this.settings = settings;
    }

    /**
     * @param reserved directories that are ours, where no data directory may lie
     * @param trouble why a file cannot be read; an empty text if it can
     */
    public static List<Problem> check(
            Settings settings, List<String> reserved, Function<String, String> trouble) {
        var checks = new CrossChecks(settings);
        checks.timing();
        checks.store();
        checks.reachable("restapi.listen", "restapi.connect_address");
        checks.reachable("postgresql.listen", "postgresql.connect_address");
        checks.ports();
        checks.files(trouble);
        checks.pairs();
        checks.directories(reserved);
        checks.loopback();
        checks.jmx();
        checks.standbyCluster();
        checks.besides();
        checks.name();
        checks.monitor();
        checks.problems.addAll(MethodChecks.check(settings));
        checks.problems.addAll(BackupChecks.check(settings));
        checks.problems.addAll(AlertChecks.check(settings, trouble));
        return checks.problems;
    }

    private void problem(String path, String message, String hint) {
        problems.add(new Problem(settings.place(path), path, message, hint));
    }

    private void timing() {
        long ttl = settings.number("bootstrap.dcs.ttl").orElse(Defaults.TTL_SECONDS);
        long wait = settings.number("bootstrap.dcs.loop_wait").orElse(Defaults.LOOP_WAIT_SECONDS);
        long retry =
                settings.number("bootstrap.dcs.retry_timeout")
                        .orElse(Defaults.RETRY_TIMEOUT_SECONDS);
        if (wait + 2 * retry > ttl)
            problem(
                    "bootstrap.dcs.ttl",
                    "loop_wait + 2 * retry_timeout = %d + 2 * %d = %d exceeds ttl = %d"
                            .formatted(wait, retry, wait + 2 * retry, ttl),
                    "Raise ttl or lower the others; the defaults are %d, %d and %d"
                            .formatted(
                                    Defaults.LOOP_WAIT_SECONDS,
                                    Defaults.RETRY_TIMEOUT_SECONDS,
                                    Defaults.TTL_SECONDS));
    }

    private void store() {
        if (!settings.has("etcd3.host")
                && !settings.has("etcd3.hosts")
                && !settings.has("etcd3.url"))
            problem("etcd3", "no etcd server is named", "Set etcd3.hosts, such as 10.0.0.1:2379");
        for (var host : settings.texts("etcd3.hosts"))
            if (Address.parse(host).isEmpty())
                problem("etcd3.hosts", '"' + host + "\" is not host:port", "Such as 10.0.0.1:2379");
        settings.text("etcd3.url")
                .filter(url -> !url.matches("https?://[^/\\s]+(:[0-9]+)?/?"))
                .ifPresent(url ->
                        problem(
                                "etcd3.url",
                                '"' + url + "\" is not a URL of etcd",
                                "Such as http://10.0.0.1:2379"));
    }

    private void reachable(String listen, String connect) {
        var address =
                settings.address(connect).or(() -> settings.address(listen).map(Address::first));
        address.filter(Address::wildcard)
                .ifPresent(wildcard ->
                        problem(
                                settings.has(connect) ? connect : listen,
                                "nobody can connect to \"" + wildcard + '"',
                                "Set " + connect + " to this node's own address and port"));
    }

    private void ports() {
        var listening = new LinkedHashMap<String, Address>();
        for (var path : List.of("postgresql.listen", "restapi.listen", "matriarch.shell.listen"))
            settings.address(path).ifPresent(address -> listening.put(path, address));
        Defaults.jmx(settings).ifPresent(address -> listening.put("matriarch.jmx.listen", address));
        var seen = new LinkedHashMap<String, Address>();
        listening.forEach((path, address) -> {
            seen.forEach((other, taken) -> collision(path, address, other, taken));
            seen.put(path, address);
        });
    }

    private void collision(String path, Address address, String other, Address taken) {
        for (var a : hosts(address))
            for (var b : hosts(taken))
                if (a.collidesWith(b)) {
                    problem(
                            path,
                            "port " + address.port() + " is also that of " + other,
                            "Give each its own port");
                    return;
                }
    }

    private static List<Address> hosts(Address address) {
        var hosts = new ArrayList<Address>();
        for (var host : address.host().split(","))
            hosts.add(new Address(host.strip(), address.port()));
        return hosts;
    }

    private void files(Function<String, String> trouble) {
        for (var key : Schema.CURRENT.all())
            if (key.type() == Type.FILE)
                for (var path : settings.expand(key.path()))
                    settings.text(path)
                            .ifPresent(file -> {
                                var why = trouble.apply(file);
                                if (!why.isEmpty())
                                    problem(path, '"' + file + "\" " + why, key.description());
                            });
    }

    /** Keys that make no sense without another one. */
    private void pairs() {
        var needs =
                Map.of(
                        "restapi.keyfile", "restapi.certfile",
                        "restapi.cafile", "restapi.certfile",
                        "restapi.authentication.username", "restapi.authentication.password",
                        "restapi.authentication.password", "restapi.authentication.username",
                        "ctl.keyfile", "ctl.certfile",
                        "etcd3.cert", "etcd3.key",
                        "etcd3.key", "etcd3.cert",
                        "etcd3.username", "etcd3.password",
                        "etcd3.password", "etcd3.username");
        needs.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .filter(pair -> settings.has(pair.getKey()) && !settings.has(pair.getValue()))
                .forEach(pair ->
                        problem(
                                pair.getKey(),
                                "is set and " + pair.getValue() + " is not",
                                "Set both or none"));
        var verify = settings.text("restapi.verify_client").orElse("none");
        if (!verify.equals("none") && !settings.has("restapi.cafile"))
            problem(
                    "restapi.verify_client",
                    '"' + verify + "\" needs authorities to check client certificates against",
                    "Set restapi.certfile and restapi.cafile");
    }

    private void directories(List<String> reserved) {
        var data = settings.text("postgresql.data_dir");
        if (data.isEmpty()) return;
        if (!data.get().startsWith("/"))
            problem(
                    "postgresql.data_dir",
                    '"' + data.get() + "\" is not an absolute path",
                    "Write it from the root, such as /var/lib/postgresql/data");
        for (var ours : reserved)
            if (inside(data.get(), ours))
                problem(
                        "postgresql.data_dir",
                        '"' + data.get() + "\" lies in " + ours + ", which belongs to Matriarch",
                        "Put the data elsewhere");
        var state = Defaults.stateDir(settings);
        if (inside(state, data.get()))
            problem(
                    "matriarch.state_dir",
                    '"' + state + "\" lies in the data directory, which is replaced on a rejoin",
                    "Put it beside the data directory");
        if (state.length() > LONGEST_STATE_DIR)
            problem(
                    "matriarch.state_dir",
                    '"' + state + "\" has " + state.length() + " characters",
                    "At most " + LONGEST_STATE_DIR + ": a Unix socket lies in it");
        if (!state.startsWith("/"))
            problem(
                    "matriarch.state_dir",
                    '"' + state + "\" is not an absolute path",
                    "Write it from the root, such as /var/lib/matriarch");
    }

    static boolean inside(String path, String directory) {
        return (path + "/").startsWith(directory.endsWith("/") ? directory : directory + "/");
    }

    private void loopback() {
        settings.address("matriarch.shell.listen")
                .filter(address -> !address.loopback())
                .ifPresent(address ->
                        problem(
                                "matriarch.shell.listen",
                                '"' + address.toString() + "\" is not on loopback",
                                "The shell has no password: use 127.0.0.1"));
    }

    private void besides() {
        var pgbouncer = "monitor.pgbouncer.";
        var address = settings.address(pgbouncer + "address");
        if (address.isEmpty() && settings.has("monitor.pgbouncer"))
            problem(
                    pgbouncer + "address",
                    "is not set and other keys of its section are",
                    "Such as 127.0.0.1:6432");
        address.filter(each -> !each.loopback())
                .ifPresent(each ->
                        problem(
                                pgbouncer + "address",
                                "\"%s\" is not on loopback, and the password would go there in the clear"
                                        .formatted(each),
                                "Each node asks the PgBouncer beside it: use 127.0.0.1"));
        if (address.isPresent()
                && !settings.has(pgbouncer + "username")
                && !settings.has("postgresql.authentication.monitor"))
            problem(
                    pgbouncer + "username",
                    "is not set, and there is no postgresql.authentication.monitor either",
                    "Name one of PgBouncer's stats_users");
        settings.text("monitor.haproxy.url")
                .filter(url -> !url.matches("https?://[^/\\s@]+/\\S*;csv\\S*"))
                .ifPresent(url ->
                        problem(
                                "monitor.haproxy.url",
                                '"' + url + "\" is not a URL of HAProxy's CSV",
                                "Such as http://127.0.0.1:7000/;csv"));
    }

    private void jmx() {
        boolean tls = Defaults.jmxTls(settings);
        if (tls && !settings.has("restapi.certfile"))
            problem(
                    "matriarch.jmx.tls",
                    "is true and there is no certificate",
                    "Set restapi.certfile: JMX has that of the REST interface");
        if (settings.has("matriarch.jmx.verify_client") && !tls)
            problem(
                    "matriarch.jmx.verify_client",
                    "is set and JMX is not served by TLS",
                    "Set matriarch.jmx.tls as well");
        if (tls
                && !Defaults.jmxVerifyClient(settings).equals("none")
                && !settings.has("restapi.cafile"))
            problem(
                    "matriarch.jmx.verify_client",
                    "needs authorities to check client certificates against",
                    "Set restapi.cafile");
        var listen = Defaults.jmx(settings).filter(address -> !address.loopback());
        if (listen.isEmpty()) return;
        if (!listen.get().literal() && !listen.get().wildcard())
            problem(
                    "matriarch.jmx.listen",
                    "\"%s\" is a name, and JMX asks nobody what it means".formatted(listen.get()),
                    "Write an address of this node, such as 10.0.0.1:8009");
        else if (!tls || !Defaults.asks(settings))
            problem(
                    "matriarch.jmx.listen",
                    "\"%s\" is reached by other machines, and JMX has no %s"
                            .formatted(listen.get(), tls ? "users" : "TLS"),
                    "Set matriarch.jmx.tls and security.users, or use 127.0.0.1 and a tunnel");
        else if (listen.get().wildcard())
            problem(
                    "matriarch.jmx.listen",
                    "\"%s\" is every address; clients are told by JMX which to call"
                            .formatted(listen.get()),
                    "Write one address of this node");
    }

    /** As the agents read it, so that the first member is not made in vain. */
    private void standbyCluster() {
        var path = "bootstrap.dcs.standby_cluster.";
        try {
            HostPort.list(
                    settings.text(path + "host").orElse(""),
                    settings.text(path + "port").orElse(""));
        } catch (IllegalArgumentException e) {
            problem(
                    path + "host",
                    "and port: " + e.getMessage(),
                    "Write host: 10.1.0.11,10.1.0.12 and, unless it is 5432, port: one for all of"
                            + " them, or one for each");
        }
    }

    /** The monitoring role must not be able to do more than look. */
    private void monitor() {
        var path = "postgresql.authentication.";
        if (settings.map(path + "monitor").isEmpty()) return;
        var user = settings.text(path + "monitor.username");
        if (user.isEmpty())
            problem(
                    path + "monitor",
                    "has no username",
                    "Name a role of its own, such as monitor; it gets pg_monitor and no more");
        for (var other : List.of("superuser", "replication", "rewind"))
            if (user.isPresent() && user.equals(settings.text(path + other + ".username")))
                problem(
                        path + "monitor.username",
                        '"' + user.get() + "\" is also the role for " + other,
                        "Name a role of its own, such as monitor; it gets pg_monitor and no more");
    }

    private void name() {
        settings.text("name")
                .filter(name ->
                        name.isBlank()
                                || name.contains("/")
                                || name.equals("__patroni_strict_sync_replica_placeholder__"))
                .ifPresent(name ->
                        problem(
                                "name",
                                '"' + name + "\" cannot name a member",
                                "It must not be blank or hold a slash"));
        settings.text("scope")
                .filter(scope -> scope.isBlank() || scope.contains("/"))
                .ifPresent(scope ->
                        problem(
                                "scope",
                                '"' + scope + "\" cannot name a cluster",
                                "It must not be blank or hold a slash"));
    }
}
