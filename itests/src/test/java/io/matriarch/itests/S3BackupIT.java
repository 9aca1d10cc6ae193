package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A running cluster with its repository in S3, which stock pgBackRest then reads: the container has
 * it, and it knows nothing of us.
 */
@DisplayName("a cluster whose repository is in S3, over TLS, encrypted")
class S3BackupIT {
    private static final int POSTGRES = 17;
    private static final int AUTHORITY = 45;
    private static final int S3 = 46;
    private static final String PREFIX = "production";
    private static final String CA = Node.SHARED + "/ca.crt";
    private static final String SECRET = Node.SHARED + "/s3-secret";
    private static final String PASSPHRASE = "an elephant in every room";
    private static final String OURS = "/var/lib/postgresql/ours";
    private static final String STOCKS = "/var/lib/postgresql/stocks";
    private static final String SUM =
            "SELECT count(*) || ' ' || coalesce(md5(string_agg(i || what, ';' ORDER BY i)), '') FROM orders";

    /** The rate makes a full backup take so long that a server can end under it. */
    private static String settings(S3Box s3) {
        return """
        matriarch:
          state_dir: /var/lib/matriarch
        backup:
          rate_limit: 4MB
          repositories:
            - name: bucket
              s3:
                bucket: %s
                prefix: %s
                endpoint: %s
                ca_file: %s
                access_key: %s
                secret_key_file: %s
                deadline: 10s
              cipher: {type: aes-256-cbc, passphrase: %s}
              retention: {full: 2}
        """
                .formatted(
                        S3Box.BUCKET,
                        PREFIX,
                        s3.endpoint(),
                        CA,
                        S3Box.ACCESS_KEY,
                        SECRET,
                        PASSPHRASE);
    }

    private static Path shared(Authority authority) throws Exception {
        Path shared = Files.createTempDirectory("matriarch-s3-it");
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(shared.resolve("ca.crt"), authority.certificate());
        Files.writeString(shared.resolve("s3-secret"), S3Box.SECRET_KEY + "\n");
        return shared;
    }

    @Test
    @DisplayName(
            "rides out the end of the server, comes back to the second asked, and is stock's to restore")
    void endToEnd() throws Exception {
        Lab lab = Lab.get();
        try (var authority = Authority.open(lab, "s3", AUTHORITY);
                var s3 = S3Box.start(lab, authority, "s3-server", S3);
                var cluster =
                        Cluster.of("s3", POSTGRES)
                                .nodes(2)
                                .etcdMembers(1)
                                .shared(shared(authority))
                                .extra(settings(s3))
                                .start()) {
            Node leader = cluster.awaitHealthy();
            Node standby = cluster.others(leader).getFirst();
            BackupSteps.execute(leader, "CREATE TABLE orders (i bigserial PRIMARY KEY, what text)");
            BackupSteps.execute(leader, "CREATE TABLE noise (i bigserial, what text)");
            BackupSteps.execute(
                    leader,
                    "INSERT INTO orders (what) SELECT md5(n::text) FROM generate_series(1, 20000) n");
            ballast(leader);
            awaitArchived(cluster, s3, leader, BackupSteps.endSegment(leader));

            var writing = new AtomicBoolean(true);
            var writer = Thread.ofVirtual().start(() -> BackupSteps.write(leader, writing));
            try {
                serverEndsAndComesBack(cluster, s3, leader);
                assertThat(BackupSteps.run(cluster, leader, "full").get("text").toString())
                        .contains("F (full)");
                BackupSteps.execute(leader, "INSERT INTO orders (what) VALUES ('between')");
                assertThat(BackupSteps.run(cluster, standby, "incr").get("text").toString())
                        .contains("I (incr)");
            } finally {
                writing.set(false);
                writer.join();
            }
            BackupSteps.execute(leader, "INSERT INTO orders (what) VALUES ('the last one')");
            String before = leader.sql(SUM);
            String moment = BackupSteps.moment(cluster, leader);
            BackupSteps.execute(leader, "DELETE FROM orders WHERE i % 2 = 0");
            awaitArchived(cluster, s3, leader, BackupSteps.endSegment(leader));

            BackupSteps.restore(cluster, standby, moment, OURS);
            BackupSteps.start(standby, OURS, 6000);
            assertThat(BackupSteps.ask(standby, 6000, SUM)).isEqualTo(before);
            BackupSteps.stop(standby, OURS);

            stockJudges(s3, standby, moment, before);
        }
    }

    /** Some 20 MB, in small portions: a slow machine shall not take long over one statement. */
    private static void ballast(Node leader) throws SQLException {
        BackupSteps.execute(leader, "CREATE TABLE ballast (what text)");
        for (int i = 0; i < 20; i++)
            BackupSteps.execute(
                    leader,
                    "INSERT INTO ballast SELECT repeat(md5(n::text), 60) FROM generate_series(1, 500) n");
    }

