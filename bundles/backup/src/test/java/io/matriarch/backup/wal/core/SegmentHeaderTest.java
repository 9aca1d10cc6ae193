package io.matriarch.backup.wal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The header of a WAL segment")
class SegmentHeaderTest {
    private static ByteBuffer header(int magic, int flags) {
        var bytes = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort((short) magic).putShort((short) flags).putInt(3).putLong(0x1_0500_0000L);
        bytes.putInt(0).putInt(0).putLong(-735577238029775744L).putInt(16 << 20).putInt(8192);
        return bytes.rewind();
    }

    @Test
    @DisplayName("is read as PostgreSQL wrote it, with a system id above 2^63")
    void read() {
        var header = SegmentHeader.parse(header(0xD110, 2)).orElseThrow();
        assertThat(header)
                .isEqualTo(
                        new SegmentHeader(
                                0xD110,
                                3,
                                Lsn.parse("1/5000000"),
                                -735577238029775744L,
                                16 << 20,
                                8192));
        assertThat(header.version()).isEqualTo(Optional.of(15));
        assertThat(Long.toUnsignedString(header.systemId())).isEqualTo("17711166835679775872");
    }

    @Test
    @DisplayName("is not there in zeros, in a short page, in a page that is not the first")
    void none() {
        assertThat(SegmentHeader.parse(ByteBuffer.allocate(8192))).isEmpty();
        assertThat(SegmentHeader.parse(header(0xD110, 2).limit(39))).isEmpty();
        assertThat(SegmentHeader.parse(header(0xD110, 0))).isEmpty();
        assertThat(SegmentHeader.parse(header(0x1234, 2))).isEmpty();
    }

    @Test
    @DisplayName("of a version after us has no version, and is a header all the same")
    void future() {
        assertThat(SegmentHeader.parse(header(0xD1FF, 2)).orElseThrow().version()).isEmpty();
    }

    @Test
    @DisplayName("tells later pages of this segment from what a recycled file still holds")
    void pages() {
        var header = SegmentHeader.parse(header(0xD110, 2)).orElseThrow();
        var page = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(header.holdsPage(page, 8192)).as("blank").isTrue();
        page.putShort(0, (short) 0xD110).putLong(8, 0x1_0500_2000L);
        assertThat(header.holdsPage(page, 8192)).isTrue();
        page.putLong(8, 0x1_0400_2000L);
        assertThat(header.holdsPage(page, 8192)).as("of a former life").isFalse();
        page.putShort(0, (short) 0xD10D).putLong(8, 0x1_0500_2000L);
        assertThat(header.holdsPage(page, 8192)).as("of another version").isFalse();
    }
}
