package io.matriarch.backup.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.Lsn;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A WAL segment")
class WalSegmentTest {
    private static final long MIB = 1L << 20;

    @ParameterizedTest
    @CsvSource({
        "16, 0/3000060, 000000010000000000000003",
        "16, 1/0, 000000010000000100000000",
        "16, 0/FFFFFFFF, 0000000100000000000000FF",
        "1, 0/A400028, 0000000100000000000000A4",
        "1, 2/FFF00000, 000000010000000200000FFF",
        "1024, 5/C0000000, 000000010000000500000003",
        "64, FFFFFFFF/FC000000, 00000001FFFFFFFF0000003F"
    })
    @DisplayName("is named by timeline and position, for any segment size")
    void named(long mib, String lsn, String name) {
        var segment = WalSegment.holding(1, Lsn.parse(lsn), mib * MIB);
        assertThat(segment).hasToString(name).isEqualTo(WalSegment.parse(name));
        assertThat(segment.start(mib * MIB).value())
                .isEqualTo(Lsn.parse(lsn).value() & -(mib * MIB));
    }

    @ParameterizedTest
    @CsvSource({
        "16, 0000000100000000000000FF, 000000010000000100000000",
        "16, 000000010000000000000009, 00000001000000000000000A",
        "1, 000000010000000000000FFF, 000000010000000100000000",
        "1, 0000000100000000000000FF, 000000010000000000000100",
        "1024, 000000010000000000000003, 000000010000000100000000",
        "256, FFFFFFFF0000000A0000000F, FFFFFFFF0000000B00000000"
    })
    @DisplayName("is followed by the next, which wraps where the size says so")
    void next(long mib, String name, String next) {
        assertThat(WalSegment.parse(name).next(mib * MIB)).hasToString(next);
        assertThat(WalSegment.parse(next).previous(mib * MIB)).hasToString(name);
        assertThat(WalSegment.parse(name).countTo(WalSegment.parse(next), mib * MIB)).isEqualTo(2);
    }

    @Test
    @DisplayName("needed up to a position on its border ends before it")
    void border() {
        assertThat(WalSegment.endingAt(1, Lsn.parse("0/3000000"), 16 * MIB))
                .hasToString("000000010000000000000002");
        assertThat(WalSegment.endingAt(1, Lsn.parse("0/3000001"), 16 * MIB))
                .hasToString("000000010000000000000003");
        assertThat(WalSegment.endingAt(1, Lsn.ZERO, 16 * MIB))
                .hasToString("000000010000000000000000");
    }

    @Test
    @DisplayName("of a later timeline comes after all of an earlier one, timelines unsigned")
    void order() {
        assertThat(WalSegment.parse("FFFFFFFF0000000000000000"))
                .isGreaterThan(WalSegment.parse("7FFFFFFFFFFFFFFF000000FF"));
        assertThat(WalSegment.parse("000000010000000000000001").onTimeline(2))
                .hasToString("000000020000000000000001");
        assertThat(WalSegment.parse("000000020000000A0000000B").folder())
                .isEqualTo("000000020000000A");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1 << 19, 3 << 20, 2L << 30, -1})
    @DisplayName("has a size that is a power of two from 1 MiB to 1 GiB")
    void sizes(long size) {
        var segment = WalSegment.parse("000000010000000000000001");
        assertThatThrownBy(() -> segment.next(size)).hasMessageContaining("power of two");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00000001000000000000000",
                "00000001000000000000000g",
                "00000001000000000000000a"
            })
    @DisplayName("is told from other names")
    void others(String name) {
        assertThat(WalSegment.isName(name)).isFalse();
        assertThatThrownBy(() -> WalSegment.parse(name)).hasMessageContaining("24 upper-case");
    }

    @Test
    @DisplayName("in a range is found by name")
    void range() {
        var range =
                new WalRange(
                        WalSegment.parse("0000000100000000000000A4"),
                        WalSegment.parse("0000000100000000000000A6"));
        assertThat(range.contains(WalSegment.parse("0000000100000000000000A4"))).isTrue();
        assertThat(range.contains(WalSegment.parse("0000000100000000000000A6"))).isTrue();
        assertThat(range.contains(WalSegment.parse("0000000100000000000000A7"))).isFalse();
        assertThat(range.contains(WalSegment.parse("0000000200000000000000A5"))).isFalse();
        assertThatThrownBy(() -> new WalRange(range.last(), range.first()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
