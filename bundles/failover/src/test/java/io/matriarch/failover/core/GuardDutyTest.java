package io.matriarch.failover.core;

import static io.matriarch.failover.core.Views.down;
import static io.matriarch.failover.core.Views.policy;
import static io.matriarch.failover.core.Views.primary;
import static io.matriarch.failover.core.Views.standby;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.postgres.api.ServerView;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The guard's deadline")
class GuardDutyTest {
    private static final Policy ORDINARY = policy();
    private static final Policy FOLLOWS = policy("standby_cluster", Map.of("host", "far"));
    private static final Optional<ServerView.Postmaster> NOBODY = Optional.empty();
    private static final boolean LEADS = true;

    private static ServerView running(Views.Node node) {
        var server = node.view().server();
        assertThat(server.postmaster()).isPresent();
        return server;
    }

    private static final ServerView STANDBY = running(standby());
    private static final ServerView PRIMARY = running(primary());
    private static final ServerView DOWN = down("in production").view().server();

    private static GuardDuty duty(ServerView server, Policy policy, boolean leads) {
        return GuardDuty.of(server, policy, false, NOBODY, leads, false);
    }

    @Test
    @DisplayName("stays under a leader, and under a primary whose lease has ended")
    void stays() {
        assertThat(duty(PRIMARY, ORDINARY, LEADS)).isEqualTo(GuardDuty.LEAVE);
        assertThat(duty(STANDBY, ORDINARY, LEADS)).isEqualTo(GuardDuty.LEAVE);
        assertThat(duty(PRIMARY, ORDINARY, !LEADS)).isEqualTo(GuardDuty.LEAVE);
    }

    @Test
    @DisplayName("does not end a standby that does not lead")
    void standsDown() {
        assertThat(duty(STANDBY, ORDINARY, !LEADS)).isEqualTo(GuardDuty.STAND_DOWN);
        assertThat(duty(STANDBY, FOLLOWS, !LEADS)).isEqualTo(GuardDuty.STAND_DOWN);
    }

    @Test
    @DisplayName("stays while a server that was told to end recovery may still do so")
    void latePromotion() {
        var told = STANDBY.postmaster();
        for (var policy : new Policy[] {ORDINARY, FOLLOWS})
            for (boolean leads : new boolean[] {LEADS, !LEADS})
                assertThat(GuardDuty.of(STANDBY, policy, false, told, leads, false))
                        .isEqualTo(GuardDuty.LEAVE);
        var earlier = Optional.of(new ServerView.Postmaster(76, 1));
        assertThat(GuardDuty.of(STANDBY, ORDINARY, false, earlier, !LEADS, false))
                .as("that server is gone")
                .isEqualTo(GuardDuty.STAND_DOWN);
    }

    @Test
    @DisplayName("becomes a closed door once nothing runs under a lead that is over")
    void shut() {
        assertThat(duty(DOWN, ORDINARY, !LEADS)).isEqualTo(GuardDuty.SHUT_IF_ARMED);
        assertThat(duty(DOWN, ORDINARY, LEADS)).isEqualTo(GuardDuty.LEAVE);
    }

    @Test
    @DisplayName("is taken from the leader of a standby cluster, and given back once it writes")
    void standbyCluster() {
        assertThat(duty(STANDBY, FOLLOWS, LEADS)).isEqualTo(GuardDuty.READS_ONLY);
        assertThat(GuardDuty.of(STANDBY, FOLLOWS, false, NOBODY, LEADS, true))
                .as("it is taken already")
                .isEqualTo(GuardDuty.LEAVE);
        for (var policy : new Policy[] {ORDINARY, FOLLOWS})
            assertThat(GuardDuty.of(PRIMARY, policy, false, NOBODY, LEADS, true))
                    .isEqualTo(GuardDuty.REARM);
    }

    @Test
    @DisplayName("is nobody's business while the cluster is paused, nor beside a long action")
    void pausedOrBusy() {
        var paused = policy("pause", true);
        for (var server : new ServerView[] {STANDBY, PRIMARY, DOWN}) {
            assertThat(duty(server, paused, LEADS)).isEqualTo(GuardDuty.STAND_DOWN);
            assertThat(GuardDuty.of(server, ORDINARY, true, NOBODY, !LEADS, false))
                    .isEqualTo(GuardDuty.LEAVE);
        }
    }
}
