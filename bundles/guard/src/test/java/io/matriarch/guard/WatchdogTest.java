package io.matriarch.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With a plain file in the place of the device: "[5]" is a timeout of 5 s that was set, "1" a meal,
 * "V" the end that is meant. No real device resets a machine here.
 */
@DisplayName("The guard with a watchdog")
class WatchdogTest extends GuardFixture {
    private Path device;

    @Override
    Guard.Started started() throws Exception {
        return guard.startWithWatchdog();
    }

    @BeforeEach
    void device() throws IOException {
        device = Files.createFile(directory.resolve("watchdog"));
    }

    private String use(String mode) throws Exception {
        return client.ask("WATCHDOG " + mode + " " + device);
    }

    private String fed() throws IOException {
        return Files.readString(device);
    }

    @Test
    @DisplayName(
            "leaves it alone until there is a deadline, then sets more time than is left, and feeds it")
    void arms() throws Exception {
        assertThat(use("automatic")).isEqualTo("OK");
        assertThat(fed()).isEmpty();
        assertThat(arm(Duration.ofSeconds(30).minusMillis(100))).isEqualTo("OK");
        assertThat(fed()).matches("\\[(30|29)](\\[\\d+])?1+");
    }

    @Test
    @DisplayName("feeds it at each renewal")
    void renews() throws Exception {
        use("required");
        arm(Duration.ofMinutes(1));
        int before = meals();
        for (int i = 0; i < 5; i++) arm(Duration.ofMinutes(2 + i));
        assertThat(meals()).isGreaterThanOrEqualTo(before + 5);
    }

    private int meals() throws IOException {
        return (int) fed().replaceAll("\\[[^]]*]", "").chars().filter(c -> c == '1').count();
    }

    @Test
    @DisplayName("does not feed it when the same deadline is told again")
    void sameDeadline() throws Exception {
        use("required");
        long deadline = System.nanoTime() + Duration.ofMinutes(10).toNanos();
        arm(deadline);
        String fed = fed();
        for (int i = 0; i < 5; i++) assertThat(arm(deadline)).isEqualTo("OK");
        assertThat(fed()).isEqualTo(fed);
    }

    @Test
    @DisplayName("tells it to stop when the deadline is given up")
    void disarms() throws Exception {
        use("required");
        arm(FAR);
        assertThat(client.ask("DISARM")).isEqualTo("OK");
        assertThat(fed()).endsWith("1V");
    }

    @Test
    @DisplayName(
            "tells it to stop when the deadline has passed and all are dead, and uses it again")
    void fences() throws Exception {
        use("required");
        var postmaster = watched("deaf");
        assertThat(arm(SOON)).isEqualTo("OK");
        expectFenced(postmaster);
        assertThat(fed()).endsWith("V");
        assertThat(arm(FAR)).isEqualTo("OK");
        assertThat(fed()).endsWith("1");
    }

    @Test
    @DisplayName("that is killed does not tell it to stop: the machine is reset")
    void killed() throws Exception {
        use("required");
        arm(FAR);
        Processes.signal("KILL", guard.pid());
        Processes.await("gone", () -> !Processes.isAlive(guard.pid()));
        assertThat(fed()).endsWith("1");
    }

    @Test
    @DisplayName("can be told to use it, and not to, while the deadline is kept")
    void meanwhile() throws Exception {
        arm(FAR);
        assertThat(use("automatic")).isEqualTo("OK");
        assertThat(fed()).endsWith("1");
        assertThat(use("off")).isEqualTo("OK");
        assertThat(fed()).endsWith("1V");
        assertThat(client.hello().state()).isEqualTo("ARMED");
    }

    @Nested
    @DisplayName("that is not there")
    class Missing {
        private final String none = "/dev/no-such-watchdog";

        @Test
        @DisplayName("says so if it is required")
        void required() throws Exception {
            assertThat(client.ask("WATCHDOG required " + none))
                    .startsWith("ERR the watchdog " + none + " cannot be opened");
        }

        @Test
        @DisplayName("keeps the deadline all the same if it is not")
        void automatic() throws Exception {
            assertThat(client.ask("WATCHDOG automatic " + none)).isEqualTo("OK");
            assertThat(arm(FAR)).isEqualTo("OK");
            Processes.await("logged", () -> guard.logText().contains("going on without it"));
        }

        @Test
        @DisplayName("keeps no deadline once one that is required has gone")
        void vanished() throws Exception {
            assertThat(use("required")).isEqualTo("OK");
            Files.delete(device);
            assertThat(arm(FAR)).startsWith("ERR the watchdog").contains("cannot be opened");
            assertThat(client.hello().state()).isEqualTo("DISARMED");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " off", " always /dev/watchdog", " off dev/watchdog", " off  /x"})
    @DisplayName("says what it expects")
    void form(String rest) throws Exception {
        assertThat(client.ask("WATCHDOG" + rest)).startsWith("ERR expected ");
    }
}
