package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.alerting.mail.Exim;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Real faults in a real cluster, told by real mail, and seen by a real Prometheus. By default the
 * first two of {@link NamedFault#ALL}; {@code -Dmatriarch.alerts=all}, or names separated by
 * commas, for more: those are broken one after the other, and the table of what was named is
 * logged.
 */
@DisplayName("a cluster that has to tell")
class AlertsIT {
    private static final Logger LOG = LoggerFactory.getLogger(AlertsIT.class);
    private static final int POSTGRES = 17;
    private static final String USER = "matriarch";
    private static final String PASSWORD = "grey-and-patient";
    private static final String ASKED = System.getProperty("matriarch.alerts", "");

    /** An alert as a member tells it. */
    private record Told(String rule, String labels, String cause, String certainty) {}

    private Cluster cluster;
    private Exim mail;

    @Test
    @DisplayName(
            "sends one mail with the cause, to its end in one thread; Prometheus sees the same")
    void tells() throws Exception {
        assumeTrue(Exim.missing().isEmpty(), Exim.missing());
        assumeTrue(PrometheusServer.missing().isEmpty(), PrometheusServer.missing());
        Path shared = Files.createTempDirectory("matriarch-alerts-it");
        Files.createDirectory(shared.resolve("repository"));
        try (var server = new Exim(InetAddress.ofLiteral(Lab.get().gateway()), USER, PASSWORD)) {
            mail = server;
            Files.copy(server.certificate(), shared.resolve("mail.pem"));
            Files.writeString(shared.resolve("mail.password"), PASSWORD + "\n");
            try (var paths = Files.walk(shared)) {
                for (Path each : paths.toList())
                    Files.setPosixFilePermissions(
                            each, PosixFilePermissions.fromString("rwxrwxrwx"));
            }
            var faults = faults();
            try (var running = builder(shared, faults).start()) {
                cluster = running;
                cluster.awaitHealthy();
                if (ASKED.isEmpty()) together(faults, shared);
                else oneByOne(faults, shared);
            }
        }
    }

    private static List<NamedFault> faults() {
        if (ASKED.equals("all")) return NamedFault.ALL;
        var names =
                ASKED.isEmpty()
                        ? List.of("replay-paused", "archive-refuses")
                        : List.of(ASKED.split(","));
        var faults = NamedFault.ALL.stream().filter(fault -> names.contains(fault.name())).toList();
        assertThat(faults).extracting(NamedFault::name).hasSameElementsAs(names);
        return faults;
    }

    private Cluster.Builder builder(Path shared, List<NamedFault> faults) {
        var builder =
                Cluster.of("alerts", POSTGRES)
                        .etcdMembers(ASKED.isEmpty() ? 1 : 3)
                        .shared(shared)
                        .extra(settings());
        boolean small = faults.stream().anyMatch(each -> each.rule().equals("WalVolumeFull"));
        return small ? builder.diskMegabytes(700) : builder;
    }

    private String settings() {
        return """
        matriarch:
          state_dir: /var/lib/matriarch
        backup:
          repositories:
            - {name: shared, directory: SHARED/repository, retention: {full: 2}}
        alerts:
          smtp:
            host: HOST
            port: PORT
            username: USER
            password_file: SHARED/mail.password
            cacert: SHARED/mail.pem
            from: Matriarch <matriarch@herd.test>
          receivers:
            team: {type: email, to: [dba@herd.test]}
          send: {critical: [team], warning: [team]}
          group_wait: 0s
          group_interval: 10s
          rules:
        """
                        .replace("SHARED", Node.SHARED)
                        .replace("HOST", Lab.get().gateway())
                        .replace("PORT", String.valueOf(mail.startTlsPort()))
                        .replace("USER", USER)
                + NamedFault.RULES;
    }

    // ---- what the members and the mails say ----

    /**
     * As the first member that knows of it tells each. All are asked: one that is cut off from the
     * store tells of itself what the others cannot know.
     */
    private List<Told> told() throws IOException {
        var trouble = new IOException("no member answers");
        var all = new LinkedHashMap<String, Told>();
        boolean answered = false;
        for (Node node : cluster.nodes()) {
            if (!node.box().running()) continue;
            try {
                for (Object each : (List<?>) node.get("/api/v1/alerts").json().get("alerts")) {
                    var told = told((Map<?, ?>) each);
                    all.putIfAbsent(told.rule() + told.labels(), told);
                }
                answered = true;
            } catch (IOException | RuntimeException e) {
                trouble.addSuppressed(e);
            }
        }
        if (!answered) throw trouble;
        return List.copyOf(all.values());
    }

    private static Told told(Map<?, ?> alert) {
        var cause = alert.get("cause") instanceof Map<?, ?> map ? map : Map.of();
        return new Told(
                String.valueOf(alert.get("rule")),
                String.valueOf(alert.get("labels")),
                String.valueOf(cause.get("text")),
                String.valueOf(cause.get("certainty")));
    }

    private Optional<Told> named(NamedFault fault) throws IOException {
        return told().stream()
                .filter(each -> each.rule().equals(fault.rule()))
                .filter(each -> each.cause().contains(fault.cause()))
                .findFirst();
    }

    private String seen() {
        try {
            return told() + "\n" + Mail.receivedBy(mail).stream().map(Mail::text).toList();
        } catch (Exception e) {
            return e + "\n" + cluster.describe();
        }
    }

    /** The mail that says it fires with its cause, or that it is over. */
    private Optional<Mail> mailOf(NamedFault fault, boolean over) throws Exception {
        return Mail.receivedBy(mail).stream()
                .filter(each -> each.text().contains("RESOLVED " + fault.rule()) == over)
                .filter(each -> each.text().contains(fault.rule() + ": "))
                .filter(each -> over || each.text().contains(fault.cause()))
                .findFirst();
    }

    private NamedFault.Place place(Path shared) {
        return new NamedFault.Place(
                cluster, cluster.leader().orElseThrow(), mail, shared.resolve("repository"));
    }

    // ---- the short form ----

    private void together(List<NamedFault> faults, Path shared) throws Exception {
        Node first = cluster.nodes().getFirst();
        var rules = first.get("/api/v1/alerts/rules?format=prometheus").body();
        try (var prometheus = new PrometheusServer(cluster.nodes(), rules)) {
            Await.until(
                    "WAL in the repository",
                    () -> Files.isDirectory(shared.resolve("repository/archive/herd/17-1")),
                    cluster::describe);
            var place = place(shared);
            var undo = new ArrayList<NamedFault.Undo>();
            for (var fault : faults) undo.add(fault.injection().into(place));
            for (var fault : faults) {
                Await.until(fault + " to be told", () -> named(fault).isPresent(), this::seen);
                Await.until(fault + " by mail", () -> mailOf(fault, false).isPresent(), this::seen);
                wellFormed(mailOf(fault, false).orElseThrow(), fault);
            }
            judge(prometheus, place.standby());
            for (var each : undo) each.run();
            for (var fault : faults) {
                Await.until(
                        "the end of " + fault + " by mail",
                        () -> mailOf(fault, true).isPresent(),
                        this::seen);
                var begin = mailOf(fault, false).orElseThrow();
                var end = mailOf(fault, true).orElseThrow();
                assertThat(end.thread()).as(fault.name()).isEqualTo(begin.thread());
                assertThat(end.subject()).isEqualTo(begin.subject());
            }
            onceEach();
        }
    }

    private static void wellFormed(Mail mail, NamedFault fault) {
        assertThat(mail.text()).startsWith("text/plain").contains(fault.cause());
        assertThat(mail.html()).startsWith("text/html").contains(fault.rule()).contains("<html");
        assertThat(mail.subject()).startsWith("[herd] warning: ");
        assertThat(mail.header("X-Matriarch-Severity")).isEqualTo("warning");
        assertThat(mail.header("X-Matriarch-Status")).isEqualTo("firing");
        assertThat(mail.header("Auto-Submitted")).isEqualTo("auto-generated");
        assertThat(mail.header("From")).contains("matriarch@herd.test");
        assertThat(mail.header("To")).contains("dba@herd.test");
        assertThat(mail.text()).contains("first").contains("matriarchctl silence --alert");
    }

    private void judge(PrometheusServer prometheus, Node standby) throws Exception {
        Await.until(
                "Prometheus to scrape all members",
                () ->
                        prometheus.targets().size() == cluster.nodes().size()
                                && prometheus.targets().stream().allMatch(t -> t.startsWith("up ")),
                prometheus::output);
        Await.until(
                "Prometheus to fire the same",
                () ->
                        prometheus.fires("ReplayPaused", standby.name())
                                && prometheus.fires("ArchiveFailing", ""),
                prometheus::output);
        Await.until(
                "Prometheus to judge every rule",
                () ->
                        prometheus.rules().size() > 30
                                && prometheus.rules().stream().allMatch(r -> r.endsWith(" ok")),
                prometheus::output);
    }

    /**
     * Nothing is sent twice, by whomever: no number of a thread comes twice, and none is missing.
     */
    private void onceEach() throws Exception {
        var ids = new ArrayList<String>();
        for (var each : Mail.receivedBy(mail)) ids.add(each.header("Message-ID"));
        assertThat(ids).doesNotHaveDuplicates();
        var numbers = ids.stream().map(id -> id.replaceAll("^<|@.*$", "")).toList();
        for (var id : numbers) {
            int dash = id.lastIndexOf('-');
            int number = Integer.parseInt(id.substring(dash + 1));
            if (number > 1) assertThat(numbers).contains(id.substring(0, dash + 1) + (number - 1));
        }
    }

    // ---- the long form ----

    private void oneByOne(List<NamedFault> faults, Path shared) throws Exception {
        var table = new ArrayList<String>();
        var claims = new ArrayList<String>();
        int right = 0;
        for (var fault : faults) {
            cluster.awaitHealthy();
            Await.until(
                    "quiet about " + fault.rule(),
                    () -> told().stream().noneMatch(each -> each.rule().equals(fault.rule())),
                    this::seen);
            var undo = fault.injection().into(place(shared));
            var claimed = new LinkedHashSet<String>();
            boolean named = awaitNamed(fault, claimed);
            claims.addAll(claimed);
            var all = told().stream().filter(each -> each.rule().equals(fault.rule())).toList();
            undo.run();
            if (named) right++;
            table.add(
                    "| %s | %s | %s | %s | %s |"
                            .formatted(fault.name(), fault.rule(), named, all, claimed));
            LOG.info("[fault] {}", table.getLast());
        }
        LOG.info(
                "[faults] {} of {} named rightly\n{}",
                right,
                faults.size(),
                String.join("\n", table));
        assertThat(right)
                .as(String.join("\n", table))
                .isGreaterThanOrEqualTo(faults.size() * 4 / 5);
        assertThat(claims).as("claimed as certain, and wrong").isEmpty();
        assertThat(Mail.receivedBy(mail)).as("told by mail").isNotEmpty();
    }

    /**
     * Whether the right cause was named before patience ended.
     *
     * @param claimed gets what was told meanwhile as certain and is another cause
     */
    private boolean awaitNamed(NamedFault fault, Set<String> claimed) {
        try {
            Await.until(
                    fault + " to be told",
                    java.time.Duration.ofSeconds(90),
                    () -> {
                        told().stream()
                                .filter(each -> each.rule().equals(fault.rule()))
                                .filter(each -> each.certainty().equals("seen"))
                                .filter(each -> !each.cause().contains(fault.cause()))
                                .forEach(each -> claimed.add(each.toString()));
                        return named(fault).isPresent();
                    },
                    this::seen);
            return true;
        } catch (AssertionError e) {
            LOG.info("{}", e.getMessage());
            return false;
        }
    }
}
