package io.matriarch.cli.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Text of others on a terminal")
class PlainTest {
    private static final String EVIL = "db\033[2J\033]0;all is well\007\u009b1m\u202etxt\r";

    @Test
    @DisplayName("is as it was, lines and other alphabets too, if it does nothing to the terminal")
    void harmless() {
        var text = "größe\tдб\n\uD83D\uDC18";
        assertThat(Plain.of(text)).isSameAs(text);
    }

    @Test
    @DisplayName("neither moves the cursor nor names the window nor turns the writing round")
    void acts() {
        assertThat(Plain.of(EVIL))
                .isEqualTo("db\uFFFD[2J\uFFFD]0;all is well\uFFFD\uFFFD1m\uFFFDtxt\uFFFD");
    }

    @Test
    @DisplayName("keeps a table's frame")
    void table() {
        var lines =
                new Table(EVIL, List.of("Database"), List.of(List.of(EVIL), List.of("b")))
                        .render()
                        .lines()
                        .toList();
        assertThat(lines).allSatisfy(line -> assertThat(line).doesNotContainPattern("\\p{Cntrl}"));
        assertThat(lines.get(3)).hasSameSizeAs(lines.get(4)).endsWith("|");
    }

    @Test
    @DisplayName("is one line for Nagios, and the known worst comes before what is not known")
    void nagios() {
        var health =
                Map.<String, Object>of(
                        "checks",
                        List.of(
                                check("server", "critical", "away" + EVIL),
                                check("disk", "mystery", "?"),
                                check("lag", "warning", "slow")));
        var result = Nagios.of(health);
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.line())
                .startsWith("MATRIARCH CRITICAL - server: away")
                .doesNotContain("disk", "lag")
                .doesNotContainPattern("\\p{Cntrl}");
        assertThat(
                        Nagios.of(
                                        Map.of(
                                                "checks",
                                                List.of(
                                                        check("disk", "mystery", "?"),
                                                        check("lag", "ok", ""))))
                                .status())
                .isEqualTo(3);
    }

    private static Map<String, Object> check(String name, String status, String text) {
        return Map.of("name", name, "status", status, "text", text);
    }
}
