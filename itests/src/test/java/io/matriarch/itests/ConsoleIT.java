package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.management.browser.Chromium;
import io.matriarch.management.browser.Page;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The console in a real browser, on a real cluster: what an operator does in a bad hour, and what
 * they see meanwhile. The pictures it takes lie in {@code target/console}.
 */
@DisplayName("the console of a cluster")
class ConsoleIT {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleIT.class);
    private static final int POSTGRES = 17;
    private static final Path PICTURES = Path.of("target", "console");

    /** For pictures with a past to show. */
    private static final Duration LINGER =
            Duration.ofSeconds(Integer.getInteger("matriarch.console.linger", 0));

    private static final String SETTINGS =
            """
            matriarch:
              state_dir: /var/lib/matriarch
            backup:
              repositories:
                - {name: shared, directory: %s/repository, retention: {full: 2}}
            """
                    .formatted(Node.SHARED);

    private Cluster cluster;
    private Page page;

    @Test
    @DisplayName(
            "refuses a wrong password, plans a restore, sets a silence, switches over by button, and shows a failover as it happens")
    void console() throws Exception {
        assumeTrue(Chromium.missing().isEmpty(), Chromium.missing());
        Path shared = BackupSteps.sharedFolder("console");
        var working = new AtomicBoolean(true);
        try (var running =
                        Cluster.of("console", POSTGRES)
                                .etcdMembers(1)
                                .shared(shared)
                                .extra(SETTINGS)
                                .dcs("synchronous_mode: true")
                                .start();
                var chromium = new Chromium(Lab.get().subnet().replaceFirst("[^.]*$", "*"))) {
            cluster = running;
            Node leader = cluster.awaitHealthy();
            var clients = Thread.ofVirtual().start(() -> work(working));
            try {
                page = chromium.page();
                page.size(1400, 1000, false);
                page.go("http://" + leader.address() + ":" + Node.REST_PORT + "/console");
                page.untilText("#cluster", NodeConfig.SCOPE);
                page.untilText("#fresh", "live from " + leader.name());
                signIn();
                sessions(leader);
                backups();
                silence();
                pictures("calm");
                Node next = switchover(leader);
                failover(next);
                ownMemberAway(leader);
                assertThat(page.complaints()).as("of the browser").isEmpty();
            } finally {
                working.set(false);
                clients.join();
            }
        }
    }

    /** Clients that write as long as they are let; what fails is tried again. */
    private void work(AtomicBoolean working) {
        String url = Node.url(cluster.nodes(), "&targetServerType=primary");
        while (working.get()) {
            try (var connection = DriverManager.getConnection(url, Node.login());
                    var statement = connection.createStatement()) {
                statement.execute(
                        "create table if not exists orders (i bigserial primary key, what text)");
                while (working.get()) {
                    statement.execute(
                            "insert into orders (what) select md5(n::text) from generate_series(1, (random() * 200)::int) n");
                    Await.pause(Duration.ofMillis(50));
                }
            } catch (SQLException e) {
                LOG.debug("a client begins again", e);
                Await.pause(Duration.ofMillis(500));
            }
        }
    }

    private void signIn() {
        assertThat(page.shown("#switchover")).as("before signing in").isFalse();
        page.click("#sign-in");
        page.type("#user", NodeConfig.REST_USER);
        page.type("#password", "guessed");
        page.press("Enter");
        page.untilText("#refusal", "not authenticated");
        assertThat(page.shown("#switchover")).as("refused").isFalse();
        page.type("#password", NodeConfig.REST_PASSWORD);
        page.press("Enter");
        page.untilText("#who", "keeper, admin");
        page.untilShown("#switchover");
    }

    /** One session holds a row and two wait for it, one behind the other. */
    private void sessions(Node leader) throws SQLException {
        try (var holder = connect(leader);
                var second = connect(leader);
                var third = connect(leader)) {
            execute(holder, "create table stock (i int primary key, n int)");
            execute(holder, "insert into stock values (1, 9)");
            holder.setAutoCommit(false);
            execute(holder, "update stock set n = n - 1 where i = 1");
            var waiters =
                    List.of(second, third).stream()
                            .map(connection -> Thread.ofVirtual().start(() -> update(connection)))
                            .toList();
            page.untilText("#blocked", "2 sessions wait for a lock");
            page.untilText("#blocking", "update stock set n = n - 2");
            holder.rollback();
            page.untilText("#blocked", "Nobody waits for a lock.");
            for (var waiter : waiters) waiter.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static Connection connect(Node node) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://%s:%d/postgres".formatted(node.address(), Node.POSTGRES_PORT),
                Node.login());
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void update(Connection connection) {
        try {
            execute(connection, "update stock set n = n - 2 where i = 1");
        } catch (SQLException e) {
            LOG.info("the update that waited", e);
        }
    }

    private void backups() {
        page.click("#make-backup");
        page.choose("#field-type", "full");
        page.click("#go");
        page.untilText("#answer", "backup-full is asked for");
        page.click("#answer");
        page.untilText("#backups", "full");
        page.click("#check-wal");
        page.click("#go");
        page.untilText("#checked", "0 gaps at the check of");
        page.click("#answer");
        page.click("#verify");
        page.click("#go");
        page.untilText("#answer", "verify is asked for");
        page.click("#answer");
        page.untilText("#backups", "verified");
        page.untilShown("#moment");
        page.type("#directory", "/var/lib/postgresql/restored");
        page.click("#to-latest");
        page.click("#make-plan");
        page.untilText("#restore-said", "would restore");
        assertThat(page.text("#plan")).contains("latest", "/var/lib/postgresql/restored", "shared");
        page.click("#begin");
        assertThat(page.value("document.querySelector('#go').disabled"))
                .as("before the cluster's name is typed")
                .isEqualTo(true);
        page.press("Escape");
    }

    private void silence() {
        page.click("#silence");
        page.type("#field-matchers", "alertname=\"MemberDown\"");
        page.type("#field-comment", "a switch is replaced");
        page.click("#try");
        page.untilText("#said", "would be quiet until");
        page.click("#go");
        page.untilText("#answer", "silence");
        page.click("#answer");
        page.untilText("#silences", "a switch is replaced");
    }

    private void pictures(String name) throws IOException {
        Await.pause(LINGER);
        page.until("charts", "document.querySelectorAll('#charts canvas').length >= 3");
        page.until(
                "figures of every stage",
                "document.querySelectorAll('#topology .edge .figure').length >= 8");
        page.value("window.scrollTo(0, 0)");
        for (var scheme : List.of("light", "dark")) {
            page.scheme(scheme);
            page.untilText("#charts", "Transactions");
            page.picture(PICTURES.resolve(name + "-" + scheme + ".png"), false);
            page.picture(PICTURES.resolve(name + "-" + scheme + "-whole.png"), true);
        }
        page.scheme("light");
        page.size(390, 844, true);
        page.until(
                "no part that is wider than a phone",
                "document.documentElement.scrollWidth <= 390");
        page.picture(PICTURES.resolve(name + "-phone.png"), false);
        page.picture(PICTURES.resolve(name + "-phone-whole.png"), true);
        page.size(1400, 1000, false);
    }

    private Node switchover(Node leader) throws IOException {
        Await.until(
                "a synchronous standby",
                () -> Cluster.table(leader).stream().anyMatch(r -> r.role().equals("sync_standby")),
                cluster::describe);
        String next =
                Cluster.table(leader).stream()
                        .filter(r -> r.role().equals("sync_standby"))
                        .findFirst()
                        .orElseThrow()
                        .name();
        page.untilText("#members", "sync_standby");
        page.click("#switchover");
        page.choose("#field-candidate", next);
        page.type("#typed", NodeConfig.SCOPE);
        page.click("#go");
        page.untilText("#why", next + " leads");
        page.untilShown("#answer");
        page.click("#answer");
        page.untilText("#word", "Well");
        page.untilText("#events", leader.name() + " to " + next);
        return cluster.node(next);
    }

    /** Nobody touches the page: it tells what happens. */
    private void failover(Node leader) throws IOException {
        cluster.awaitHealthy();
        page.until("nobody", "!document.querySelector('#why').innerText.includes('is gone')");
        leader.box().kill();
        page.until(
                "another leader",
                "/^(?!%s )\\S+ leads|is gone/.test(document.querySelector('#why').innerText)"
                        .formatted(leader.name()));
        page.until(
                "the new leader in the table",
                """
                [...document.querySelectorAll('#members tr')].some(r =>
                    r.cells[1].innerText === 'leader' && r.cells[0].innerText !== '%s')
                """
                        .formatted(leader.name()));
        page.picture(PICTURES.resolve("failover.png"), false);
        leader.box().start();
        page.untilText("#word", "Well");
    }

    /** The page's own agent ends: another member tells, and what was known stays. */
    private void ownMemberAway(Node own) throws IOException {
        Await.until("all to stream", () -> cluster.awaitHealthy() != null, cluster::describe);
        own.endAgent();
        page.untilText("#stale", own.name() + " does not answer");
        page.until(
                "another member", "/ from n\\d/.test(document.querySelector('#fresh').innerText)");
        assertThat(page.text("#members")).contains("n1", "n2", "n3");
        assertThat(page.shown("#switchover")).as("buttons for another member's page").isFalse();
        page.picture(PICTURES.resolve("own-member-away.png"), false);
        own.holdAgent(false);
        page.untilText("#fresh", "from " + own.name());
        page.until("no notice", "document.querySelector('#stale').hidden");
    }
}
