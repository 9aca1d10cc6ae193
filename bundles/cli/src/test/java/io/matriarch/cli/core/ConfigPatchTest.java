package io.matriarch.cli.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A configuration patch")
class ConfigPatchTest {

    private static Map<String, Object> json(String text) throws IOException {
        return Json.object(JSON.std.anyFrom(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"ttl":30}                     | {"ttl":5}                      | {"ttl":5}
                    {"ttl":30,"pause":true}        | {"ttl":30}                     | {"pause":null}
                    {"a":{"b":1,"c":2}}            | {"a":{"b":1,"c":3,"d":4}}      | {"a":{"c":3,"d":4}}
                    {"a":{"b":1,"c":2}}            | {"a":{"b":1}}                  | {"a":{"c":null}}
                    {"a":{"b":1}}                  | {"a":7}                        | {"a":7}
                    {"a":[1]}                      | {"a":[1,2]}                    | {"a":[1,2]}
                    {}                             | {}                             | {}
                    """)
    @DisplayName("between two is the smallest, and applied to the first gives the second")
    void between(String before, String after, String patch) throws IOException {
        assertThat(ConfigPatch.between(json(before), json(after))).isEqualTo(json(patch));
        assertThat(ConfigPatch.apply(json(before), json(patch))).isEqualTo(json(after));
    }

    @Test
    @DisplayName("sets one value by its path")
    void set() throws IOException {
        assertThat(ConfigPatch.set("postgresql.parameters.work_mem", "8MB"))
                .isEqualTo(json("{\"postgresql\":{\"parameters\":{\"work_mem\":\"8MB\"}}}"));
    }

    @Test
    @DisplayName("joined with another keeps what both say, the later one wins")
    void join() throws IOException {
        assertThat(
                        ConfigPatch.join(
                                json("{\"a\":{\"b\":1,\"c\":2}}"), json("{\"a\":{\"c\":null}}")))
                .isEqualTo(json("{\"a\":{\"b\":1,\"c\":null}}"));
    }

    @Test
    @DisplayName("is shown as a difference by lines, far away lines left out")
    void difference() {
        String before = "a\nb\nc\nd\ne\nf\ng\n";
        assertThat(TextDiff.of(before, "a\nb\nc\nd\ne\nf\nG\n"))
                .containsExactly("...", " d", " e", " f", "-g", "+G");
        assertThat(TextDiff.of(before, before)).isEmpty();
        assertThat(TextDiff.of("", "x\n")).isEqualTo(List.of("+x"));
        assertThat(TextDiff.of("x\n", "")).isEqualTo(List.of("-x"));
    }
}
