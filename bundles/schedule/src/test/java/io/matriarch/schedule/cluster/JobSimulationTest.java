package io.matriarch.schedule.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.dcs.api.DcsException;
import io.matriarch.schedule.api.ClusterJobs.JobRun;
import io.matriarch.schedule.api.ClusterJobs.JobRun.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Whatever happens to members and store")
class JobSimulationTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    static LongStream someSeeds() {
        return LongStream.range(0, 15);
    }

    static LongStream moreSeeds() {
        return LongStream.range(15, 60);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("someSeeds")
    @DisplayName("no two members believe a run theirs, and every time is accounted for once")
    void oneAtATime(long seed) throws Exception {
        history(seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @Tag("long")
    @MethodSource("moreSeeds")
    @DisplayName("the same of more histories")
    void oneAtATimeOfMany(long seed) throws Exception {
        history(seed);
    }

    private static void history(long seed) throws Exception {
        var random = new Random(seed);
        var cluster = new JobCluster("j", "0 */2 * * * ?");
        var members = new ArrayList<JobCluster.Member>();
        for (int i = 0; i < 3; i++) members.add(cluster.member("m" + i));
        int generation = 3;
        for (int second = 0; second < 1200; second++) {
            int who = random.nextInt(3);
            switch (random.nextInt(60)) {
                case 0 -> {
                    members.get(who).die();
                    members.set(who, cluster.member("m" + generation++));
                }
                case 1, 2 -> cluster.store.partition(members.get(who).name);
                case 3, 4, 5, 6 -> members.forEach(each -> cluster.store.heal(each.name));
                case 7 -> cluster.loseAnswerOfNextCommit();
                default -> {}
            }
            step(members, random);
            cluster.advance(SECOND);
            var believed = new ArrayList<String>();
            members.forEach(each -> believed.addAll(each.agent.believed()));
            assertThat(believed).as("second %d of seed %d", second, seed).hasSizeLessThan(2);
        }
        members.forEach(each -> cluster.store.heal(each.name));
        settle(cluster, members, random);
        accounted(members.getFirst().jobs().history("j"));
    }

    /** Everything heals: then something runs to its end. */
    private static void settle(JobCluster cluster, List<JobCluster.Member> members, Random random)
            throws Exception {
        Instant healed = cluster.now();
        for (int second = 0; second < 400; second++) {
            step(members, random);
            cluster.advance(SECOND);
        }
        assertThat(members.getFirst().jobs().history("j"))
                .anyMatch(run -> run.state() == State.DONE && run.due().isAfter(healed));
    }

    private static void step(List<JobCluster.Member> members, Random random) {
        for (var member : members) {
            member.agent.keep();
            try {
                member.look();
            } catch (DcsException away) {
                // the next look will do
            }
            if (!member.begun().isEmpty() && random.nextInt(8) == 0) member.finish("done");
        }
    }

    private static void accounted(List<JobRun> history) {
        var seen = new HashSet<Instant>();
        for (JobRun run : history)
            assertThat(seen.add(run.due())).as("%s ended once in %s", run.due(), history).isTrue();
        assertThat(history).extracting(JobRun::state).doesNotContain(State.RUNNING);
    }
}
