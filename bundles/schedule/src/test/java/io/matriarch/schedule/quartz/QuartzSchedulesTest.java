package io.matriarch.schedule.quartz;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.schedule.api.ScheduledTask;
import io.matriarch.schedule.api.Schedules.Entry;
import io.matriarch.schedule.api.Schedules.Missed;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.function.Predicate;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A schedule")
@Timeout(60)
class QuartzSchedulesTest {
    private static final String EVERY_SECOND = "* * * * * ?";
    private static final String IN_A_WHILE = "0 0 0 1 1 ? 2090";

    private final Map<String, ScheduledTask> tasks = new ConcurrentHashMap<>();
    private final QuartzSchedules schedules =
            new QuartzSchedules((task, schedule) -> {
                var found = tasks.get(task);
                if (found == null) return false;
                found.run(schedule);
                return true;
            });

    @AfterEach
    void close() {
        schedules.close();
    }

    @Test
    void runsItsTaskOnceAndKeepsHowThatEnded() {
        tasks.put("backup", _ -> {});
        schedules.at("tonight", Instant.now(), "backup");
        var entry = await("tonight", e -> e.last().equals("ok"));
        assertThat(entry.previous()).isPresent();
        assertThat(entry.next()).isEmpty();
        assertThat(entry.expression()).isEmpty();
    }

    @Test
    void givesItsTaskItsOwnName() throws InterruptedException {
        var heard = new SynchronousQueue<String>();
        tasks.put("backup", heard::put);
        schedules.at("tonight", Instant.now(), "backup");
        assertThat(heard.poll(30, SECONDS)).isEqualTo("tonight");
    }

    @Test
    void runsAgainAndAgain() throws InterruptedException {
        var twice = new CountDownLatch(2);
        tasks.put("tick", _ -> twice.countDown());
        schedules.cron("ticks", EVERY_SECOND, ZoneOffset.UTC, Missed.SKIP, "tick");
        assertThat(twice.await(30, SECONDS)).isTrue();
        assertThat(entry("ticks").next()).isPresent();
    }

    @Test
    void isSkippedWhileItsTaskIsAbsentAndRunsOnceItIsBack() {
        schedules.cron("ticks", EVERY_SECOND, ZoneOffset.UTC, Missed.SKIP, "tick");
        await("ticks", e -> e.last().startsWith("skipped: no task \"tick\""));
        tasks.put("tick", _ -> {});
        await("ticks", e -> e.last().equals("ok"));
    }

    @Test
    void keepsWhyItsTaskFailed() {
        tasks.put(
                "backup",
                _ -> {
                    throw new MatriarchException(Code.REFUSED, "no room", "add a disk");
                });
        schedules.at("tonight", Instant.now(), "backup");
        await("tonight", e -> e.last().equals("failed: no room (add a disk)"));
    }

    @Test
    void survivesATaskWhoseBundleIsGone() {
        tasks.put(
                "backup",
                _ -> {
                    throw new NoClassDefFoundError("io/example/Gone");
                });
        schedules.at("tonight", Instant.now(), "backup");
        await("tonight", e -> e.last().startsWith("failed: io/example/Gone"));
    }

    @Test
    void neverOverlapsItself() throws InterruptedException {
        var runs = new ConcurrentHashMap<String, Integer>();
        var entered = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var other = new CountDownLatch(2);
        tasks.put(
                "slow",
                name -> {
                    runs.merge(name, 1, Integer::sum);
                    entered.countDown();
                    release.await();
                });
        tasks.put("tick", _ -> other.countDown());
        schedules.cron("slow", EVERY_SECOND, ZoneOffset.UTC, Missed.SKIP, "slow");
        assertThat(entered.await(30, SECONDS)).isTrue();
        schedules.cron("ticks", EVERY_SECOND, ZoneOffset.UTC, Missed.SKIP, "tick");
        assertThat(other.await(30, SECONDS)).isTrue();
        assertThat(runs).containsEntry("slow", 1);
        release.countDown();
    }

    @Test
    void isReplacedByOneOfTheSameName() {
        schedules.at("tonight", Instant.now().plusSeconds(3600), "backup");
        schedules.cron("tonight", IN_A_WHILE, ZoneOffset.UTC, Missed.RUN_ONCE_NOW, "verify");
        assertThat(schedules.list()).hasSize(1);
        assertThat(entry("tonight").task()).isEqualTo("verify");
        assertThat(entry("tonight").next()).contains(Instant.parse("2090-01-01T00:00:00Z"));
    }

    @Test
    void isForgottenWhenCancelled() {
        schedules.at("tonight", Instant.now().plusSeconds(3600), "backup");
        assertThat(schedules.cancel("tonight")).isTrue();
        assertThat(schedules.cancel("tonight")).isFalse();
        assertThat(schedules.list()).isEmpty();
    }

    @Test
    void thatCanNeverRunIsRefused() {
        assertThatThrownBy(() ->
                        schedules.cron(
                                "leap", "0 0 0 30 2 ?", ZoneOffset.UTC, Missed.SKIP, "backup"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"leap\" would never run");
        assertThat(schedules.list()).isEmpty();
    }

    @Test
    void needsANameAndATask() {
        assertThatThrownBy(() -> schedules.at(" ", Instant.now(), "backup"))
                .hasMessageContaining("name of a schedule");
        assertThatThrownBy(() -> schedules.at("tonight", Instant.now(), ""))
                .hasMessageContaining("task of schedule \"tonight\"");
    }

    @Test
    void thatWasASingleRunIsForgottenInTime() {
        tasks.put("backup", _ -> {});
        for (int i = 0; i < 60; i++) {
            String name = "run-" + i;
            schedules.at(name, Instant.now(), "backup");
            await(name, e -> e.last().equals("ok"));
        }
        // A run is told as ended just before the oldest of its kind is forgotten.
        while (schedules.list().size() > 50) Thread.yield();
        assertThat(schedules.list().stream().map(Entry::name))
                .contains("run-59")
                .doesNotContain("run-0");
    }

    @Test
    void closingDoesNotWaitForARunUnderWay() throws InterruptedException {
        var entered = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var finished = new CountDownLatch(1);
        tasks.put(
                "slow",
                _ -> {
                    entered.countDown();
                    release.await();
                    finished.countDown();
                });
        schedules.at("now", Instant.now(), "slow");
        assertThat(entered.await(30, SECONDS)).isTrue();
        schedules.close(); // would hang here, and fail by the time-out above, if it waited
        release.countDown();
        assertThat(finished.await(30, SECONDS)).isTrue();
    }

    @Test
    void leavesNoMBeanOfQuartzBehind() throws Exception {
        assertThat(
                        ManagementFactory.getPlatformMBeanServer()
                                .queryNames(new ObjectName("quartz:*"), null))
                .isEmpty();
    }

    private Entry entry(String name) {
        return schedules.list().stream()
                .filter(e -> e.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Until the entry is so; the class's time-out is the limit. */
    private Entry await(String name, Predicate<Entry> condition) {
        while (true) {
            var entry = entry(name);
            if (condition.test(entry)) return entry;
            Thread.onSpinWait();
            Thread.yield();
        }
    }
}
