package io.matriarch.backup.restore.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.Lsn;
import io.matriarch.backup.format.Manifest;
import io.matriarch.backup.format.Samples;
import io.matriarch.backup.restore.core.RecoverySettings.Action;
import io.matriarch.backup.restore.core.RecoverySettings.Role;
import io.matriarch.backup.restore.core.RecoverySettings.Wish;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A restore")
class RestoreRulesTest {
    private static Manifest sample() throws Exception {
        return Samples.manifest("plain-zst/20261123-014615F.backup.manifest").manifest();
    }

    @Nested
    @DisplayName("writes for recovery")
    class Recovery {
        private static final Instant NOW = Instant.parse("2026-11-23T01:00:00.5Z");

        private static RecoverySettings settings(RestoreTarget target) {
            return RecoverySettings.of(
                    new Wish(
                            target,
                            new TargetTimeline.Latest(),
                            Role.PRIMARY,
                            Action.PROMOTE,
                            "get '%f' %p",
                            false));
        }

        @Test
        @DisplayName("for the latest state: the command and the timeline")
        void latest() {
            var settings = settings(new RestoreTarget.Latest());
            assertThat(settings.signalFile()).contains("recovery.signal");
            assertThat(settings.appendTo("", NOW))
                    .isEqualTo(
                            """

                            # Recovery settings by Matriarch's restore of 2026-11-23T01:00:00Z
                            restore_command = 'get ''%f'' %p'
                            recovery_target_timeline = 'latest'
                            """);
        }

        @Test
        @DisplayName("for a time: with its zone, to the microsecond, and what happens there")
        void time() {
            assertThat(
                            settings(
                                            new RestoreTarget.Time(
                                                    Instant.parse("2026-11-23T01:46:20.123456Z"),
                                                    false))
                                    .settings())
                    .containsEntry("recovery_target_time", "2026-11-23 01:46:20.123456+00")
                    .containsEntry("recovery_target_inclusive", "off")
                    .containsEntry("recovery_target_action", "promote");
        }

        @Test
        @DisplayName("for the other targets")
        void others() {
            assertThat(settings(new RestoreTarget.Position(Lsn.parse("0/A"), true)).settings())
                    .containsEntry("recovery_target_lsn", "0/A")
                    .doesNotContainKey("recovery_target_inclusive");
            assertThat(settings(new RestoreTarget.Transaction("77", true)).settings())
                    .containsEntry("recovery_target_xid", "77");
            assertThat(settings(new RestoreTarget.Point("p")).settings())
                    .containsEntry("recovery_target_name", "p");
            assertThat(settings(new RestoreTarget.Immediate()).settings())
                    .containsEntry("recovery_target", "immediate")
                    .containsEntry("recovery_target_timeline", "current");
            assertThatThrownBy(() -> new RestoreTarget.Transaction("1; x", true))
                    .hasMessageContaining("not a transaction id");
        }

        @Test
        @DisplayName("for a standby, or for none at all")
        void roles() {
            var standby =
                    RecoverySettings.of(
                            new Wish(
                                    new RestoreTarget.Latest(),
                                    new TargetTimeline.Number(7),
                                    Role.STANDBY,
                                    Action.PAUSE,
                                    "get",
                                    true));
            assertThat(standby.signalFile()).contains("standby.signal");
            assertThat(standby.settings())
                    .containsEntry("recovery_target_timeline", "7")
                    .containsEntry("archive_mode", "off")
                    .doesNotContainKey("recovery_target_action");
            var none =
                    RecoverySettings.of(
                            new Wish(
                                    new RestoreTarget.Latest(),
                                    new TargetTimeline.Latest(),
                                    Role.NONE,
                                    Action.PAUSE,
                                    "get",
                                    false));
            assertThat(none.signalFile()).isEmpty();
            assertThat(none.appendTo("a = 1\n", NOW)).isEqualTo("a = 1\n");
        }

        @Test
        @DisplayName("and puts targets of earlier recoveries out of action")
        void earlier() {
            String text =
                    settings(new RestoreTarget.Latest())
                            .appendTo("work_mem = '4MB'\nrecovery_target_xid = '5'\n", NOW);
            assertThat(text)
                    .startsWith(
                            "work_mem = '4MB'\n# of an earlier recovery: recovery_target_xid = '5'\n\n");
        }
    }

