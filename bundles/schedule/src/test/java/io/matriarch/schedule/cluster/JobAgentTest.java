package io.matriarch.schedule.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.schedule.api.ClusterJobs.JobRun;
import io.matriarch.schedule.api.ClusterJobs.JobRun.State;
import io.matriarch.schedule.api.ClusterTask.Fitness;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Members that share schedules")
class JobAgentTest {
    private final JobCluster cluster = new JobCluster("full", "0 0 * * * ?");
    private final JobCluster.Member one = cluster.member("one");
    private final JobCluster.Member two = cluster.member("two");

    private void begin() throws DcsException {
        one.look();
        two.look();
        cluster.advance(Duration.ofHours(1));
    }

    private JobRun newest() throws MatriarchException {
        return two.jobs().history("full").getFirst();
    }

    @Test
    @DisplayName("run each time on exactly one of them, and all know how it ended")
    void oneRuns() throws Exception {
        begin();
        one.look();
        two.look();
        assertThat(one.begun()).hasSize(1);
        assertThat(two.begun()).isEmpty();
        assertThat(two.jobs().jobs().getFirst().last().orElseThrow().state())
                .isEqualTo(State.RUNNING);

        one.finish("backed up 3 files");
        assertThat(newest().state()).isEqualTo(State.DONE);
        assertThat(newest().member()).isEqualTo("one");
        assertThat(newest().text()).isEqualTo("backed up 3 files");
        two.look();
        assertThat(two.begun()).isEmpty();
        assertThat(two.jobs().jobs().getFirst().next()).contains(cluster.now().plusSeconds(3600));
    }

    @Test
    @DisplayName("leave it to the better placed one")
    void ranks() throws Exception {
        one.fitness = new Fitness.Fit(2, "primary");
        begin();
        one.look();
        assertThat(one.begun()).isEmpty();
        two.look();
        assertThat(two.begun()).hasSize(1);
    }

    @Test
    @DisplayName("take over what a dead one was running, once its lease is over")
    void takeOver() throws Exception {
        begin();
        one.look();
        one.die();
        cluster.advance(JobAgent.LEASE.minusSeconds(1));
        two.look();
        assertThat(two.begun()).isEmpty();
        cluster.advance(Duration.ofSeconds(2));
        two.look();
        assertThat(two.begun()).hasSize(1);
        two.finish("done");
        assertThat(newest().attempt()).isEqualTo(2);
        assertThat(newest().member()).isEqualTo("two");
    }

    @Test
    @DisplayName("keep a claim as long as they renew it")
    void renewed() throws Exception {
        begin();
        one.look();
        for (int i = 0; i < 20; i++) {
            cluster.advance(JobAgent.KEEP_EVERY);
            one.agent.keep();
            two.look();
        }
        assertThat(two.begun()).isEmpty();
        one.finish("long, but done");
        assertThat(newest().attempt()).isEqualTo(1);
    }

    @Test
    @DisplayName("end a run before another can begin it, when they cannot reach the store")
    void partitioned() throws Exception {
        begin();
        one.look();
        cluster.store.partition("one");
        cluster.advance(JobAgent.LEASE);
        one.agent.keep();
        assertThat(one.agent.believed()).isEmpty();
        two.look();
        assertThat(two.begun()).hasSize(1);
        cluster.store.heal("one");
        one.finish("finished all the same");
        assertThat(two.jobs().history("full")).isEmpty();
        two.finish("done");
        assertThat(newest().member()).isEqualTo("two");
    }

    @Test
    @DisplayName("tell a failure with its hint")
    void failure() throws Exception {
        begin();
        one.look();
        one.fail(new MatriarchException(Code.BACKUP, "disk broke", "replace it"));
        assertThat(newest().state()).isEqualTo(State.FAILED);
        assertThat(newest().text()).isEqualTo("disk broke (replace it)");
    }

    @Test
    @DisplayName("tell a run's end later, if the store is away at that moment")
    void endIsToldLater() throws Exception {
        begin();
        one.look();
        cluster.store.partition("one");
        one.whilePausing(() -> cluster.store.heal("one"));
        one.finish("done");
        assertThat(newest().state()).isEqualTo(State.DONE);
    }

    @Test
    @DisplayName("know their own claim and end again, when the answer was lost")
    void lostAnswers() throws Exception {
        begin();
        cluster.loseAnswerOfNextCommit();
        one.look();
        assertThat(one.begun()).hasSize(1);
        cluster.loseAnswerOfNextCommit();
        one.finish("done");
        assertThat(two.jobs().history("full")).hasSize(1);
    }

