package io.matriarch.backup.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Block maps")
class BlockMapTest {
    private static final int B = 8192;
    private static final byte[] OF_A_FULL =
            Bytes.hex("00 07 01 accf4c 838008 04 2d8861bdce95 5bf3761ef04b");
    private static final byte[] OF_THREE_BACKUPS =
            Bytes.hex(
                    "00 | 06 01 df85dc08 | 878010 08 00 17640ccb7067 | 12 01 | ffff07 06 02 fdc7b208216e"
                            + " a50133a3fcc7 | 0e 01 dbc004 | 878008 08 01 02 cdebe65f18fd | 17 00"
                            + " 93199e68aaea");

    @Test
    @DisplayName("of a full backup: one super block of two blocks")
    void full() throws Exception {
        var map = BlockMapCodec.decode(OF_A_FULL, B, 6);
        assertThat(map.count()).isEqualTo(2);
        var superBlock = new SuperBlock(0, 1, 1255340, 16384, 16384);
        assertThat(map.superBlock(0)).isEqualTo(superBlock);
        assertThat(map.superBlock(1)).isEqualTo(superBlock);
        assertThat(map.number(1)).isEqualTo(1);
        assertThat(map.checksum(1)).isEqualTo(Bytes.hex("5bf3761ef04b"));
        assertThat(BlockMapCodec.encode(map, B)).isEqualTo(OF_A_FULL);
    }

    @Test
    @DisplayName("of three backups, with a super block that is continued")
    void threeBackups() throws Exception {
        var map = BlockMapCodec.decode(OF_THREE_BACKUPS, B, 6);
        var own = new SuperBlock(2, 1, 0, 24576, 24576);
        assertThat(map.count()).isEqualTo(5);
        assertThat(map.superBlock(0)).isEqualTo(new SuperBlock(0, 1, 18285279, 32768, 32768));
        assertThat(map.superBlock(1)).isEqualTo(own);
        assertThat(map.superBlock(2)).isEqualTo(own);
        assertThat(map.superBlock(3)).isEqualTo(new SuperBlock(1, 1, 73819, 32768, 32768));
        assertThat(map.superBlock(4)).isEqualTo(own);
        assertThat(
                        new int[] {
                            map.number(0),
                            map.number(1),
                            map.number(2),
                            map.number(3),
                            map.number(4)
                        })
                .containsExactly(0, 0, 1, 2, 2);
        assertThat(map.checksum(4)).isEqualTo(Bytes.hex("93199e68aaea"));
        assertThat(BlockMapCodec.encode(map, B)).isEqualTo(OF_THREE_BACKUPS);
    }

    @Test
    @DisplayName("cut anywhere are told as damaged")
    void cut() {
        for (int left = 0; left < OF_THREE_BACKUPS.length; left++) {
            var part = Arrays.copyOf(OF_THREE_BACKUPS, left);
            assertThatThrownBy(() -> BlockMapCodec.decode(part, B, 6))
                    .as("%d bytes", left)
                    .isInstanceOf(DamagedException.class);
        }
    }

    @Test
    @DisplayName("with flipped bits never do worse than being told as damaged")
    void flipped() {
        var random = new Random(4);
        for (int i = 0; i < 20_000; i++) {
            var bytes = OF_THREE_BACKUPS.clone();
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(BlockMapCodec.decode(bytes, B, 6).count()).isLessThan(100);
            } catch (DamagedException e) {
                assertThat(e).hasMessageMatching("(?s).+");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.matriarch.backup.codec.StockSample#all")
    @DisplayName("of stock pgBackRest come out byte for byte when written again")
    void stock(StockSample sample) throws Exception {
        int maps = 0;
        for (var file : sample.files())
            if (file.mapSize() > 0) {
                var bytes = sample.map(file);
                var map = BlockMapCodec.decode(bytes, file.blockSize(), file.checksumSize());
                assertThat(map.count())
                        .isEqualTo((int) Math.ceilDiv(file.size(), (long) file.blockSize()));
                assertThat(BlockMapCodec.encode(map, file.blockSize()))
                        .as(file.name())
                        .isEqualTo(bytes);
                maps++;
            }
        assertThat(maps).isGreaterThan(10);
    }

    @ParameterizedTest
    @MethodSource("io.matriarch.backup.codec.StockSample#all")
    @DisplayName("lead to the content stock pgBackRest stored, bundled files without a map too")
    void stockContent(StockSample sample) throws Exception {
        int read = 0;
        for (var file : sample.files())
            if (file.bundle() > 0) {
                assertThat(Sha1.of(sample.content(file)))
                        .as(file.name())
                        .isEqualTo(file.checksum());
                assertThat(Sha1.of(sample.stored(file)))
                        .as(file.name())
                        .isEqualTo(file.storedChecksum());
                read++;
            }
        assertThat(read).isGreaterThan(50);
    }
}
