package io.matriarch.config.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings to what ConfigAdmin is fed: pure, so that a test can hold it against the contract. */
public final class Mapping {
    private static final String BACKUP = "io.matriarch.backup";
    private static final String SCHEDULE = "io.matriarch.schedule";

    /** What is there only while the file has something about it. */
    public static final List<String> OPTIONAL = List.of(BACKUP, SCHEDULE);

    private final Settings settings;
    private final Surroundings around;

    private Mapping(Settings settings, Surroundings around) {
        this.settings = settings;
        this.around = around;
    }

    /**
     * What the file does not say.
     *
     * @param version of Matriarch
     * @param guardCommand path of the guard program
     * @param walCommand path of the program PostgreSQL archives and restores WAL by
     * @param keyStore PKCS#12 with certificate and key of the REST port; written by the launcher
     * @param trustStore PKCS#12 with the authorities client certificates are checked against
     * @param storePassword of both
     */
    public record Surroundings(
            String version,
            String guardCommand,
            String walCommand,
            String keyStore,
            String trustStore,
            String storePassword) {}

    /** Persistent identity to properties: String, Integer, Long, Boolean or String[]. */
    public static Map<String, Map<String, Object>> of(Settings settings, Surroundings around) {
        var mapping = new Mapping(settings, around);
        var all = new LinkedHashMap<String, Map<String, Object>>();
        all.put("io.matriarch.dcs", mapping.dcs());
        all.put("io.matriarch.postgres", mapping.postgres());
        all.put("io.matriarch.failover", mapping.failover());
        all.put("io.matriarch.monitor", mapping.monitor());
        all.put("io.matriarch.alerting", mapping.alerting());
        all.put("io.matriarch.management", mapping.management());
        if (settings.has("backup")) {
            all.put(BACKUP, BackupMapping.backup(settings, around.walCommand()));
            all.put(SCHEDULE, BackupMapping.schedule(settings));
        }
        all.put("org.apache.felix.http", mapping.http());
        return all;
    }

    private Properties identity() {
        return new Properties(settings).scalar("scope", "scope").scalar("name", "name");
    }

    private Map<String, Object> dcs() {
        return new Properties(settings)
                .put("endpoints", endpoints())
                .scalar("username", "etcd3.username")
                .scalar("password", "etcd3.password")
                .scalar("cacert", "etcd3.cacert")
                .scalar("cert", "etcd3.cert")
                .scalar("key", "etcd3.key")
                .done();
    }

    private List<String> endpoints() {
        var protocol =
                settings.text("etcd3.protocol")
                        .orElse(settings.has("etcd3.cacert") ? "https" : "http");
        var endpoints = new ArrayList<String>();
        settings.text("etcd3.url")
                .map(url -> url.replaceFirst("/+$", ""))
                .ifPresent(endpoints::add);
        settings.text("etcd3.host").ifPresent(host -> endpoints.add(protocol + "://" + host));
        for (var host : settings.texts("etcd3.hosts")) endpoints.add(protocol + "://" + host);
        return endpoints.stream().distinct().toList();
    }

    private Map<String, Object> postgres() {
        var pg = "postgresql.";
        var properties =
                identity()
                        .put("namespace", namespace())
                        .put("stateDir", Defaults.stateDir(settings))
                        .put("connectAddress", reached(pg + "listen", pg + "connect_address"))
                        .scalar("divergedWalBytes", "matriarch.diverged_wal_limit")
                        .json("authentication", pg + "authentication")
                        .json("parameters", pg + "parameters")
                        .json("recoveryConf", pg + "recovery_conf")
                        .json("binName", pg + "bin_name")
                        .json("basebackup", pg + "basebackup")
                        .texts("pgHba", pg + "pg_hba")
                        .texts("pgIdent", pg + "pg_ident")
                        .json("initdb", "bootstrap.initdb")
                        .texts("bootstrapPgHba", "bootstrap.pg_hba")
                        .scalar("postBootstrap", "bootstrap.post_init")
                        .scalar("postBootstrap", "bootstrap.post_bootstrap");
        methods(properties);
        for (var name :
                List.of(
                        "listen",
                        "data_dir",
                        "config_dir",
                        "bin_dir",
                        "database",
                        "pgpass",
                        "custom_conf",
                        "pg_ctl_timeout",
                        "use_pg_rewind")) properties.scalar(camel(name), pg + name);
        if (settings.has("backup"))
            BackupMapping.commands(settings, around.walCommand()).forEach(properties::put);
        return properties.done();
    }

