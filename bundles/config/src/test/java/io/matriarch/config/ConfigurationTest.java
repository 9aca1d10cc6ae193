package io.matriarch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.api.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("matriarch.yml")
class ConfigurationTest {
    static final String GOOD =
            """
            scope: demo
            name: n1
            restapi:
              listen: 127.0.0.1:8008
            etcd3:
              hosts: [127.0.0.1:2379, 127.0.0.1:22379]
            postgresql:
              listen: 127.0.0.1:5432
              data_dir: /data/pg
            """;

    @TempDir Path folder;

    private Configuration read(String text, Map<String, String> environment)
            throws ConfigurationException, IOException {
        var file = folder.resolve("m.yml");
        Files.writeString(file, text);
        return Configuration.read(file, environment);
    }

    private List<String> problems(String text, Map<String, String> environment) {
        var refusal =
                catchThrowableOfType(ConfigurationException.class, () -> read(text, environment));
        assertThat(refusal).as("refused").isNotNull();
        assertThat(refusal.code()).isEqualTo(Code.CONFIG);
        return refusal.problems().stream()
                .map(problem -> problem.toString().replace(folder + "/", ""))
                .toList();
    }

    private List<String> problems(String text) {
        return problems(text, Map.of());
    }

    private static String with(String section, String line) {
        return GOOD.contains(section + ":\n")
                ? GOOD.replace(section + ":\n", section + ":\n  " + line + "\n")
                : GOOD + section + ":\n  " + line + "\n";
    }

    @Test
    @DisplayName("that is good is read without a warning")
    void good() throws Exception {
        var read = read(GOOD, Map.of());
        assertThat(read.warnings()).isEmpty();
        assertThat(read.settings().texts("etcd3.hosts")).hasSize(2);
        assertThat(read.settings().place("postgresql.data_dir").line()).isEqualTo(9);
    }

    @Test
    @DisplayName("is refused with all its problems at once, in the order of the file")
    void allAtOnce() {
        assertThat(
                        problems(
                                """
                                scope: demo
                                restapi:
                                  lissen: 127.0.0.1:8008
                                etcd3:
                                  hosts: 127.0.0.1
                                bootstrap:
                                  dcs:
                                    ttl: 30s
                                    loop_wait: 99999
                                postgresql:
                                  listen: 127.0.0.1:5432
                                  data_dir: /data/pg
                                  use_pg_rewind: perhaps
                                """))
                .containsExactly(
                        "m.yml: name: is missing. Name of this member: unique in the cluster,"
                                + " also when case is ignored.",
                        "m.yml:2: restapi.listen: is missing. Address and port of the REST"
                                + " interface.",
                        "m.yml:3: restapi.lissen: unknown key = \"127.0.0.1:8008\". Did you mean"
                                + " listen?",
                        "m.yml:5: etcd3.hosts: \"127.0.0.1\" is not host:port. Such as"
                                + " 10.0.0.1:2379",
                        "m.yml:8: bootstrap.dcs.ttl: \"30s\" is not a whole number of seconds."
                                + " Write the number only, without a unit",
                        "m.yml:9: bootstrap.dcs.loop_wait: \"99999\" is out of range. Possible: 1"
                                + " to 1800 s",
                        "m.yml:13: postgresql.use_pg_rewind: \"perhaps\" is neither true nor"
                                + " false. Write true or false");
    }

    @Test
    @DisplayName("that is not YAML is refused with the line")
    void notYaml() {
        assertThat(problems("scope: demo\nname: [n1\nrestapi: {}\n"))
                .singleElement()
                .asString()
                .startsWith("m.yml:3: is not YAML:");
        assertThat(problems("just words")).first().asString().startsWith("m.yml:1: holds");
    }

