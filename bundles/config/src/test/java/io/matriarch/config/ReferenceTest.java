package io.matriarch.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.config.core.Key;
import io.matriarch.config.core.Reference;
import io.matriarch.config.core.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The configuration reference")
class ReferenceTest {
    private static final Path COMMITTED = Path.of("../../docs/configuration.md");

    @Test
    @DisplayName("says what the schema says")
    void upToDate() throws IOException {
        var now = Reference.markdown(Schema.CURRENT);
        if (Boolean.getBoolean("docs.update")) Files.writeString(COMMITTED, now);
        assertThat(Files.readString(COMMITTED))
                .as("docs/configuration.md; renew it by -Dtest=ReferenceTest -Ddocs.update=true")
                .isEqualTo(now);
    }

    @Test
    @DisplayName("explains every key in a sentence")
    void everyKeyExplained() {
        assertThat(Schema.CURRENT.all())
                .allSatisfy(key -> assertThat(key.description()).as(key.path()).endsWith("."))
                .filteredOn(key -> key.standing() != Key.Standing.SUPPORTED)
                .allSatisfy(key -> assertThat(key.note()).as(key.path()).isNotBlank());
    }
}