    /** Methods by their names, each with its section; those of PostgreSQL have none. */
    private void methods(Properties properties) {
        settings.text("bootstrap.method")
                .filter(name -> !name.equals("initdb"))
                .ifPresent(name ->
                        properties.put(
                                "bootstrapMethod", Properties.json(method("bootstrap.", name))));
        var replicas = settings.texts("postgresql.create_replica_methods");
        if (replicas.isEmpty()) return;
        properties.put(
                "replicaMethods",
                Properties.json(
                        replicas.stream().map(name -> method("postgresql.", name)).toList()));
    }

    private Map<String, Object> method(String section, String name) {
        return Map.of("name", name, "options", settings.map(section + name));
    }

    private Map<String, Object> failover() {
        var auth = "restapi.authentication.";
        var properties =
                identity()
                        .put("namespace", namespace())
                        .put("stateDir", Defaults.stateDir(settings))
                        .put("guardCommand", around.guardCommand())
                        .put("canBootstrap", settings.has("bootstrap"))
                        .put("apiUrl", apiUrl())
                        .json("tags", "tags")
                        .json("callbacks", "postgresql.callbacks")
                        .scalar("prePromote", "postgresql.pre_promote")
                        .scalar("postgresDataDir", "postgresql.data_dir")
                        .scalar("restapiUsername", auth + "username")
                        .scalar("restapiPassword", auth + "password")
                        .texts("allowlist", "restapi.allowlist")
                        .scalar("allowlistIncludeMembers", "restapi.allowlist_include_members")
                        .scalar("verifyClient", "restapi.verify_client")
                        .scalar("ctlUsername", auth + "username")
                        .scalar("ctlPassword", auth + "password")
                        .scalar("ctlUsername", "ctl.authentication.username")
                        .scalar("ctlPassword", "ctl.authentication.password")
                        .scalar("ctlCacert", "restapi.cafile")
                        .scalar("ctlCacert", "ctl.cacert")
                        .scalar("ctlCertfile", "ctl.certfile")
                        .scalar("ctlKeyfile", "ctl.keyfile")
                        .scalar("ctlInsecure", "ctl.insecure")
                        .scalar("restartGraceSeconds", "matriarch.restart_grace")
                        .scalar("watchdogMode", "watchdog.mode")
                        .scalar("watchdogDevice", "watchdog.device")
                        .scalar("writeProbeSeconds", "matriarch.write_path.probe_interval")
                        .scalar("writeFailureAction", "matriarch.write_path.action")
                        .scalar("writeFailsAfterSeconds", "matriarch.write_path.fails_after")
                        .scalar(
                                "writeSwitchoverPauseSeconds",
                                "matriarch.write_path.switchover_pause")
                        .scalar("walLeastFreeBytes", "matriarch.write_path.minimum_free")
                        .scalar("walBallastBytes", "matriarch.write_path.ballast")
                        .scalar("metricsToken", "monitor.metrics_token")
                        .scalar("usersFile", "security.users")
                        .scalar("logDir", "log.dir");
        if (settings.has("bootstrap"))
            properties.put("bootstrapDcs", Properties.json(Defaults.dynamic(settings)));
        return properties.done();
    }

    private Map<String, Object> monitor() {
        var properties =
                identity()
                        .put("version", around.version())
                        .put("stateDir", Defaults.stateDir(settings))
                        .scalar("dataDir", "postgresql.data_dir")
                        .scalar("database", "postgresql.database")
                        .json("login", "postgresql.authentication.monitor")
                        .texts("excludeDatabases", "monitor.exclude_databases")
                        .put("certificates", certificates())
                        .scalar("compatPostgresExporter", "monitor.compat.postgres_exporter")
                        .scalar("compatPatroni", "monitor.compat.patroni")
                        .scalar("compatPatroniMaster", "monitor.compat.patroni_master")
                        .scalar("rpoObjectiveSeconds", "monitor.objectives.rpo")
                        .scalar("rtoObjectiveSeconds", "monitor.objectives.rto")
                        .scalar("historyDays", "monitor.history_days")
                        .scalar("haproxyUrl", "monitor.haproxy.url")
                        .scalar("tables", "monitor.tables");
        settings.address("monitor.pgbouncer.address")
                .ifPresent(address ->
                        properties.put("pgbouncer", Properties.json(pgbouncer(address))));
        for (var tier : List.of("fast", "normal", "slow", "hourly"))
            properties.scalar(tier + "Seconds", "monitor.intervals." + tier);
        return properties.done();
    }

    /** What may expire unseen: USE=FILE. */
    private List<String> certificates() {
        var files = new ArrayList<String>();
        for (var use :
                List.of(
                        "agent=restapi.certfile",
                        "agent=ctl.certfile",
                        "dcs=etcd3.cert",
                        "dcs=etcd3.cacert",
                        "agent=restapi.cafile")) {
            var parts = use.split("=", 2);
            settings.text(parts[1]).ifPresent(file -> files.add(parts[0] + "=" + file));
        }
        return files.stream().distinct().toList();
    }