    @Test
    @DisplayName("that does not exist is refused by its name")
    void absent() {
        assertThatThrownBy(() -> Configuration.read(folder.resolve("no.yml"), Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        folder.resolve("no.yml")
                                + ": does not exist. Name the file by --config FILE");
    }

    @Test
    @DisplayName("may not say a key twice")
    void twice() {
        assertThat(problems(GOOD + "name: n2\n"))
                .containsExactly(
                        "m.yml:10: name: is written twice, first in line 2. Keep one of them");
    }

    @Test
    @DisplayName("never shows a password in a message")
    void noSecrets() {
        assertThat(problems(with("restapi", "authentication: {username: u, pasword: hush}")))
                .allSatisfy(problem -> assertThat(problem).doesNotContain("hush"))
                .anySatisfy(problem -> assertThat(problem).contains("Did you mean password?"));
        assertThat(problems(with("etcd3", "username: u\n  password: [hush]")))
                .allSatisfy(problem -> assertThat(problem).doesNotContain("hush"));
    }

    @Test
    @DisplayName("may not let the monitoring role be one that can do more")
    void monitorOnlyLooks() {
        var roles =
                """
                authentication:
                    superuser: {username: postgres, password: s}
                    monitor: {%s}\
                """;
        assertThat(problems(with("postgresql", roles.formatted("username: postgres"))))
                .singleElement()
                .asString()
                .contains("monitor.username: \"postgres\" is also the role for superuser");
        assertThat(problems(with("postgresql", roles.formatted("password: m"))))
                .singleElement()
                .asString()
                .contains("authentication.monitor: has no username");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @DisplayName("is refused where Patroni does what this version does not")
    @CsvSource(
            delimiter = '!',
            value = {
                "consul! host: 127.0.0.1:8500! use an etcd3 section",
                "zookeeper! hosts: [a]! use an etcd3 section",
                "etcd3! srv: example.org! name them in etcd3.hosts",
                "etcd3! proxy: http://p! name the servers in etcd3.hosts",
                "citus! database: x! not supported",
                "watchdog! mode: always! is not one of",
                "bootstrap! method: custom! there is no section bootstrap.custom",
                "bootstrap! method: dcs! cannot name a method",
                "bootstrap! 'copy: {command: /c, recovery_conf: {recovery_target_xid: 7}}\n  method: copy'! would pause",
                "bootstrap! 'method: copy\n  copy: {no_params: true}'! has no command",
                "bootstrap! 'method: copy\n  copy: {command: /c, keep_existing_recovery_conf: on, recovery_conf: {restore_command: r}}'! is set, and keep_existing",
                "bootstrap! 'method: copy\n  copy: {command: /c, no_params: perhaps}'! neither true nor false",
                "bootstrap! initbd: {encoding: UTF8}! Did you mean initdb?",
                "bootstrap! dcs: {synchronous_mode: perhaps}! synchronous_mode",
                "bootstrap! dcs: {standby_cluster: {hots: x}}! host",
                "bootstrap! dcs: {standby_cluster: {host: 'far:5433'}}! has a port in it; they stand apart",
                "bootstrap! dcs: {standby_cluster: {host: 'a,b', port: '1,2,3'}}! 3 ports",
                "bootstrap! dcs: {standby_cluster: {host: far, port: many}}! is not a number",
                "postgresql! create_replica_methods: [wal-g, basebackup]! there is no section postgresql.wal-g",
                "postgresql! create_replica_methods: [parameters]! cannot name a method",
                "postgresql! wal_g: {no_params: true}! unknown key",
                "restapi! verify_client: required! authorities",
                "restapi! certfile: /no/such.crt! does not exist",
                "bootstrap! dcs: {ttl: 5, loop_wait: 5}! exceeds ttl",
                "matriarch! state_dir: /data/pg/own! lies in the data directory",
                "matriarch! jmx: {listen: '127.0.0.1:8008'}! is also that of restapi.listen",
                "matriarch! shell: {listen: '0.0.0.0:9000'}! is not on loopback",
                "matriarch! jmx: {listen: '10.0.0.1:8009'}! is reached by other machines, and JMX has no TLS",
                "matriarch! jmx: {listen: 'n1.example.com:8009'}! is a name",
                "monitor! haproxy: {url: 'http://127.0.0.1:7000/'}! is not a URL of HAProxy's CSV",
                "monitor! pgbouncer: {address: '10.0.0.1:6432'}! is not on loopback",
                "monitor! pgbouncer: {username: w}! is not set and other keys of its section are",
                "monitor! pgbouncer: {address: '127.0.0.1:6432'}! there is no postgresql.authentication.monitor",
                "matriarch! jmx: {tls: true}! there is no certificate",
                "matriarch! jmx: {verify_client: required}! JMX is not served by TLS",
                "log! level: LOUD! is not one of",
                "restapi! connect_address: '0.0.0.0:8008'! nobody can connect",
                "bootstrap! initdb: text! where a list",
                "tags! nofailover: [1]! neither true nor false",
                "ttl2! x: 1! unknown key",
            })
    void refused(String section, String line, String message) {
        assertThat(problems(with(section, line)))
                .allSatisfy(problem -> assertThat(problem).startsWith("m.yml:"))
                .anySatisfy(problem -> assertThat(problem).contains(message));
    }

    @Test
    @DisplayName("accepts what is off, and warns of what has no effect")
    void accepted() throws Exception {
        var read =
                read(
                        with(
                                        "bootstrap",
                                        "dcs: {synchronous_mode: off, failsafe_mode: false,"
                                                + " standby_cluster: }")
                                + "thread_pool_size: 5\nttl: 30\nlog: {format: x}\n"
                                + "watchdog: {mode: automatic}\n",
                        Map.of());
        assertThat(read.warnings())
                .extracting(Problem::path)
                .containsExactlyInAnyOrder("thread_pool_size", "ttl", "log.format");
    }

    @Test
    @DisplayName("may name methods of one's own, and keep some that are not used")
    void methods() throws Exception {
        var read =
                read(
                        with(
                                        "postgresql",
                                        """
                                        create_replica_methods: [pgbackrest, /usr/local/bin/copy, basebackup]
                                          pgbackrest: {command: restore --delta, keep_data: true, stanza: main, no_leader: 1}
                                          unused: {command: /bin/false}\
                                        """)
                                + "bootstrap: {method: copy, copy: {command: /c, recovery_conf:"
                                + " {restore_command: 'cp a b'}}}\n",
                        Map.of());
        assertThat(read.settings().text("postgresql.pgbackrest.stanza")).contains("main");
        assertThat(read.settings().map("bootstrap.copy.recovery_conf"))
                .containsEntry("restore_command", "cp a b");
        assertThat(read.warnings())
                .extracting(Problem::path)
                .containsExactly("postgresql.pgbackrest.no_leader");
    }

    @Nested
    @DisplayName("and the environment")
    class Environment {
        @Test
        @DisplayName("overrides keys, lists and mappings")
        void overrides() throws Exception {
            var settings =
                    read(
                                    GOOD,
                                    Map.of(
                                            "PATRONI_NAME", "n2",
                                            "PATRONI_ETCD3_HOSTS", "a:1,b:2",
                                            "PATRONI_SUPERUSER_PASSWORD", "true",
                                            "PATRONI_POSTGRESQL_BIN_PG_CTL", "pg_ctl15",
                                            "PATRONI_POSTGRESQL_PARAMETERS", "{work_mem: 8MB}"))
                            .settings();
            assertThat(settings.text("name")).contains("n2");
            assertThat(settings.texts("etcd3.hosts")).containsExactly("a:1", "b:2");
            assertThat(settings.value("postgresql.authentication.superuser.password"))
                    .contains("true");
            assertThat(settings.text("postgresql.bin_name.pg_ctl")).contains("pg_ctl15");
            assertThat(settings.map("postgresql.parameters")).containsEntry("work_mem", "8MB");
        }

        @Test
        @DisplayName("is named where it is wrong")
        void named() {
            assertThat(problems(GOOD, Map.of("PATRONI_RESTAPI_LISTEN", "8008")))
                    .anySatisfy(problem ->
                            assertThat(problem)
                                    .startsWith(
                                            "PATRONI_RESTAPI_LISTEN: restapi.listen: \"8008\""
                                                    + " is not host:port"));
        }

        @Test
        @DisplayName("draws a warning for a variable that does nothing")
        void unknown() throws Exception {
            assertThat(read(GOOD, Map.of("PATRONI_SCOP", "x")).warnings())
                    .singleElement()
                    .asString()
                    .contains("Did you mean PATRONI_SCOPE?");
        }

        @Test
        @DisplayName("may hold the whole file if there is none")
        void whole() throws Exception {
            var read =
                    Configuration.read(
                            folder.resolve("none.yml"),
                            Map.of("PATRONI_CONFIGURATION", GOOD, "PATRONI_NAME", "ignored"));
            assertThat(read.settings().text("name")).contains("n1");
        }
    }

    @Test
    @DisplayName("may be a directory of files, later ones over earlier ones")
    void directory() throws Exception {
        var parts = Files.createDirectory(folder.resolve("conf.d"));
        Files.writeString(parts.resolve("10-base.yml"), GOOD);
        Files.writeString(
                parts.resolve("20-node.yaml"), "name: n9\nrestapi: {verify_client: none}\n");
        Files.writeString(parts.resolve("README"), "not YAML: [");
        var settings = Configuration.read(parts, Map.of()).settings();
        assertThat(settings.text("name")).contains("n9");
        assertThat(settings.text("restapi.listen")).contains("127.0.0.1:8008");
        assertThat(settings.place("name").source()).endsWith("20-node.yaml");
    }

    @Test
    @DisplayName("may use anchors and merges, as patroni.yml files do")
    void anchors() throws Exception {
        var settings =
                read(
                                GOOD
                                        + """
                                        bootstrap:
                                          dcs:
                                            postgresql:
                                              parameters: &p {work_mem: 4MB, jit: off}
                                        tags: {nofailover: &no false, nosync: *no}
                                        """
                                        + "log: {loggers: {io.matriarch.dcs: DEBUG}}\n",
                                Map.of())
                        .settings();
        assertThat(settings.map("bootstrap.dcs.postgresql.parameters")).containsEntry("jit", "off");
        assertThat(settings.bool("tags.nosync")).contains(false);
        assertThat(settings.map("log.loggers")).containsEntry("io.matriarch.dcs", "DEBUG");
    }
}