    /**
     * The server ends under a full backup and under writes. The backup fails and says why; what was
     * written waits, and all of it gets there once the server is back.
     */
    private static void serverEndsAndComesBack(Cluster cluster, S3Box s3, Node leader)
            throws Exception {
        var wish = BackupSteps.ask(leader, "full");
        Await.until(
                "the beginning of a backup in the bucket",
                () -> s3.names(PREFIX + "/backup/herd").stream().anyMatch(n -> n.endsWith("F")),
                cluster::describe);
        s3.box().kill();
        String first = BackupSteps.endSegment(leader);
        String last = BackupSteps.endSegment(leader);
        var run = BackupSteps.ended(cluster, leader, wish);
        assertThat(run).as(run.toString()).containsEntry("state", "failed");
        assertThat(run.get("text").toString()).contains("s3://" + S3Box.BUCKET, s3.box().address());
        Node maker = cluster.node(run.get("member").toString());
        awaitFigures(
                cluster,
                maker,
                Map.of("matriarch_backup_failures_total", "reason=\"storage_unreachable\""));
        awaitFigures(
                cluster,
                leader,
                Map.of(
                        "matriarch_archive_failing", "",
                        "matriarch_archive_ready_segments", "",
                        "matriarch_repo_requests_total", "code=\"none\""));

        s3.back();
        awaitArchived(cluster, s3, leader, first);
        awaitArchived(cluster, s3, leader, last);
        Await.until(
                "an archive that fails no more",
                () -> BackupSteps.figure(leader, "matriarch_archive_failing", "") == 0,
                cluster::describe);
    }

    /** Until each of these figures, with this label, is above 0. */
    private static void awaitFigures(Cluster cluster, Node node, Map<String, String> wanted) {
        wanted.forEach((name, label) ->
                Await.until(
                        "%s{%s} above 0 on %s".formatted(name, label, node),
                        () -> BackupSteps.figure(node, name, label) > 0,
                        cluster::describe));
    }

    private static void awaitArchived(Cluster cluster, S3Box s3, Node leader, String segment) {
        String folder = PREFIX + "/archive/herd/17-1/" + segment.substring(0, 16);
        Await.until(
                "segment " + segment + " in the bucket",
                () -> s3.names(folder).stream().anyMatch(n -> n.startsWith(segment + "-")),
                cluster::describe);
    }

    /** Info, verify and a restore to the same second, directly from S3. */
    private static void stockJudges(S3Box s3, Node node, String moment, String sum) {
        node.box()
                .write(
                        "/etc/pgbackrest/pgbackrest.conf",
                        """
                        [global]
                        repo1-type=s3
                        repo1-path=/%s
                        repo1-s3-bucket=%s
                        repo1-s3-endpoint=%s
                        repo1-storage-port=%d
                        repo1-storage-ca-file=%s
                        repo1-s3-region=us-east-1
                        repo1-s3-uri-style=path
                        repo1-s3-key=%s
                        repo1-s3-key-secret=%s
                        repo1-cipher-type=aes-256-cbc
                        repo1-cipher-pass=%s
                        log-path=/tmp
                        lock-path=/tmp/stock-lock
                        spool-path=/tmp
                        process-max=2
                        [herd]
                        pg1-path=%s
                        """
                                .formatted(
                                        PREFIX,
                                        S3Box.BUCKET,
                                        s3.box().address(),
                                        S3Box.PORT,
                                        CA,
                                        S3Box.ACCESS_KEY,
                                        S3Box.SECRET_KEY,
                                        PASSPHRASE,
                                        STOCKS));
        String stock = "pgbackrest --config=/etc/pgbackrest/pgbackrest.conf --stanza=herd ";
        assertThat(node.box().run("postgres", stock + "info").orThrow())
                .contains("status: ok", "cipher: aes-256-cbc", "full backup: ", "incr backup: ");
        assertThat(node.box().run("postgres", stock + "verify --output=text --verbose").orThrow())
                .contains("status: ok")
                .doesNotContain("ERROR", "status: error");
        node.box()
                .run(
                        "postgres",
                        "mkdir -m 700 %s && %s restore --archive-mode=off --type=time '--target=%s' --target-action=promote"
                                .formatted(
                                        STOCKS,
                                        stock,
                                        moment.replace('T', ' ').replace("Z", "+00")))
                .orThrow();
        BackupSteps.start(node, STOCKS, 6001);
        assertThat(BackupSteps.ask(node, 6001, SUM)).isEqualTo(sum);
        node.box()
                .run("postgres", node.bin() + "/pg_amcheck -h /tmp -p 6001 --all --install-missing")
                .orThrow();
        BackupSteps.stop(node, STOCKS);
    }
}
