package io.matriarch.backup.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A JSON value of an info file")
class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "18446744073709551615",
                "1.5",
                "1e9",
                "true",
                "false",
                "null",
                "\"\"",
                "\"a\\u00e9\\n\"",
                "[]",
                "{}",
                "[1,2]",
                "{\"a\":{\"b\":[]}}",
                " { \"a\" : 1 , \"b\" : [ 2 ] } "
            })
    @DisplayName("is recognized")
    void recognized(String text) {
        assertThat(JsonReader.isValue(text, 0)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "01",
                "-",
                "1.",
                "1e",
                "tru",
                "\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "[",
                "[1,]",
                "[1 2]",
                "{",
                "{\"a\"}",
                "{\"a\":}",
                "{a:1}",
                "{\"a\":1,}",
                "1 2",
                "}",
                "]",
                "{\"a\" 1}"
            })
    @DisplayName("is told from what is none")
    void refused(String text) {
        assertThat(JsonReader.isValue(text, 0)).isFalse();
    }

    @Test
    @DisplayName("nested without end does not exhaust the stack")
    void nested() {
        assertThat(JsonReader.isValue("[".repeat(100_000), 0)).isFalse();
    }

    @Test
    @DisplayName("escapes quote, backslash and the five blanks only")
    void escapes() throws Exception {
        String text = "q\"uo\\te\ttab/é\n\r\b\f\u0001\uD83D\uDC18";
        String json = JsonWriter.string(text);
        assertThat(json).isEqualTo("\"q\\\"uo\\\\te\\ttab/é\\n\\r\\b\\f\u0001\uD83D\uDC18\"");
        assertThat(new JsonReader(json).string()).isEqualTo(text);
        assertThat(new JsonReader("\"\\u00e9\\/\"").string()).isEqualTo("é/");
    }

    @Test
    @DisplayName("of an object never has keys out of order")
    void keysInOrder() {
        var json = new JsonWriter().beginObject().key("b").value(1);
        assertThatThrownBy(() -> json.key("a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> json.key("b")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("orders keys by UTF-8, not by UTF-16")
    void order() {
        assertThat(Utf8Order.compare("a\uFFFD", "a\uD83D\uDC18")).isNegative();
        assertThat(Utf8Order.compare("a", "a/b")).isNegative();
        assertThat(Utf8Order.compare("a-b", "a/b")).isNegative();
    }

    @Test
    @DisplayName("of another kind than wanted is named")
    void wrongKind() {
        assertThatThrownBy(() -> new JsonReader("\"x\"").number())
                .hasMessageContaining("expected a whole number, found \"\"x\"\"");
        assertThatThrownBy(() -> new JsonReader("1").string()).hasMessageContaining("a string");
        assertThatThrownBy(() -> new JsonReader("99999999999999999999").number())
                .hasMessageContaining("out of range");
        assertThatThrownBy(() -> new JsonReader("5000000000").smallNumber())
                .hasMessageContaining("out of range");
    }
}
