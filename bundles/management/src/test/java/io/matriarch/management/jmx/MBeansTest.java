package io.matriarch.management.jmx;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.backup.api.Restoring;
import io.matriarch.failover.api.Answer;
import io.matriarch.management.core.Identity;
import io.matriarch.management.fake.Eventually;
import io.matriarch.management.fake.FakeBundles;
import io.matriarch.management.fake.FakeNeighbours;
import io.matriarch.schedule.api.ClusterJobs.JobRun.State;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.JMX;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.Notification;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The MBeans")
class MBeansTest {
    private static final Instant NOW = Instant.parse("2026-11-23T05:00:00Z");

    private final FakeNeighbours neighbours = new FakeNeighbours();
    private final FakeBundles bundles = new FakeBundles();
    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final MBeans beans =
            new MBeans(
                    server,
                    neighbours,
                    bundles,
                    new Identity("main", "n1", "0.1.0"),
                    InstantSource.fixed(NOW),
                    () -> 0);

    @AfterEach
    void close() {
        beans.close();
    }

    static Stream<String> types() {
        return Stream.of(
                "Cluster",
                "Member",
                "Postgres",
                "Store",
                "Bundles",
                "Schedules",
                "ClusterJobs",
                "Archive",
                "Backup",
                "Restore",
                "Health",
                "Events",
                "Replication",
                "Alerts",
                "Metrics",
                "Audit",
                "Jobs");
    }

    private static ObjectName name(String type) throws JMException {
        return new ObjectName("io.matriarch:type=" + type);
    }

    private <T> T bean(Class<T> type) {
        try {
            return JMX.newMXBeanProxy(server, MBeans.nameOf(type), type);
        } catch (JMException e) {
            throw new AssertionError(e);
        }
    }

    @Nested
    @DisplayName("describe")
    class Describe {
        @ParameterizedTest
        @MethodSource("io.matriarch.management.jmx.MBeansTest#types")
        void everyAttributeOperationAndParameter(String type) throws JMException {
            var info = server.getMBeanInfo(name(type));
            assertThat(info.getDescription()).contains(" ");
            for (var attribute : info.getAttributes()) {
                requireText(attribute);
                if (Set.of("int", "long").contains(attribute.getType()))
                    assertThat(attribute.getDescriptor().getFieldValue("units").toString())
                            .as("unit of %s.%s", type, attribute.getName())
                            .isNotBlank();
            }
            for (var operation : info.getOperations()) {
                requireText(operation);
                for (var parameter : operation.getSignature()) {
                    requireText(parameter);
                    assertThat(parameter.getName())
                            .as(operation.getName())
                            .isNotBlank()
                            .doesNotMatch("(p|arg)\\d+");
                }
            }
        }

        private void requireText(MBeanFeatureInfo feature) {
            assertThat(feature.getDescription())
                    .as("text of %s", feature)
                    .isNotBlank()
                    .isNotEqualTo(feature.getName())
                    .matches("(?s).{4,}");
            assertThat(feature.getDescriptor().getFieldValue(Description.TEXT))
                    .isEqualTo(feature.getDescription());
        }

        @ParameterizedTest
        @MethodSource("io.matriarch.management.jmx.MBeansTest#types")
        void whetherAnOperationChangesAnything(String type) throws JMException {
            for (var operation : server.getMBeanInfo(name(type)).getOperations()) {
                assertThat(operation.getImpact())
                        .as(operation.getName())
                        .isIn(MBeanOperationInfo.INFO, MBeanOperationInfo.ACTION);
                if (operation.getName().endsWith("DryRun"))
                    assertThat(operation.getImpact()).isEqualTo(MBeanOperationInfo.INFO);
            }
        }

        @ParameterizedTest
        @MethodSource("io.matriarch.management.jmx.MBeansTest#types")
        void operationsOfOneNameEach(String type) throws JMException {
            assertThat(server.getMBeanInfo(name(type)).getOperations())
                    .extracting(MBeanOperationInfo::getName)
                    .doesNotHaveDuplicates();
        }

