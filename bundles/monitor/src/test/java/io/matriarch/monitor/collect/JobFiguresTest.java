package io.matriarch.monitor.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.monitor.api.TextFormat;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.core.Samples;
import io.matriarch.schedule.api.ClusterJobs.Job;
import io.matriarch.schedule.api.ClusterJobs.JobRun;
import io.matriarch.schedule.api.ClusterJobs.JobRun.State;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Jobs of the cluster, as figures,")
class JobFiguresTest {
    private static final Instant START = Instant.parse("2026-11-23T02:00:00Z");
    private final Samples out = new Samples(new Identity("demo", "a"));

    private static JobRun run(int minute, State state) {
        var due = START.plusSeconds(minute * 60L);
        return new JobRun(
                "id-" + minute,
                "s",
                due,
                "b",
                state,
                1,
                Optional.of(due),
                state == State.RUNNING ? Optional.empty() : Optional.of(due.plusSeconds(5)),
                "text");
    }

    private static JobFigures.Known known(String schedule, String task, JobRun... ended) {
        var last = Arrays.stream(ended).findFirst();
        var job = new Job(schedule, task, "", "UTC", Optional.empty(), last);
        return new JobFigures.Known(job, List.of(ended));
    }

    private String page() {
        return TextFormat.PROMETHEUS.write(out.families());
    }

    @Test
    @DisplayName("tell of each type how the newest backup ended, by whichever schedule")
    void newest() {
        JobFigures.add(
                List.of(
                        known("sunday", "backup-full", run(10, State.FAILED)),
                        known("on-demand:backup-full", "backup-full", run(20, State.DONE)),
                        known("daily", "backup-incr", run(40, State.FAILED), run(30, State.DONE)),
                        known("check", "verify", run(50, State.FAILED))),
                List.of("near", "far"),
                out);
        assertThat(page())
                .contains("repo=\"near,far\",type=\"full\"} 1", "type=\"incr\"} 0")
                .doesNotContain("verify");
    }

    @Test
    @DisplayName("leave out what a person stopped, what nobody ran, and what is running")
    void uncounted() {
        assertThat(JobFigures.counts(run(1, State.RUNNING))).isFalse();
        JobFigures.add(
                List.of(
                        known(
                                "daily",
                                "backup-diff",
                                run(50, State.STOPPED),
                                run(40, State.SKIPPED),
                                run(30, State.DONE))),
                List.of("near"),
                out);
        assertThat(page()).contains("type=\"diff\"} 1");
    }

    @Test
    @DisplayName("tell nothing before the first backup")
    void none() {
        var never = known("daily", "backup-full");
        assertThat(JobFigures.wants(never.job())).isFalse();
        JobFigures.add(List.of(never), List.of("near"), out);
        assertThat(page()).isEmpty();
    }
}
