package io.matriarch.backup.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.backup.engine.core.SourceChoice.Preference;
import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.failover.api.MemberStatus;
import io.matriarch.schedule.api.ClusterTask.Fitness;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A member asked to make a backup")
class PlacementTest {
    private static final MemberStatus LEADER =
            member("a", "leader", "running", OptionalLong.empty(), Map.of());
    private static final MemberStatus NEAR = standby("b", 100 << 10, Map.of());
    private static final MemberStatus FAR = standby("c", 200 << 10, Map.of());

    private static MemberStatus standby(String name, long lag, Map<String, Object> tags) {
        return member(name, "replica", "streaming", OptionalLong.of(lag), tags);
    }

    private static MemberStatus member(
            String name, String role, String state, OptionalLong lag, Map<String, Object> tags) {
        return new MemberStatus(
                name, role, state, "127.0.0.1", 5432, "", 1, lag, lag, false, "", tags);
    }

    private static Fitness of(Preference preference, String self, MemberStatus... members) {
        return of(preference, self, Optional.empty(), members);
    }

    private static Fitness of(
            Preference preference, String self, Optional<String> trouble, MemberStatus... members) {
        var cluster = new ClusterStatus("demo", "7", "a", false, "", List.of(members), 1, 0);
        return Placement.of(preference, self, cluster, trouble);
    }

    @Test
    @DisplayName("leaves it to the standby that is least behind; the primary comes last")
    void order() {
        assertThat(of(Preference.PREFER_STANDBY, "b", LEADER, NEAR, FAR))
                .isEqualTo(new Fitness.Fit(0, "standby, 100 kB behind"));
        assertThat(of(Preference.PREFER_STANDBY, "c", LEADER, NEAR, FAR))
                .isEqualTo(new Fitness.Fit(1, "standby, 200 kB behind"));
        assertThat(of(Preference.PREFER_STANDBY, "a", LEADER, NEAR, FAR))
                .isEqualTo(new Fitness.Fit(2, "primary"));
    }

    @Test
    @DisplayName("makes it as the primary where no standby is fit")
    void alone() {
        assertThat(of(Preference.PREFER_STANDBY, "a", LEADER))
                .isEqualTo(new Fitness.Fit(0, "primary"));
        var old = standby("b", Placement.MAX_LAG_BYTES + 1, Map.of());
        assertThat(of(Preference.PREFER_STANDBY, "a", LEADER, old))
                .isEqualTo(new Fitness.Fit(0, "primary"));
        assertThat(of(Preference.PREFER_STANDBY, "b", LEADER, old))
                .isEqualTo(new Fitness.Unfit("it is 1024 MB behind"));
    }

    @Test
    @DisplayName("keeps to what the configuration and the tags say")
    void preference() {
        assertThat(of(Preference.STANDBY, "a", LEADER, NEAR)).isInstanceOf(Fitness.Unfit.class);
        assertThat(of(Preference.PRIMARY, "b", LEADER, NEAR)).isInstanceOf(Fitness.Unfit.class);
        assertThat(of(Preference.PRIMARY, "a", LEADER, NEAR))
                .isEqualTo(new Fitness.Fit(0, "primary"));
        var tagged = standby("b", 0, Map.of("nobackup", true));
        assertThat(of(Preference.PREFER_STANDBY, "b", LEADER, tagged))
                .isEqualTo(new Fitness.Unfit("it is tagged nobackup"));
    }

    @Test
    @DisplayName("is unfit while its server does not run or follow, or nobody knows it")
    void unhealthy() {
        var starting = member("b", "replica", "starting", OptionalLong.of(0), Map.of());
        assertThat(of(Preference.PREFER_STANDBY, "b", LEADER, starting))
                .isEqualTo(new Fitness.Unfit("PostgreSQL here is \"starting\""));
        var unknown = member("b", "replica", "streaming", OptionalLong.empty(), Map.of());
        assertThat(of(Preference.PREFER_STANDBY, "b", LEADER, unknown))
                .isEqualTo(new Fitness.Unfit("how far it is behind is not known"));
        assertThat(of(Preference.PREFER_STANDBY, "z", LEADER)).isInstanceOf(Fitness.Unfit.class);
    }

    @Test
    @DisplayName("is unfit as a standby without the primary's repository, and fit as the primary")
    void repository() {
        var trouble = Optional.of("local: there is no WAL in /b");
        assertThat(of(Preference.PREFER_STANDBY, "b", trouble, LEADER, NEAR))
                .isEqualTo(new Fitness.Unfit("local: there is no WAL in /b"));
        assertThat(of(Preference.PREFER_STANDBY, "a", trouble, LEADER, NEAR))
                .isEqualTo(new Fitness.Fit(2, "primary"));
    }

    @Test
    @DisplayName("drills rather as a standby, if it sees the repository, than as the leader")
    void drill() {
        var trouble = Optional.of("local: there is no WAL in /b");
        assertThat(Placement.ofDrill(false, Optional.empty()))
                .isEqualTo(new Fitness.Fit(0, "standby"));
        assertThat(Placement.ofDrill(true, Optional.empty()))
                .isEqualTo(new Fitness.Fit(1, "leader"));
        assertThat(Placement.ofDrill(true, trouble)).isEqualTo(new Fitness.Fit(1, "leader"));
        assertThat(Placement.ofDrill(false, trouble))
                .isEqualTo(new Fitness.Unfit("local: there is no WAL in /b"));
    }
}
