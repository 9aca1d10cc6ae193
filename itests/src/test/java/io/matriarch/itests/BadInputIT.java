package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.itests.Box.Outcome;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@DisplayName("an agent given bad input says what to do, ends with its code, and damages nothing")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputIT {
    /** Exit codes, as they are documented; copied here so that a change of them is noticed. */
    private static final int CONFIG = 3;

    private static final int DCS_DENIED = 5;
    private static final int POSTGRES_BINARIES = 6;
    private static final int DATA_DIRECTORY = 7;
    private static final int POSTGRES_DENIED = 9;
    private static final int ADDRESS_IN_USE = 10;
    private static final int TLS_PORT = 2389;

    private Cluster cluster;
    private Node node;

    @BeforeAll
    void startStore() {
        cluster = Cluster.of("bad", Versions.newest()).nodes(1).etcdMembers(1).held().start();
        node = cluster.nodes().getFirst();
        Await.until(
                "the store and the product's files",
                () ->
                        cluster.etcd().getFirst().healthy()
                                && node.box().sh("test -x /opt/matriarch/bin/matriarch").status()
                                        == 0,
                () -> node.box().sh("ls -l /opt/matriarch").output());
    }

    @AfterAll
    void removeCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void nothingThere() {
        node.box()
                .sh(
                        """
                        pid=$(head -n 1 %1$s/postmaster.pid 2>/dev/null)
                        [ -z "$pid" ] || { kill -QUIT $pid; while kill -0 $pid 2>/dev/null; do sleep 0.1; done; }
                        rm -rf %1$s /var/lib/matriarch/*
                        """
                                .formatted(Node.DATA))
                .orThrow();
        cluster.etcd().getFirst().ctl("del --prefix /service/").orThrow();
    }

    private String goodYaml() {
        return node.box().sh("cat " + Node.CONFIG).orThrow();
    }

    /** Starts the agent in the foreground with this configuration until it ends by itself. */
    private Outcome start(String yaml) {
        node.box().write("/etc/matriarch/try.yml", yaml);
        return node.box().sh(Node.foreground("/etc/matriarch/try.yml", 90));
    }

    /** Starts it with a change made to the good configuration. */
    private Outcome startWith(String good, String bad) {
        String yaml = goodYaml();
        assertThat(yaml).contains(good);
        return start(yaml.replace(good, bad));
    }

    private void initdb(String options) {
        node.box()
                .run("postgres", node.bin() + "/initdb -D " + Node.DATA + " -U postgres " + options)
                .orThrow();
    }

    private String fingerprint() {
        return node.box()
                .sh("cd " + Node.DATA + " && find . -type f | sort | xargs sha256sum | sha256sum")
                .orThrow();
    }

    @Test
    @DisplayName("broken YAML: the line is named")
    void brokenYaml() {
        var outcome = start("scope: herd\nname: [n1\nrestapi: {listen: 0.0.0.0:8008\n");
        assertThat(outcome.status()).as(outcome.output()).isEqualTo(CONFIG);
        assertThat(outcome.output()).contains("try.yml").containsPattern("line \\d|:\\d+");
    }

    @Test
    @DisplayName("an unknown key: the nearest valid one is proposed")
    void unknownKey() {
        var outcome = startWith("data_dir:", "data_dri:");
        assertThat(outcome.status()).as(outcome.output()).isEqualTo(CONFIG);
        assertThat(outcome.output()).contains("data_dri").contains("data_dir");
    }

    @Test
    @DisplayName("a value of the wrong type is named with its place")
    void wrongType() {
        var outcome = startWith("max_connections: 60", "max_connections: [many]");
        assertThat(outcome.status()).as(outcome.output()).isEqualTo(CONFIG);
        assertThat(outcome.output()).contains("max_connections").containsPattern("line \\d|:\\d+");
    }

    @Test
    @DisplayName("a missing configuration file is named")
    void missingFile() {
        var outcome = node.box().sh(Node.foreground("/etc/matriarch/nowhere.yml", 90));
        assertThat(outcome.status()).as(outcome.output()).isEqualTo(CONFIG);
        assertThat(outcome.output()).contains("/etc/matriarch/nowhere.yml");
    }

    @Test
    @DisplayName("no PostgreSQL programs in bin_dir: the directory is named")
    void missingBinaries() {
        var outcome = startWith("bin_dir: " + node.bin(), "bin_dir: /usr/lib/nowhere");
        assertThat(outcome.status()).as(outcome.output()).isEqualTo(POSTGRES_BINARIES);
        assertThat(outcome.output()).contains("/usr/lib/nowhere");
    }

    @Test
    @DisplayName("a REST port in use: the address is named")
    void restPortTaken() {
        node.box()
                .sh(
                        "(timeout 120 perl -MIO::Socket::INET -e '"
                                + "$s = IO::Socket::INET->new(LocalPort => 8008, Listen => 1, ReuseAddr => 1) or die; sleep 110'"
                                + " </dev/null >/dev/null 2>&1 & echo $! > /run/taken.pid); sleep 0.5")
                .orThrow();
        try {
            var outcome = startWith("state_dir", "state_dir");
            assertThat(outcome.status()).as(outcome.output()).isEqualTo(ADDRESS_IN_USE);
            assertThat(outcome.output()).contains("8008");
        } finally {
            node.box().sh("kill $(cat /run/taken.pid)");
        }
    }

    @Test
    @DisplayName("a data directory of another cluster is refused and left as it is")
    void foreignDataDirectory() {
        initdb("-A trust >/dev/null");
        String before = fingerprint();
        cluster.etcd()
                .getFirst()
                .ctl("put /service/" + NodeConfig.SCOPE + "/initialize 7711168805385076805")
                .orThrow();
        var outcome = startWith("state_dir", "state_dir");
        assertThat(outcome.status()).as(outcome.output()).isEqualTo(DATA_DIRECTORY);
        assertThat(outcome.output()).contains(Node.DATA).contains("7711168805385076805");
        assertThat(fingerprint()).isEqualTo(before);
    }

    @Test
    @DisplayName("a data directory that is damaged is refused and left as it is")
    void damagedDataDirectory() {
        initdb("-A trust >/dev/null");
        node.box().sh("rm " + Node.DATA + "/global/pg_control").orThrow();
        String before = fingerprint();
        var outcome = startWith("state_dir", "state_dir");
        assertThat(outcome.status()).as(outcome.output()).isEqualTo(DATA_DIRECTORY);
        assertThat(outcome.output()).contains(Node.DATA);
        assertThat(fingerprint()).isEqualTo(before);
    }

    @Test
    @DisplayName("a wrong superuser password: the user is named, the server goes on")
    void wrongPassword() {
        node.box().write("/run/right.pw", "the-right-one");
        initdb("-A scram-sha-256 --pwfile=/run/right.pw >/dev/null");
        node.box()
                .run(
                        "postgres",
                        node.bin()
                                + "/pg_ctl -D "
                                + Node.DATA
                                + " -o '-k /tmp -h 0.0.0.0' -l /tmp/server.log -w start >/dev/null")
                .orThrow();
        long postmaster = node.postmasterPid();
        var outcome = startWith("state_dir", "state_dir");
        assertThat(outcome.status()).as(outcome.output()).isEqualTo(POSTGRES_DENIED);
        assertThat(outcome.output()).contains("postgres").containsIgnoringCase("password");
        assertThat(node.postmasterPid()).isEqualTo(postmaster);
        assertThat(node.box().sh("kill -0 " + postmaster).status()).isZero();
    }

    @Test
    @DisplayName("the store away at start: it says so, waits, and begins when the store is there")
    void storeAwayAtStart() throws Exception {
        EtcdMember member = cluster.etcd().getFirst();
        member.box().kill();
        node.box().sh("rm -f /var/log/matriarch/console.log").orThrow();
        node.holdAgent(false);
        try {
            Await.until(
                    "a message that names the store's address",
                    () -> node.lastWords().contains(member.endpoint()),
                    node::lastWords);
            assertThat(node.box().sh("test -e " + Node.DATA + "/PG_VERSION").status())
                    .as("nothing is initialised without the store")
                    .isNotZero();
            member.box().start();
            cluster.awaitHealthy();
        } finally {
            if (!member.box().running()) {
                member.box().start();
            }
            node.holdAgent(true);
            node.killAgent();
            Await.until("the store", member::healthy, () -> "not healthy");
        }
    }

    @Test
    @DisplayName("a store whose certificate another authority signed is refused")
    void wrongAuthority() {
        EtcdMember member = cluster.etcd().getFirst();
        member.box()
                .sh(
                        """
                        cd /run && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=other \
                          -keyout other.key -out other.pem 2>/dev/null
                        (setsid etcd --name tls --data-dir /run/tls --auto-tls --log-level error \
                          --listen-client-urls https://0.0.0.0:%1$d --advertise-client-urls https://%2$s:%1$d \
                          --listen-peer-urls http://127.0.0.1:2399 --initial-advertise-peer-urls http://127.0.0.1:2399 \
                          --initial-cluster tls=http://127.0.0.1:2399 </dev/null >/run/tls.log 2>&1 & echo $! >/run/tls.pid)
                        """
                                .formatted(TLS_PORT, member.box().address()))
                .orThrow();
        try {
            Await.until(
                    "a store with TLS",
                    () ->
                            member.box()
                                            .sh(
                                                    "curl -sk https://127.0.0.1:"
                                                            + TLS_PORT
                                                            + "/version")
                                            .status()
                                    == 0,
                    () -> member.box().sh("cat /run/tls.log").output());
            node.box()
                    .write(
                            "/etc/matriarch/other.pem",
                            member.box().sh("cat /run/other.pem").orThrow());
            var outcome =
                    startWith(
                            "hosts: " + member.endpoint(),
                            "hosts: %s:%d\n  protocol: https\n  cacert: /etc/matriarch/other.pem"
                                    .formatted(member.box().address(), TLS_PORT));
            assertThat(outcome.status()).as(outcome.output()).isEqualTo(DCS_DENIED);
            assertThat(outcome.output())
                    .contains(String.valueOf(TLS_PORT))
                    .containsIgnoringCase("certificate");
        } finally {
            member.box().sh("kill $(cat /run/tls.pid)");
        }
    }

    @Test
    @DisplayName("matriarchctl config check judges a file with the same words")
    void configCheck() {
        node.box().write("/etc/matriarch/try.yml", goodYaml());
        var good =
                node.box()
                        .sh("/opt/matriarch/bin/matriarchctl config check /etc/matriarch/try.yml");
        assertThat(good.status()).as(good.output()).isZero();
        node.box().write("/etc/matriarch/try.yml", goodYaml().replace("data_dir:", "data_dri:"));
        var bad =
                node.box()
                        .sh("/opt/matriarch/bin/matriarchctl config check /etc/matriarch/try.yml");
        assertThat(bad.status()).as(bad.output()).isEqualTo(CONFIG);
        assertThat(bad.output()).contains("data_dri").contains("data_dir");
    }
}
