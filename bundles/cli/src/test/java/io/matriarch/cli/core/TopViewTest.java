package io.matriarch.cli.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The view of top")
class TopViewTest {
    private static final Member MEMBER =
            Cluster.of(
                            Map.of(
                                    "scope",
                                    "demo",
                                    "members",
                                    List.of(Map.of("name", "a", "role", "leader"))),
                            "")
                    .members()
                    .getFirst();

    private static String shown(@Nullable String before, String now) {
        var look =
                new TopView.Look(
                        MEMBER,
                        Samples.of(now),
                        before == null ? null : Samples.of(before),
                        Duration.ofSeconds(2));
        return TopView.tables(List.of(look)).stream().map(Table::render).toList().toString();
    }

    @Test
    @DisplayName("tells rates between two looks, and none after a counter began anew")
    void rates() {
        var name = "matriarch_wal_insert_bytes_total ";
        assertThat(shown(name + "1000", name + "5000")).contains("2000");
        assertThat(shown(null, "pg_up 1\n" + name + "5000")).doesNotContain("2500");
        assertThat(shown(name + "9000", name + "50" + "00\nmatriarch_archive_failing 0"))
                .doesNotContain("-2000")
                .contains("well");
    }

    @Test
    @DisplayName("reads labels with quotes and line ends in them")
    void labels() {
        var sample = Samples.of("x{a=\"say \\\"hi\\\"\",b=\"c\\nd\"} +Inf").all().getFirst();
        assertThat(sample.label("a")).isEqualTo("say \"hi\"");
        assertThat(sample.label("b")).isEqualTo("c\nd");
        assertThat(sample.value()).isInfinite();
        assertThat(Samples.of("no sample here at all {").all()).isEmpty();
    }
}
