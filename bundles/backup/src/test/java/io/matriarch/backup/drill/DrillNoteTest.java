package io.matriarch.backup.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.backup.repository.Verified;
import io.matriarch.backup.restore.core.MeasuredRates.Drilled;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The note of a restore drill")
class DrillNoteTest {
    private static final Instant AT = Instant.parse("2026-11-30T02:00:00Z");

    private static String note(@Nullable Boolean sound, String why) {
        return new DrillNote(
                        AT,
                        sound,
                        why,
                        "n1",
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(1),
                        1 << 20,
                        17,
                        "pg_amcheck found nothing")
                .text();
    }

    @Test
    @DisplayName("reads as that of a verification, so that damage counts as damage")
    void verified() {
        assertThat(Verified.parse(note(true, ""))).contains(new Verified(AT, true, ""));
        assertThat(Verified.parse(note(false, "a heap block")))
                .contains(new Verified(AT, false, "a heap block"));
    }

    @Test
    @DisplayName("tells how long it took, where it went well; earlier versions noted no segments")
    void measured() {
        var took = new Drilled(AT, 1 << 20, Duration.ofSeconds(3), 17, Duration.ofSeconds(2));
        assertThat(DrillNote.measured(note(true, ""))).contains(took);
        assertThat(DrillNote.measured(note(true, "").replace(",\"segments\":17", "")))
                .contains(
                        new Drilled(AT, 1 << 20, Duration.ofSeconds(3), 0, Duration.ofSeconds(2)));
        assertThat(DrillNote.measured(note(false, "a heap block"))).isEmpty();
        assertThat(DrillNote.measured("no JSON")).isEmpty();
    }

    @Test
    @DisplayName("says nothing of the backup where the drill could not tell")
    void unknown() {
        assertThat(Verified.parse(note(null, "no room"))).isEmpty();
        assertThat(note(null, "no room")).contains("\"sound\":null", "\"restoreMillis\":3000");
    }
}
