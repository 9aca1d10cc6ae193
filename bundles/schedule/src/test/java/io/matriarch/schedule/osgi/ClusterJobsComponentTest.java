package io.matriarch.schedule.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.dcs.memory.MemoryStore;
import io.matriarch.schedule.api.ClusterJobs.JobRun.State;
import io.matriarch.schedule.api.ClusterTask;
import io.matriarch.schedule.api.Schedules.Missed;
import java.lang.annotation.Annotation;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

@DisplayName("The component of the cluster's jobs")
class ClusterJobsComponentTest {
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(60);

    private final MemoryStore store = new MemoryStore();
    private Framework framework;
    private BundleContext context;

    @BeforeEach
    void start(@TempDir Path cache) throws Exception {
        framework =
                new FrameworkFactory()
                        .newFramework(Map.of(Constants.FRAMEWORK_STORAGE, cache.toString()));
        framework.start();
        context = framework.getBundleContext();
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(30_000);
    }

    private static void until(String what, Callable<Boolean> holds) throws Exception {
        long begin = System.nanoTime();
        while (!holds.call()) {
            assertThat(System.nanoTime() - begin).as("waited in vain: " + what).isLessThan(LIMIT);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private record Config(String... schedules) implements ClusterJobsConfig {
        @Override
        public String scope() {
            return "demo";
        }

        @Override
        public String namespace() {
            return "service";
        }

        @Override
        public String name() {
            return "n1";
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return ClusterJobsConfig.class;
        }
    }

    private interface Work {
        String of(ClusterTask.Run run) throws Exception;
    }

    private void register(String name, Work work) {
        var task =
                new ClusterTask() {
                    @Override
                    public Fitness fitness() {
                        return new Fitness.Fit(0, "always");
                    }

                    @Override
                    public String run(Run run) throws Exception {
                        return work.of(run);
                    }
                };
        context.registerService(
                ClusterTask.class, task, new Hashtable<>(Map.of(ClusterTask.NAME, name)));
    }

    @Test
    @DisplayName("runs a registered task at its time, and keeps how it ended")
    void runs() throws Exception {
        register("verify", run -> "verified by " + run.schedule());
        var jobs =
                new ClusterJobsComponent(
                        context,
                        new Config(
                                "{\"name\":\"v\",\"task\":\"verify\",\"cron\":\"* * * * * ?\"}"));
        jobs.bindDcs(store.client("n1"));
        try {
            until("a run", () -> !jobs.history("v").isEmpty());
            var run = jobs.history("v").getLast();
            assertThat(run.state()).isEqualTo(State.DONE);
            assertThat(run.text()).isEqualTo("verified by v");
            assertThat(run.member()).isEqualTo("n1");
        } finally {
            jobs.stop();
        }
    }

    @Test
    @DisplayName("begins one by hand; a run that is stopped is interrupted and told as stopped")
    void byHand() throws Exception {
        var begun = new CountDownLatch(1);
        register(
                "backup-full",
                run -> {
                    begun.countDown();
                    new CountDownLatch(1).await();
                    return "never";
                });
        var jobs =
                new ClusterJobsComponent(
                        context,
                        new Config(
                                "{\"name\":\"f\",\"task\":\"backup-full\",\"cron\":\"0 0 0 1 1 ?\","
                                        + "\"zone\":\"Europe/Vienna\",\"jitter\":60,\"missed\":\"run\"}"));
        jobs.bindDcs(store.client("n1"));
        try {
            assertThat(jobs.jobs().getFirst().next()).isPresent();
            String id = jobs.start("f", false);
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(jobs.jobs().getFirst().last().orElseThrow().id()).isEqualTo(id);
            jobs.stop("f");
            until("its end", () -> !jobs.history("f").isEmpty());
            assertThat(jobs.history("f").getFirst().state()).isEqualTo(State.STOPPED);
        } finally {
            jobs.stop();
        }
    }

    @Test
    @DisplayName("is fed by what the configuration writes")
    void config() throws Exception {
        var table =
                ClusterJobsComponent.timetables(
                                new String[] {
                                    "{\"name\":\"d\",\"task\":\"backup-diff\",\"cron\":\"0 30 1 ? *"
                                            + " SUN\",\"zone\":\"Europe/Vienna\",\"jitter\":600,"
                                            + "\"missed\":\"run\"}"
                                })
                        .getFirst();
        assertThat(table.zone()).isEqualTo(ZoneId.of("Europe/Vienna"));
        assertThat(table.jitter()).isEqualTo(Duration.ofMinutes(10));
        assertThat(table.missed()).isEqualTo(Missed.RUN_ONCE_NOW);
        assertThatThrownBy(() ->
                        ClusterJobsComponent.timetables(
                                new String[] {"{\"name\":\"d\",\"cron\":\"0 77 * * * ?\"}"}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("77");
    }
}