        @Test
        void aDryRunWithTheSameParametersForWhateverIsDangerous() throws JMException {
            requireTwin("Cluster", "switchover", "failover", "patchConfig");
            requireTwin("Member", "restart", "reinitialize", "shutDown");
            requireTwin("Bundles", "update", "stop", "refresh");
        }

        private void requireTwin(String type, String... names) throws JMException {
            var signatures =
                    Arrays.stream(server.getMBeanInfo(name(type)).getOperations())
                            .collect(
                                    Collectors.toMap(
                                            MBeanOperationInfo::getName,
                                            o ->
                                                    Arrays.stream(o.getSignature())
                                                            .map(p -> p.getType() + p.getName())
                                                            .toList()));
            for (String each : names)
                assertThat(signatures.get(each + "DryRun"))
                        .as(each)
                        .isEqualTo(signatures.get(each));
        }
    }

    @Nested
    @DisplayName("show")
    class Show {
        @ParameterizedTest
        @MethodSource("io.matriarch.management.jmx.MBeansTest#types")
        void everyAttribute(String type) throws JMException {
            for (MBeanAttributeInfo attribute : server.getMBeanInfo(name(type)).getAttributes())
                assertThat(server.getAttribute(name(type), attribute.getName()))
                        .as(attribute.getName())
                        .isNotNull();
        }

        @Test
        void aRecordAsCompositeData() throws JMException {
            var snapshot = (CompositeData) server.getAttribute(name("Member"), "Snapshot");
            assertThat(snapshot.get("leaseLeftMillis")).isEqualTo(4200L);
            var members = (CompositeData[]) server.getAttribute(name("Cluster"), "Members");
            assertThat(members)
                    .extracting(m -> m.get("receiveLagBytes"))
                    .containsExactly(-1L, 128L);
        }

        @Test
        void aServerThatDoesNotRunWithoutGuessing() {
            neighbours.postgres.running = false;
            var postgres = bean(PostgresMXBean.class);
            assertThat(postgres.getState()).isEqualTo("stopped");
            assertThat(postgres.getPositionBytes()).isEqualTo(-1);
            assertThat(postgres.getPosition()).isEmpty();
            assertThat(postgres.getPostmasterPid()).isZero();
        }

        @Test
        void anAbsentNeighbourAsAnErrorThatNamesIt() throws JMException {
            neighbours.absent = true;
            var member = name("Member");
            assertThatThrownBy(() -> server.getAttribute(member, "Role"))
                    .isInstanceOf(RuntimeMBeanException.class)
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the failover agent is absent");
            assertThat(server.getAttribute(member, "Name")).isEqualTo("n1");
            assertThat(bean(ClusterMXBean.class).pause().status()).isEqualTo(503);
        }

        @Test
        void theDecisionsAsked() {
            var decisions = bean(MemberMXBean.class).decisions(60);
            assertThat(decisions)
                    .extracting(Views.Decision::reason)
                    .containsExactly("lease is ours");
            assertThat(neighbours.failover.calls).containsExactly("decisions 2026-11-23T04:59:00Z");
        }
    }

    @Nested
    @DisplayName("run long operations as jobs:")
    class RunJobs {
        @Test
        void theAnswerComesAtOnceAndTheResultLater() throws Exception {
            neighbours.failover.gate = new CountDownLatch(1);
            var ended = new LinkedBlockingQueue<Notification>();
            server.addNotificationListener(name("Jobs"), (n, _) -> ended.add(n), null, null);

            var job = bean(ClusterMXBean.class).switchover("n1", "", "");
            assertThat(job.state()).isEqualTo("running");
            assertThat(bean(JobsMXBean.class).getRunningCount()).isEqualTo(1);

            neighbours.failover.gate.countDown();
            var notification = ended.poll(30, SECONDS);
            assertThat(notification).isNotNull();
            assertThat(notification.getType()).isEqualTo(MBeans.JOB_ENDED);
            assertThat(bean(JobsMXBean.class).job(job.id()))
                    .isEqualTo(
                            new JobView(
                                    "switchover-1",
                                    "switchover",
                                    "done",
                                    NOW.toString(),
                                    NOW.toString(),
                                    200,
                                    "done",
                                    "",
                                    ProgressView.NONE));
            assertThat(neighbours.failover.calls)
                    .containsExactly("switchover n1 Optional.empty Optional.empty false");
        }

