package io.matriarch.alerting.form;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ReferenceTest {
    private static final Path PAGE = Path.of("../../docs/alerts.md");

    @Test
    @DisplayName("docs/alerts.md is what the rules say")
    void committed() throws IOException {
        String head;
        try (var in =
                Objects.requireNonNull(
                        ReferenceTest.class.getResourceAsStream(
                                "/io/matriarch/alerting/alerts-head.md"))) {
            head = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        var made = Reference.markdown(head);
        if (Boolean.getBoolean("docs.update")) Files.writeString(PAGE, made);
        assertThat(Files.readString(PAGE)).isEqualTo(made);
    }
}
