package io.matriarch.backup.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Hashes")
class HashesTest {
    @Test
    @DisplayName("XXH3 with 128 bits gives the canonical bytes")
    void xxh3() {
        assertThat(Xxh3.hash("abc".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Bytes.hex("06b05ab6733a618578af5f94892f3950"));
        assertThat(Xxh3.hash(new byte[8192]))
                .isEqualTo(Bytes.hex("6c8a36bd5451c725620797930ab0991a"));
    }

    @Test
    @DisplayName("the beginning of an XXH3 is taken at any length")
    void beginnings() {
        var content = Bytes.text(50_000, 1);
        for (int length = 1; length <= Xxh3.SIZE; length++) {
            var target = new byte[30];
            Xxh3.hash(content, 100, 40_000, target, 5, length);
            var whole = Xxh3.hash(java.util.Arrays.copyOfRange(content, 100, 40_100));
            assertThat(java.util.Arrays.copyOfRange(target, 5, 5 + length))
                    .isEqualTo(java.util.Arrays.copyOf(whole, length));
            assertThat(target[5 + length]).isZero();
        }
    }

    @Test
    @DisplayName("SHA-1 is the same from heap and direct buffers, and counts")
    void sha1() {
        var content = Bytes.text(100_000, 2);
        var direct = ByteBuffer.allocateDirect(content.length).put(content).flip();
        var sha1 = new Sha1();
        sha1.update(direct);
        assertThat(sha1.count()).isEqualTo(content.length);
        assertThat(sha1.finish()).isEqualTo(Sha1.of(content));
        assertThat(sha1.count()).isZero();
        assertThat(sha1.finish()).isEqualTo(Sha1.EMPTY);
    }
}