        @Test
        void wrongParametersEndOneBeforeItBegins() {
            var job = bean(ClusterMXBean.class).switchover("n1", "n2", "tomorrow");
            assertThat(job.state()).isEqualTo("refused");
            assertThat(job.text()).isEqualTo("field \"at\" is \"tomorrow\"");
            assertThat(job.hint()).contains("with its zone");
            assertThat(neighbours.failover.calls).isEmpty();
        }

        @Test
        void aClientMaySendNullForWhatItDoesNotGive() {
            bean(ClusterMXBean.class).switchoverDryRun("n1", null, null);
            assertThat(neighbours.failover.calls)
                    .containsExactly("switchover n1 Optional.empty Optional.empty true");
        }

        @Test
        void onlyTheLatestAreKept() {
            for (int i = 0; i < 60; i++) bean(ClusterMXBean.class).failover("");
            var jobs = bean(JobsMXBean.class).getJobs();
            assertThat(jobs).hasSize(50);
            assertThat(jobs.getLast().id()).isEqualTo("failover-60");
        }
    }

    @Nested
    @DisplayName("try out")
    class TryOut {
        @Test
        void aRestart() {
            var member = bean(MemberMXBean.class);
            assertThat(member.restartDryRun("", "", "", true, 0).text())
                    .startsWith("would restart PostgreSQL of n1 (primary, running) now");
            assertThat(member.restartDryRun("", "replica", "", false, 0).text())
                    .isEqualTo("would be refused: n1 is primary, not replica");
        }

        @Test
        void aReinitialisation() {
            var member = bean(MemberMXBean.class);
            assertThat(member.reinitializeDryRun(false, false).status()).isEqualTo(412);
            neighbours.failover.role = "replica";
            assertThat(member.reinitializeDryRun(false, true).text())
                    .contains("clone it from the leader n2");
        }

        @Test
        void aShutdown() {
            var member = bean(MemberMXBean.class);
            assertThat(member.shutDownDryRun().text()).contains("let another member lead");
            neighbours.failover.paused = true;
            assertThat(member.shutDownDryRun().text()).contains("leave PostgreSQL running");
        }

        @Test
        void aChangeOfTheConfiguration() {
            var cluster = bean(ClusterMXBean.class);
            assertThat(
                            cluster.patchConfigDryRun(
                                            "{\"ttl\":null,\"postgresql\":{\"use_slots\":true}}")
                                    .text())
                    .isEqualTo(
                            "{\"postgresql\":{\"parameters\":{\"work_mem\":\"4MB\"},\"use_slots\":true}}");
            assertThat(cluster.patchConfigDryRun("{\"ttl\":5}").text())
                    .isEqualTo("would change nothing");
            assertThat(cluster.patchConfigDryRun("ttl=5").status()).isEqualTo(400);
            assertThat(neighbours.failover.calls).isEmpty();
        }

        @Test
        void anUpdateOfABundle() {
            bean(BundlesMXBean.class).updateDryRun(7, "");
            assertThat(bundles.calls).containsExactly("update 7 Optional.empty true");
        }
    }

