package io.matriarch.backup.restore.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.api.Code;
import io.matriarch.api.Lsn;
import io.matriarch.api.MatriarchException;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The target of a restore, as people write it,")
class TargetTextTest {
    @Test
    @DisplayName("is the latest or the first consistent state, a position, a transaction, a point")
    void targets() throws Exception {
        assertThat(TargetText.target("latest")).isEqualTo(new RestoreTarget.Latest());
        assertThat(TargetText.target("immediate")).isEqualTo(new RestoreTarget.Immediate());
        assertThat(TargetText.target("lsn=0/3000060"))
                .isEqualTo(new RestoreTarget.Position(Lsn.parse("0/3000060"), true));
        assertThat(TargetText.target("xid=741"))
                .isEqualTo(new RestoreTarget.Transaction("741", true));
        assertThat(TargetText.target("name=before the upgrade"))
                .isEqualTo(new RestoreTarget.Point("before the upgrade"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-30T02:00:00Z",
                "2026-11-30 02:00:00Z",
                "2026-11-30T03:00:00+01:00",
                "time=2026-11-30T02:00Z"
            })
    @DisplayName("is an instant, which has a zone")
    void times(String text) throws Exception {
        assertThat(TargetText.target(text))
                .isEqualTo(new RestoreTarget.Time(Instant.parse("2026-11-30T02:00:00Z"), true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-11-30T02:00:00",
                "yesterday",
                "lsn=x",
                "xid=-1",
                "name=",
                "where=here"
            })
    @DisplayName("is nothing else, and the refusal says what would be right")
    void wrong(String text) {
        var refused = catchThrowableOfType(MatriarchException.class, () -> TargetText.target(text));
        assertThat(refused.code()).isEqualTo(Code.USAGE);
        assertThat(refused).hasMessageContaining("\"" + text + "\"");
        assertThat(refused.hint()).contains("2026-11-30T02:00:00Z");
    }

    @Test
    @DisplayName("is on the latest timeline, the backup's, or one that is named")
    void timelines() throws Exception {
        assertThat(TargetText.timeline(Optional.empty())).isEqualTo(new TargetTimeline.Latest());
        assertThat(TargetText.timeline(Optional.of("current")))
                .isEqualTo(new TargetTimeline.Current());
        assertThat(TargetText.timeline(Optional.of("3"))).isEqualTo(new TargetTimeline.Number(3));
        for (String wrong : new String[] {"0", "-1", "newest", "4294967296"})
            assertThat(
                            catchThrowableOfType(
                                            MatriarchException.class,
                                            () -> TargetText.timeline(Optional.of(wrong)))
                                    .code())
                    .isEqualTo(Code.USAGE);
    }
}