    @Test
    @DisplayName("begin one by hand, once, and its next time stays")
    void byHand() throws Exception {
        one.look();
        cluster.advance(Duration.ofMinutes(10));
        assertThat(one.jobs().start("full", true)).isEmpty();
        assertThat(one.begun()).isEmpty();
        String id = one.jobs().start("full", false);
        assertThat(one.begun()).hasSize(1);
        var refused =
                catchThrowableOfType(
                        MatriarchException.class, () -> two.jobs().start("full", false));
        assertThat(refused.code()).isEqualTo(Code.REFUSED);
        assertThat(refused).hasMessageContaining("running already, on one");
        one.finish("done");
        assertThat(newest().id()).isEqualTo(id);
        cluster.advance(Duration.ofMinutes(50));
        two.look();
        assertThat(two.begun()).hasSize(1);
    }

    @Test
    @DisplayName("stop one of another member by hand")
    void stop() throws Exception {
        begin();
        one.look();
        one.finish(run -> {
            run.progress("40 %");
            one.agent.keep();
            var seen = two.jobs().jobs().getFirst().last().orElseThrow();
            assertThat(seen.text()).isEqualTo("40 %");
            two.jobs().stop("full");
            one.agent.keep();
            if (Thread.interrupted()) throw new InterruptedException();
            return "was not interrupted";
        });
        assertThat(newest().state()).isEqualTo(State.STOPPED);
        assertThat(catchThrowableOfType(MatriarchException.class, () -> two.jobs().stop("full")))
                .hasMessageContaining("nothing of full is running");
    }

    @Test
    @DisplayName("refuse what is not configured, and what this one is not fit for")
    void refusals() {
        assertThat(
                        catchThrowableOfType(
                                MatriarchException.class, () -> one.jobs().start("fool", false)))
                .satisfies(e -> assertThat(e.hint()).contains("full"));
        one.fitness = new Fitness.Unfit("no repository");
        assertThat(
                        catchThrowableOfType(
                                MatriarchException.class, () -> one.jobs().start("full", false)))
                .hasMessageContaining("no repository");
    }

    @Test
    @DisplayName("leave what they were running to others when their agent ends in order")
    void orderlyEnd() throws Exception {
        begin();
        one.look();
        one.agent.stop();
        one.fail(new InterruptedException());
        two.look();
        assertThat(two.begun()).as("at once, the lease was given back").hasSize(1);
    }

    @Test
    @DisplayName("keep the newest thirty runs")
    void history() throws Exception {
        one.look();
        for (int i = 0; i < JobBook.RUNS_KEPT + 5; i++) {
            cluster.advance(Duration.ofHours(1));
            one.look();
            one.finish("run " + i);
        }
        assertThat(one.jobs().history("full")).hasSize(JobBook.RUNS_KEPT);
        assertThat(newest().text()).isEqualTo("run " + (JobBook.RUNS_KEPT + 4));
    }

    @Test
    @DisplayName("run a task somebody asks for on the best placed one, under the id that was told")
    void onDemand() throws Exception {
        one.fitness = new Fitness.Fit(1, "primary");
        one.look();
        two.look();
        assertThat(one.jobs().ask("task", true).id()).isEmpty();
        var wish = one.jobs().ask("task", false);
        assertThat(
                        catchThrowableOfType(
                                MatriarchException.class, () -> two.jobs().ask("task", false)))
                .hasMessageContaining("is asked for since");
        one.look();
        assertThat(one.begun()).isEmpty();
        two.look();
        assertThat(two.begun()).hasSize(1);
        assertThat(
                        catchThrowableOfType(
                                MatriarchException.class, () -> one.jobs().ask("task", false)))
                .hasMessageContaining("running already, on two");
        two.finish("backed up");
        var run = one.jobs().history(wish.schedule()).getFirst();
        assertThat(run.id()).isEqualTo(wish.id());
        assertThat(run.due()).isEqualTo(wish.due());
        assertThat(run.text()).isEqualTo("backed up");
        two.look();
        assertThat(two.begun()).as("once is enough").isEmpty();
        assertThat(
                        catchThrowableOfType(
                                MatriarchException.class, () -> one.jobs().ask("tusk", false)))
                .satisfies(e -> assertThat(e.hint()).contains("task, other"));
    }

    @Test
    @DisplayName("run one task of a group at a time, and the next once its member is done or dead")
    void groups() throws Exception {
        one.look();
        two.look();
        one.jobs().ask("task", false);
        one.look();
        assertThat(one.begun()).hasSize(1);
        two.jobs().ask("other", false);
        two.look();
        assertThat(two.begun()).isEmpty();
        assertThat(
                        catchThrowableOfType(
                                MatriarchException.class, () -> two.jobs().start("full", false)))
                .hasMessageContaining("on-demand:task is running");
        one.finish("done");
        two.look();
        assertThat(two.begun()).hasSize(1);
        two.die();
        one.jobs().ask("task", false);
        cluster.advance(JobAgent.LEASE.plusSeconds(1));
        one.look();
        assertThat(one.begun()).hasSize(1);
    }
}