    @Test
    @DisplayName("tell of role changes in order")
    void roleChanges() throws Exception {
        var heard = new LinkedBlockingQueue<Notification>();
        server.addNotificationListener(name("Member"), (n, _) -> heard.add(n), null, null);
        beans.roleChanged("n1", "replica", "primary", "lease is ours");
        beans.roleChanged("n1", "primary", "demoted", "lease runs out");
        var first = heard.poll(30, SECONDS);
        var second = heard.poll(30, SECONDS);
        assertThat(first.getType()).isEqualTo("io.matriarch.role.changed");
        assertThat(first.getMessage()).isEqualTo("n1: replica -> primary: lease is ours");
        assertThat(first.getSource()).isEqualTo(name("Member"));
        assertThat(first.getSequenceNumber()).isEqualTo(1);
        assertThat(second.getSequenceNumber()).isEqualTo(2);
        assertThat((String[]) second.getUserData())
                .containsExactly("n1", "primary", "demoted", "lease runs out");
    }

    @Test
    @DisplayName("pass an answer on as it is")
    void answers() {
        neighbours.failover.next = new Answer(412, "the cluster is paused already");
        assertThat(bean(ClusterMXBean.class).pause())
                .isEqualTo(new Views.Outcome(412, "the cluster is paused already", ""));
        neighbours.failover.next = new Answer(200, "done");
        bean(MemberMXBean.class).prepareRestart(60);
        assertThat(bean(MemberMXBean.class).prepareRestart(3).hint()).contains("5 to 600");
        assertThat(neighbours.failover.calls).containsExactly("pause", "prepareRestart 60");
        assertThat(bean(SchedulesMXBean.class).cancel("nightly").status()).isEqualTo(200);
        assertThat(bean(SchedulesMXBean.class).cancel("nightly").status()).isEqualTo(404);
    }

    @Test
    @DisplayName("run, stop and tell the cluster's schedules")
    void clusterJobs() {
        var jobs = bean(ClusterJobsMXBean.class);
        assertThat(jobs.getRunningCount()).isEqualTo(1);
        assertThat(jobs.getJobs().getFirst().last().text()).isEqualTo("40 %");
        assertThat(jobs.history("full").getFirst().state()).isEqualTo("done");
        assertThat(jobs.startDryRun("full").status()).isEqualTo(200);
        assertThat(jobs.start("full").text()).contains("the-id");
        assertThat(jobs.stop("full").status()).isEqualTo(202);
        assertThat(jobs.start("none"))
                .isEqualTo(
                        new Views.Outcome(412, "there is no schedule \"none\"", "there is: full"));
        assertThat(neighbours.clusterJobs.calls)
                .containsExactly("start full dry", "start full", "stop full");
    }

    @Test
    @DisplayName("tell what lies in each repository")
    void backups() {
        var repositories = bean(BackupMXBean.class).repositories();
        assertThat(repositories.getFirst().backups().getFirst().label())
                .isEqualTo("20261122-013000F");
        assertThat(repositories.getFirst().backups().getFirst().pages()).isEqualTo("clean");
        assertThat(repositories.getLast().trouble()).contains("no bucket", "endpoint");
    }

