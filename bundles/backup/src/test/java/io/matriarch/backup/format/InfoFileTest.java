package io.matriarch.backup.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An info file")
class InfoFileTest {
    private record Line(String section, String key, String value) {}

    private static List<Line> read(InputStream in) throws Exception {
        var reader = new InfoReader(in, "test.info");
        var lines = new ArrayList<Line>();
        while (reader.next()) lines.add(new Line(reader.section(), reader.key(), reader.value()));
        return lines;
    }

    private static List<Line> read(String text) throws Exception {
        return read(new ByteArrayInputStream(text.getBytes(UTF_8)));
    }

    private static String write(Line... lines) throws Exception {
        var out = new ByteArrayOutputStream();
        var writer = new InfoWriter(out, "2.55.1");
        for (var line : lines) writer.put(line.section, line.key, line.value);
        writer.finish();
        return out.toString(UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain-zst/archive.info",
                "plain-zst/backup.info",
                "plain-zst/20261123-014615F.backup.manifest",
                "plain-zst/20261123-014615F_20261123-014617I.backup.manifest",
                "bundle-block-zst/backup.info",
                "bundle-block-zst/20261123-014620F.backup.manifest",
                "bundle-block-zst/20261123-014620F_20261123-014621I.backup.manifest"
            })
    @DisplayName("of stock is written back byte for byte, its checksum the same")
    void sameBytes(String sample) throws Exception {
        var lines = read(Samples.stream(sample));
        assertThat(write(lines.toArray(Line[]::new)))
                .isEqualTo(new String(Samples.bytes(sample), UTF_8));
    }

    @Nested
    @DisplayName("has a checksum")
    class Checksum {
        @Test
        @DisplayName("that escapes keys though they stand raw")
        void escapesKeys() throws Exception {
            String text = write(new Line("t", "a\"b=c\\d", "{\"x\":1}"));
            assertThat(text)
                    .contains("\na\"b=c\\d={\"x\":1}\n")
                    .endsWith("backrest-checksum=\"52b5c688f0df17daecad39a13db2d7d519226aed\"\n");
            assertThat(read(text)).containsExactly(new Line("t", "a\"b=c\\d", "{\"x\":1}"));
        }

        @Test
        @DisplayName("and one flipped bit anywhere before it is noticed")
        void flippedBit() {
            byte[] good = Samples.bytes("plain-zst/backup.info");
            var random = new Random(5);
            for (int i = 0; i < 500; i++) {
                byte[] bad = good.clone();
                int at = random.nextInt(good.length - 60);
                if (good[at] == '\n' || at > 0 && good[at - 1] == '\n') continue; // may join lines
                bad[at] ^= (byte) (1 << random.nextInt(7));
                assertThatThrownBy(() -> read(new ByteArrayInputStream(bad)))
                        .as("byte %d", at)
                        .isInstanceOf(FormatException.class);
            }
        }

        @Test
        @DisplayName("and a file cut short anywhere is noticed")
        void cutShort() {
            byte[] good = Samples.bytes("plain-zst/archive.info");
            for (int length = 0; length < good.length - 1; length++) {
                var in = new ByteArrayInputStream(good, 0, length);
                assertThatThrownBy(() -> read(in))
                        .as("%d bytes", length)
                        .isInstanceOf(FormatException.class);
            }
        }

        @Test
        @DisplayName("and lines that end as on Windows break it")
        void carriageReturns() {
            String text = new String(Samples.bytes("plain-zst/archive.info"), UTF_8);
            assertThatThrownBy(() -> read(text.replace("\n", "\r\n")))
                    .isInstanceOf(FormatException.class);
        }
    }

    @Nested
    @DisplayName("is read")
    class Reading {
        @Test
        @DisplayName("with a key that looks like a value up to its last =")
        void equalsInKeys() throws Exception {
            var lines =
                    new Line[] {
                        new Line("t", "a=1", "2"),
                        new Line("t", "b=\"x\" =", "\"q\\\"uo\\\\te\\ttab/é\""),
                        new Line("t", "c={}", "{\"k\":[1,[2,3]],\"n\":null}")
                    };
            assertThat(read(write(lines))).containsExactly(lines);
        }

        @Test
        @DisplayName("in any order of sections and keys")
        void anyOrder() throws Exception {
            String text =
                    """
                    [b]
                    z=1
                    a=2

                    [backrest]
                    backrest-format=5
                    backrest-version="1"

                    [a]
                    k=true

                    [backrest]
                    backrest-checksum="%s"
                    """;
            var checksum = new InfoChecksum();
            checksum.add("b", "z", "1");
            checksum.add("b", "a", "2");
            checksum.add("backrest", "backrest-format", "5");
            checksum.add("backrest", "backrest-version", "\"1\"");
            checksum.add("a", "k", "true");
            assertThat(read(text.formatted(checksum.hex())))
                    .containsExactly(
                            new Line("b", "z", "1"),
                            new Line("b", "a", "2"),
                            new Line("a", "k", "true"));
        }

        @Test
        @DisplayName("with lines longer than any buffer")
        void longLines() throws Exception {
            var line = new Line("t", "k".repeat(70_000), "\"" + "é".repeat(200_000) + "\"");
            assertThat(read(write(line, new Line("t", "kk", "1")))).contains(line);
        }

        @Test
        @DisplayName("and another format is refused by its number")
        void otherFormat() {
            assertThatThrownBy(() -> read("[backrest]\nbackrest-format=6\n"))
                    .hasMessageContaining("format 6")
                    .hasMessageContaining("test.info line 2");
        }

        @Test
        @DisplayName("and nonsense is refused with its line")
        void nonsense() {
            assertThatThrownBy(() -> read("[backrest]\nbackrest-format=5\n\n[db]\ndb-id\n"))
                    .hasMessageContaining("line 5")
                    .hasMessageContaining("db-id");
            assertThatThrownBy(() -> read("a=1\n")).hasMessageContaining("before the first");
            assertThatThrownBy(() -> read("[db\n")).hasMessageContaining("bracket");
        }

        @Test
        @DisplayName("and bytes that are not UTF-8 are refused")
        void notUtf8() {
            byte[] bytes = "[db]\nk?=1\n".getBytes(UTF_8);
            bytes[6] = (byte) 0xE9;
            assertThatThrownBy(() -> read(new ByteArrayInputStream(bytes)))
                    .hasMessageContaining("not UTF-8");
        }
    }

    @Nested
    @DisplayName("is written")
    class Writing {
        @Test
        @DisplayName("never with sections out of order")
        void sectionsInOrder() {
            assertThatThrownBy(() -> write(new Line("b", "k", "1"), new Line("a", "k", "1")))
                    .isInstanceOf(IllegalStateException.class);
        }

        @Test
        @DisplayName("never with a key that would be two lines")
        void noLineBreaks() {
            assertThatThrownBy(() -> write(new Line("a", "k\nl", "1")))
                    .hasMessageContaining("line break");
        }
    }
}
