package io.matriarch.alerting.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.alerting.Notices;
import io.matriarch.alerting.core.Ledger;
import io.matriarch.alerting.core.Notice;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A record as JSON")
class RecordsTest {
    @Test
    @DisplayName("reads back as it was")
    void same() throws IOException {
        for (var notice : new Notice[] {Notices.firing(), Notices.resolved()})
            assertThat(Records.read(Notice.class, Records.write(notice))).isEqualTo(notice);
        assertThat(Records.read(Ledger.class, Records.write(Ledger.EMPTY))).isEqualTo(Ledger.EMPTY);
    }

    @Test
    @DisplayName("of another version is read as far as it is known")
    void otherVersions() throws IOException {
        var json = Records.write(Notices.firing());
        assertThat(Records.read(Notice.class, json.replaceFirst("\\{", "{\"later\":[1],")))
                .isEqualTo(Notices.firing());
        assertThat(Records.read(Notice.class, json.replace("\"degraded\":false,", "")))
                .isEqualTo(Notices.firing());
    }

    @Test
    @DisplayName("that is none, or cannot be, is refused")
    void refused() {
        for (var bad : new String[] {"", "[]", "{\"severity\":\"LOUD\"}", "{\"at\":\"yesterday\"}"})
            assertThatThrownBy(() -> Records.read(Notice.class, bad))
                    .isInstanceOf(IOException.class);
    }
}
