package io.matriarch.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.config.core.Mapping;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What components are fed")
class MappingTest {
    @TempDir Path folder;

    private Map<String, Map<String, Object>> mapped(String text) throws Exception {
        var file = folder.resolve("m.yml");
        Files.writeString(file, text);
        return Mapping.of(
                Configuration.read(file, Map.of()).settings(),
                new Mapping.Surroundings(
                        "1.0", "/guard", "/bin/wal", "/key.p12", "/trust.p12", "secret"));
    }

    @Test
    @DisplayName("of a small file: what it says, and defaults only where a new cluster needs them")
    void small() throws Exception {
        var all = mapped(ConfigurationTest.GOOD);
        assertThat(all.get("io.matriarch.dcs"))
                .containsOnlyKeys("endpoints")
                .extractingByKey("endpoints")
                .isEqualTo(new String[] {"http://127.0.0.1:2379", "http://127.0.0.1:22379"});
        assertThat(all.get("io.matriarch.postgres"))
                .containsEntry("listen", "127.0.0.1:5432")
                .containsEntry("connectAddress", "127.0.0.1:5432")
                .containsEntry("stateDir", "/data/pg.matriarch")
                .containsEntry("namespace", "service")
                .doesNotContainKeys("usePgRewind", "pgHba", "parameters");
        assertThat(all.get("io.matriarch.failover"))
                .containsEntry("apiUrl", "http://127.0.0.1:8008/patroni")
                .containsEntry("canBootstrap", false)
                .containsEntry("guardCommand", "/guard")
                .doesNotContainKey("bootstrapDcs");
        assertThat(all.get("io.matriarch.management"))
                .containsEntry("jmxListen", "127.0.0.1:8009")
                .containsEntry("jmxAsks", false)
                .containsEntry("jolokia", false);
        assertThat(all.get("io.matriarch.monitor"))
                .containsEntry("dataDir", "/data/pg")
                .containsEntry("certificates", new String[] {})
                .doesNotContainKeys("login", "fastSeconds", "historyDays");
        assertThat(all.get("org.apache.felix.http"))
                .containsEntry("org.osgi.service.http.port", 8008)
                .containsEntry("org.apache.felix.http.enable", true)
                .containsEntry("org.apache.felix.https.enable", false);
    }

    @Test
    @DisplayName("of methods of one's own: each with its name and its section")
    void methods() throws Exception {
        var postgres =
                mapped(
                                ConfigurationTest.GOOD
                                        + """
                                          create_replica_methods: copy, basebackup
                                          copy: {command: /c, keep_data: on}
                                        bootstrap: {method: make, make: {command: /m, level: 3}}
                                        """)
                        .get("io.matriarch.postgres");
        assertThat(JSON.std.mapFrom(postgres.get("bootstrapMethod")))
                .isEqualTo(
                        Map.of("name", "make", "options", Map.of("command", "/m", "level", "3")));
        assertThat(JSON.std.listFrom(postgres.get("replicaMethods")))
                .containsExactly(
                        Map.of(
                                "name",
                                "copy",
                                "options",
                                Map.of("command", "/c", "keep_data", true)),
                        Map.of("name", "basebackup", "options", Map.of()));
    }