    @Test
    @DisplayName("have a backup made as a job, which tells where it stands and how it ended")
    void backup() throws Exception {
        var said = new CopyOnWriteArrayList<String>();
        server.addNotificationListener(
                name("Jobs"), (n, _) -> said.add(n.getType() + " " + n.getMessage()), null, null);
        var backup = bean(BackupMXBean.class);
        assertThat(backup.backup("half").hint()).contains("full, diff or incr");
        assertThat(backup.backupDryRun("").text()).contains("backup-incr");
        assertThat(backup.expiry().getFirst().remove())
                .containsExactly("20261101-013000F: the 3rd full");
        assertThat(backup.expiry().getFirst().blocked())
                .containsExactly("20261122-013000F: no newer backup has clean page checksums");
        assertThat(backup.repositories())
                .extracting(Views.BackupRepository::worstRestoreSeconds)
                .containsExactly(120L, -1L);
        neighbours.clusterJobs.asked(State.RUNNING);
        var job = backup.backup("full");
        Eventually.until(
                "the bean to tell it",
                () -> bean(JobsMXBean.class).job(job.id()).text().equals("40 %"));
        neighbours.clusterJobs.asked(State.DONE);
        Eventually.until(
                "the bean to tell it",
                () -> bean(JobsMXBean.class).job(job.id()).state().equals("done"));
        assertThat(bean(JobsMXBean.class).job(job.id()).text()).isEqualTo("n2: 3 GB");
        Eventually.until(
                "the bean to tell it",
                () -> said.contains(MBeans.JOB_ENDED + " " + job.id() + " done: 200 n2: 3 GB"));
        assertThat(said).contains(MBeans.JOB_PROGRESS + " " + job.id() + ": 40 %");
        assertThat(neighbours.clusterJobs.calls)
                .containsExactly("ask backup-incr dry", "ask backup-full");
    }

    @Test
    @DisplayName("plan a restore, and carry it out as a job")
    void restore() {
        var restore = bean(RestoreMXBean.class);
        assertThat(restore.plan("latest", "/restored", "", "", "", "", false).estimateSeconds())
                .isEqualTo(40);
        var progress = restore.getRestores().getFirst().progress();
        assertThat(progress.phase()).isEqualTo("restoring");
        assertThat(progress.repository()).isEqualTo("local");
        assertThat(progress.filesDone()).isEqualTo(4);
        assertThat(progress.end()).isEqualTo("2026-11-30T02:00:40Z");
        assertThat(restore.getRunningCount()).isEqualTo(1);
        var job = restore.restore("latest", "/restored", "", "", "", "sales", true);
        Eventually.until(
                "the bean to tell it",
                () -> bean(JobsMXBean.class).job(job.id()).text().equals("33 %"));
        assertThat(bean(JobsMXBean.class).job(job.id()).progress()).isEqualTo(progress);
        assertThat(restore.cancel("r2").status()).isEqualTo(412);
        assertThat(restore.cancel("r1").status()).isEqualTo(202);
        neighbours.restoring.becomes(Restoring.State.CANCELLED);
        Eventually.until(
                "the bean to tell it",
                () -> bean(JobsMXBean.class).job(job.id()).state().equals("refused"));
        var own = restore.restore("latest", "/own", "", "", "", "", false);
        Eventually.until(
                "the bean to tell it",
                () -> bean(JobsMXBean.class).job(own.id()).hint().equals("choose another"));
    }

    @Test
    @DisplayName("tell what the WAL archive does, and check it as a job")
    void archive() throws Exception {
        var archive = bean(ArchiveMXBean.class);
        assertThat(archive.getWaitingFiles()).isEqualTo(2);
        assertThat(archive.getOldestWaiting()).isEqualTo("000000010000000000000003");
        assertThat(archive.getLastFailure()).contains("no room", "let retention keep less");
        assertThat(archive.getRepositories().getFirst().storedBytes()).isEqualTo(5 << 20);
        assertThat(archive.getLastCheck()).isEmpty();
        var job = archive.check(true);
        assertThat(job.state()).isEqualTo("running");
        neighbours.walArchive.mayEnd.countDown();
        long begin = System.nanoTime();
        while (bean(JobsMXBean.class).job(job.id()).state().equals("running")) {
            assertThat(System.nanoTime() - begin).isLessThan(60_000_000_000L);
            Thread.onSpinWait();
        }
        assertThat(bean(JobsMXBean.class).job(job.id()).text()).contains("1 healed");
        assertThat(archive.getLastCheck()).contains("000000010000000000000001");
    }

    @Test
    @DisplayName("go when closed")
    void gone() {
        beans.close();
        assertThat(server.queryNames(null, null))
                .noneMatch(n -> n.getDomain().equals("io.matriarch"));
    }
}