    /** Whoever may look at PostgreSQL often is the one who may look at what stands before it. */
    private Map<String, Object> pgbouncer(Address address) {
        var login = "postgresql.authentication.monitor.";
        var section = new LinkedHashMap<String, Object>();
        section.put("host", address.host());
        section.put("port", address.port());
        section.put(
                "username",
                settings.text("monitor.pgbouncer.username")
                        .or(() -> settings.text(login + "username"))
                        .orElse(""));
        section.put(
                "password",
                settings.text("monitor.pgbouncer.password")
                        .or(() -> settings.text(login + "password"))
                        .orElse(""));
        return section;
    }

    private Map<String, Object> alerting() {
        return identity()
                .put("namespace", namespace())
                .put("version", around.version())
                .put("stateDir", Defaults.stateDir(settings))
                .put("apiUrl", apiUrl())
                .json("alerts", "alerts")
                .done();
    }

    private Map<String, Object> management() {
        var properties =
                identity()
                        .put("version", around.version())
                        .put("jmxListen", Defaults.jmx(settings).map(Address::toString).orElse(""))
                        .put("jmxAsks", Defaults.asks(settings))
                        .put("jolokia", Defaults.jolokia(settings));
        if (Defaults.jmxTls(settings)) {
            properties
                    .put("jmxKeyStore", around.keyStore())
                    .put("jmxStorePassword", around.storePassword())
                    .put("jmxVerifyClient", Defaults.jmxVerifyClient(settings));
            if (settings.has("restapi.cafile"))
                properties.put("jmxTrustStore", around.trustStore());
        }
        return properties.done();
    }

    private Map<String, Object> http() {
        var listen =
                settings.address("restapi.listen")
                        .orElseThrow(() -> new IllegalStateException("checked before"));
        boolean secure = secure();
        var properties =
                new Properties(settings)
                        .put("org.apache.felix.http.name", "rest")
                        .put(
                                "org.apache.felix.http.host",
                                listen.host().equals("*") ? "0.0.0.0" : listen.host())
                        .put("org.apache.felix.http.enable", !secure)
                        .put("org.apache.felix.https.enable", secure)
                        .put("org.apache.felix.http.jetty.virtualthreads.enable", true)
                        .put("org.apache.felix.http.jetty.acceptors", 1)
                        .put("org.apache.felix.http.jetty.selectors", 1);
        properties.put(
                secure ? "org.osgi.service.http.port.secure" : "org.osgi.service.http.port",
                listen.port());
        if (secure) tls(properties);
        return properties.done();
    }

    private void tls(Properties properties) {
        var https = "org.apache.felix.https.";
        properties
                .put(https + "keystore", around.keyStore())
                .put(https + "keystore.type", "PKCS12")
                .put(https + "keystore.password", around.storePassword())
                .put(https + "keystore.key.password", around.storePassword());
        if (settings.has("restapi.cafile"))
            properties
                    .put(https + "truststore", around.trustStore())
                    .put(https + "truststore.type", "PKCS12")
                    .put(https + "truststore.password", around.storePassword());
        properties.put(
                https + "clientcertificate",
                switch (settings.text("restapi.verify_client").orElse("none")) {
                    case "required" -> "needs";
                    case "optional" -> "wants";
                    default -> "none";
                });
        settings.text("restapi.ciphers")
                .ifPresent(ciphers ->
                        properties.put(
                                https + "jetty.ciphersuites.included",
                                List.of(ciphers.split(":"))));
    }

    private boolean secure() {
        return settings.has("restapi.certfile");
    }

    private String namespace() {
        return namespace(settings);
    }

    static String namespace(Settings settings) {
        return settings.text("namespace").orElse("service").replaceAll("^/+|/+$", "");
    }

    private String apiUrl() {
        return (secure() ? "https" : "http")
                + "://"
                + reached("restapi.listen", "restapi.connect_address")
                + "/patroni";
    }

    private String reached(String listen, String connect) {
        return settings.address(connect)
                .or(() -> settings.address(listen).map(Address::first))
                .map(Address::toString)
                .orElseThrow(() -> new IllegalStateException("checked before: " + listen));
    }

    /** {@code data_dir} to {@code dataDir}. */
    static String camel(String name) {
        var camel = new StringBuilder();
        for (var part : name.split("_"))
            camel.append(
                    camel.isEmpty()
                            ? part
                            : Character.toUpperCase(part.charAt(0)) + part.substring(1));
        return camel.toString();
    }
}