    @Nested
    @DisplayName("of some databases")
    class Databases {
        @Test
        @DisplayName("zeroes the files of the others, but not what makes their folders known")
        void exclude() throws Exception {
            var selection = DatabaseSelection.of(sample(), List.of(), List.of("app"));
            assertThat(selection.isPartial()).isTrue();
            assertThat(selection.zeroes("pg_data/base/16385/1259")).isTrue();
            assertThat(selection.zeroes("pg_tblspc/16384/PG_17_202406281/16385/16393")).isTrue();
            assertThat(selection.zeroes("pg_data/base/16385/PG_VERSION")).isFalse();
            assertThat(selection.zeroes("pg_data/base/5/1259")).isFalse();
            assertThat(selection.zeroes("pg_data/global/1213")).isFalse();
        }

        @Test
        @DisplayName("always brings templates and postgres")
        void include() throws Exception {
            var selection = DatabaseSelection.of(sample(), List.of("postgres"), List.of());
            assertThat(selection.zeroes("pg_data/base/16385/1259")).isTrue();
            assertThat(selection.zeroes("pg_data/base/1/1259")).isFalse();
            assertThat(DatabaseSelection.of(sample(), List.of("app"), List.of()).isPartial())
                    .isFalse();
            assertThat(DatabaseSelection.of(sample(), List.of(), List.of()))
                    .isSameAs(DatabaseSelection.ALL);
        }

        @Test
        @DisplayName("refuses names that are not there, and what cannot be left out")
        void refuses() {
            assertThatThrownBy(() -> DatabaseSelection.of(sample(), List.of("ap"), List.of()))
                    .hasMessageContaining("no database \"ap\"")
                    .extracting("hint")
                    .isEqualTo("it has app, postgres, template0, template1");
            assertThatThrownBy(
                            () -> DatabaseSelection.of(sample(), List.of(), List.of("template1")))
                    .hasMessageContaining("cannot be excluded");
            assertThatThrownBy(() ->
                            DatabaseSelection.of(sample(), List.of("app"), List.of("postgres")))
                    .hasMessageContaining("not both");
        }
    }

    @Nested
    @DisplayName("puts files")
    class Layout {
        @Test
        @DisplayName("where they were, or where they are mapped to")
        void places() throws Exception {
            var was = RestoreLayout.of(sample(), Optional.empty(), Map.of(), Optional.empty());
            assertThat(was.place("pg_data/base/1/1")).contains("/pg/data/base/1/1");
            assertThat(was.place("pg_data")).contains("/pg/data");
            assertThat(was.place("pg_tblspc/16384/PG_17_202406281/5/1"))
                    .contains("/pg/ts1/PG_17_202406281/5/1");
            assertThat(was.place("pg_tblspc/16384")).contains("/pg/ts1");
            assertThat(was.place("pg_tblspc")).isEmpty();
            assertThat(was.roots()).containsExactly("/pg/data", "/pg/ts1");
            var mapped =
                    RestoreLayout.of(
                            sample(),
                            Optional.of("/new"),
                            Map.of("ts1", "/fast"),
                            Optional.empty());
            assertThat(mapped.roots()).containsExactly("/new", "/fast");
            assertThat(
                            RestoreLayout.of(
                                            sample(),
                                            Optional.of("/new"),
                                            Map.of("16384", "/byoid"),
                                            Optional.empty())
                                    .roots())
                    .containsExactly("/new", "/byoid");
            assertThat(
                            RestoreLayout.of(
                                            sample(),
                                            Optional.of("/new"),
                                            Map.of(),
                                            Optional.of("/all"))
                                    .roots())
                    .containsExactly("/new", "/all/ts1");
        }

        @Test
        @DisplayName("never in one another, never by a relative path, never outside")
        void refuses() throws Exception {
            assertThatThrownBy(() ->
                            RestoreLayout.of(
                                    sample(), Optional.of("/pg"), Map.of(), Optional.empty()))
                    .hasMessage("/pg/ts1 lies in /pg");
            assertThatThrownBy(() ->
                            RestoreLayout.of(
                                    sample(), Optional.of("data"), Map.of(), Optional.empty()))
                    .hasMessageContaining("no absolute path");
            assertThatThrownBy(() ->
                            RestoreLayout.of(
                                    sample(),
                                    Optional.empty(),
                                    Map.of("ts2", "/x"),
                                    Optional.empty()))
                    .hasMessageContaining("no tablespace \"ts2\"")
                    .extracting("hint")
                    .isEqualTo("it has ts1 (16384)");
            var layout = RestoreLayout.of(sample(), Optional.empty(), Map.of(), Optional.empty());
            assertThatThrownBy(() -> layout.place("pg_data/../../etc/passwd"))
                    .hasMessageContaining("pg_data/../../etc/passwd");
            assertThatThrownBy(() -> layout.place("pg_tblspc/99/x"))
                    .hasMessageContaining("no such");
            assertThatThrownBy(() -> layout.place("etc/passwd")).hasMessageContaining("etc/passwd");
        }
    }
}
