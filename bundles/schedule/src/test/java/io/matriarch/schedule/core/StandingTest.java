package io.matriarch.schedule.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.schedule.api.JobProgress;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Where a run stands")
class StandingTest {
    private static final Instant AT = Instant.parse("2026-11-30T02:00:00Z");

    private static JobProgress copying(Optional<Instant> end) {
        return new JobProgress("copying", "local", 25, 100, 1, 4, 5, AT, end);
    }

    @Test
    @DisplayName("comes back from the store as it went in, with figures or without")
    void same() {
        var all = new Standing("25 %", Optional.of(copying(Optional.of(AT.plusSeconds(15)))));
        assertThat(Standing.read(all.json())).isEqualTo(all);
        var endless = new Standing("25 %", Optional.of(copying(Optional.empty())));
        assertThat(Standing.read(endless.json())).isEqualTo(endless);
        var words = new Standing("a \"word\"", Optional.empty());
        assertThat(Standing.read(words.json())).isEqualTo(words);
    }

    @Test
    @DisplayName("is a sentence alone if an earlier version wrote it, or its figures make no sense")
    void tolerant() {
        assertThat(Standing.read("local: 25 %"))
                .isEqualTo(new Standing("local: 25 %", Optional.empty()));
        assertThat(Standing.read("{\"text\":\"x\",\"phase\":\"copying\",\"bytes\":\"many\"}"))
                .isEqualTo(new Standing("x", Optional.empty()));
    }

    @Test
    @DisplayName("never says that more is done than there is")
    void bounded() {
        var grown = new JobProgress("copying", "", 120, 100, 9, 4, 0, AT, Optional.empty());
        assertThat(grown.bytesDone()).isEqualTo(100);
        assertThat(grown.filesDone()).isEqualTo(4);
        var uncounted = new JobProgress("copying", "", 120, 0, 9, 0, 0, AT, Optional.empty());
        assertThat(uncounted.bytesDone()).isEqualTo(120);
        assertThat(uncounted.filesDone()).isEqualTo(9);
    }
}