    @Test
    @DisplayName("of a full file: objects as JSON, lists as arrays, camel case throughout")
    void full() throws Exception {
        var all =
                mapped(
                        ConfigurationTest.GOOD
                                        .replace("scope: demo", "scope: demo\nnamespace: /db/")
                                        .replace(
                                                "listen: 127.0.0.1:8008",
                                                "listen: '*:8008'\n"
                                                        + "  connect_address: h:8008\n"
                                                        + "  authentication: {username: u, password:"
                                                        + " p}\n"
                                                        + "  allowlist: 10.0.0.0/8, host")
                                + """
                                  pg_ctl_timeout: 90
                                  use_pg_rewind: off
                                  pg_hba: ["local all all trust, really"]
                                  authentication: {superuser: {username: postgres, password: "1"}, monitor: {username: m, sslmode: require}}
                                  parameters: {max_connections: 50, jit: off}
                                  callbacks: {on_start: /bin/true}
                                  basebackup: [max-rate: 100M, verbose]
                                bootstrap:
                                  dcs: {ttl: 20, loop_wait: 10, retry_timeout: 5, member_slots_ttl: 1h}
                                  initdb: [encoding: UTF8, data-checksums]
                                tags: {nofailover: true, dc: west}
                                monitor: {intervals: {fast: 2}, metrics_token: t, exclude_databases: a, pgbouncer: {address: "127.0.0.1:6432", password: p}, haproxy: {url: "http://127.0.0.1:7000/;csv"}}
                                watchdog: {mode: required, device: /dev/watchdog1}
                                matriarch: {state_dir: /var/lib/m, restart_grace: 30, write_path: {probe_interval: 5s, action: alert, fails_after: 1min, minimum_free: 1MB, ballast: 0, switchover_pause: 1h}, diverged_wal_limit: 2GB, jmx: {listen: off, jolokia: true}}
                                """
                                        .replaceAll(
                                                "(?m)^  (?=bootstrap|tags|watchdog|matriarch|monitor)",
                                                "")
                                        .replaceAll("(?m)^    ", "  "));
        assertThat(all.get("io.matriarch.postgres"))
                .containsEntry("namespace", "db")
                .containsEntry("pgCtlTimeout", 90)
                .containsEntry("usePgRewind", false)
                .containsEntry("pgHba", new String[] {"local all all trust, really"})
                .containsEntry(
                        "authentication",
                        "{\"superuser\":{\"username\":\"postgres\",\"password\":\"1\"},"
                                + "\"monitor\":{\"username\":\"m\",\"sslmode\":\"require\"}}")
                .containsEntry("parameters", "{\"max_connections\":50,\"jit\":\"off\"}")
                .containsEntry("basebackup", "[{\"max-rate\":\"100M\"},\"verbose\"]")
                .containsEntry("initdb", "[{\"encoding\":\"UTF8\"},\"data-checksums\"]")
                .containsEntry("divergedWalBytes", 2L << 30)
                .containsEntry("stateDir", "/var/lib/m");
        assertThat(all.get("io.matriarch.failover"))
                .containsEntry("canBootstrap", true)
                .containsEntry("apiUrl", "http://h:8008/patroni")
                .containsEntry("allowlist", new String[] {"10.0.0.0/8", "host"})
                .containsEntry("ctlUsername", "u")
                .containsEntry("restartGraceSeconds", 30)
                .containsEntry("watchdogMode", "required")
                .containsEntry("watchdogDevice", "/dev/watchdog1")
                .containsEntry("writeFailureAction", "alert")
                .containsEntry("walLeastFreeBytes", 1 << 20)
                .containsEntry("walBallastBytes", 0)
                .containsEntry("tags", "{\"nofailover\":true,\"dc\":\"west\"}")
                .containsEntry("callbacks", "{\"on_start\":\"/bin/true\"}")
                .containsEntry(
                        "bootstrapDcs",
                        "{\"ttl\":20,\"loop_wait\":10,\"retry_timeout\":5,"
                                + "\"maximum_lag_on_failover\":1048576,\"failsafe_mode\":true,"
                                + "\"member_slots_ttl\":3600,"
                                + "\"postgresql\":{\"use_pg_rewind\":true,\"use_slots\":true}}");
        assertThat(all.get("io.matriarch.management"))
                .containsEntry("jmxListen", "")
                .containsEntry("jmxAsks", true)
                .containsEntry("jolokia", true);
        assertThat(all.get("io.matriarch.monitor"))
                .containsEntry("login", "{\"username\":\"m\",\"sslmode\":\"require\"}")
                .containsEntry("fastSeconds", 2)
                .containsEntry(
                        "pgbouncer",
                        "{\"host\":\"127.0.0.1\",\"port\":6432,\"username\":\"m\",\"password\":\"p\"}")
                .containsEntry("haproxyUrl", "http://127.0.0.1:7000/;csv")
                .containsEntry("excludeDatabases", new String[] {"a"});
        assertThat(all.get("io.matriarch.failover")).containsEntry("metricsToken", "t");
    }

    @Test
    @DisplayName("with certificates: HTTPS only, client certificates as asked for")
    void secure() throws Exception {
        var certificate = Files.writeString(folder.resolve("c.pem"), "-");
        var all =
                mapped(
                        ConfigurationTest.GOOD.replace(
                                "restapi:\n",
                                "restapi:\n  certfile: %s\n  cafile: %s\n  verify_client: optional\n"
                                        .formatted(certificate, certificate)));
        var users =
                mapped(
                        ConfigurationTest.GOOD.replace(
                                "restapi:\n",
                                "security: {users: %s}\nlog: {dir: %s}\nrestapi:\n"
                                        .formatted(certificate, folder)));
        assertThat(users.get("io.matriarch.failover"))
                .containsEntry("usersFile", certificate.toString())
                .containsEntry("logDir", folder.toString());
        assertThat(all.get("org.apache.felix.http"))
                .containsEntry("org.osgi.service.http.port.secure", 8008)
                .containsEntry("org.apache.felix.http.enable", false)
                .containsEntry("org.apache.felix.https.keystore", "/key.p12")
                .containsEntry("org.apache.felix.https.clientcertificate", "wants");
        assertThat(all.get("io.matriarch.failover"))
                .containsEntry("apiUrl", "https://127.0.0.1:8008/patroni");
        assertThat(all.get("io.matriarch.management"))
                .as("JMX by TLS only where it is asked for")
                .doesNotContainKey("jmxKeyStore");
    }

    @Test
    @DisplayName("with JMX by TLS: the certificate and the authorities of REST")
    void jmxByTls() throws Exception {
        var file = Files.writeString(folder.resolve("c.pem"), "-");
        var all =
                mapped(
                        ConfigurationTest.GOOD.replace(
                                "restapi:\n",
                                """
                                matriarch: {jmx: {listen: '10.0.0.1:8009', tls: true}}
                                security: {users: FILE}
                                restapi:
                                  certfile: FILE
                                  cafile: FILE
                                  verify_client: optional
                                """
                                        .replace("FILE", file.toString())));
        assertThat(all.get("io.matriarch.management"))
                .containsEntry("jmxListen", "10.0.0.1:8009")
                .containsEntry("jmxAsks", true)
                .containsEntry("jmxKeyStore", "/key.p12")
                .containsEntry("jmxTrustStore", "/trust.p12")
                .containsEntry("jmxVerifyClient", "optional");
    }
}
