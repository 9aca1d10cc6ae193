package io.matriarch.backup.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.storage.api.StorageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The pipeline from a file to its stored bytes")
class FilePipelineTest {
    private static final Optional<Passphrase> PASS = Optional.of(new Passphrase("secret"));
    private static final int B = 16 * 1024;

    @Test
    @DisplayName("reads no more than it is told, though the file grew")
    void limit() throws Exception {
        var content = Bytes.text(300_000, 1);
        try (var pipeline = new FilePipeline(Compression.ZST, 3, Optional.empty())) {
            var out = new Bytes();
            var stored =
                    pipeline.store(
                            Bytes.content(content, 1000),
                            299_999,
                            Form.STANDARD,
                            Optional.empty(),
                            out);
            assertThat(stored.size()).isEqualTo(299_999);
            assertThat(stored.checksum()).isEqualTo(Sha1.of(Arrays.copyOf(content, 299_999)));
        }
    }

    @Test
    @DisplayName("stores what it finds of a file that shrank")
    void shrunk() throws Exception {
        var content = Bytes.text(300_000, 1);
        try (var pipeline = new FilePipeline(Compression.NONE, 0, Optional.empty())) {
            var out = new Bytes();
            var stored =
                    pipeline.store(
                            Bytes.content(content, 1000),
                            900_000,
                            Form.STANDARD,
                            Optional.empty(),
                            out);
            assertThat(stored.size()).isEqualTo(300_000);
            assertThat(stored.storedChecksum()).isEmpty();
            assertThat(out.all()).isEqualTo(content);
        }
    }

    @Test
    @DisplayName("checks pages on the way")
    void pages() throws Exception {
        var content = new byte[40 * PageChecksum.PAGE];
        content[33 * PageChecksum.PAGE + 700] = 1;
        try (var pipeline = new FilePipeline(Compression.LZ4, 1, Optional.empty())) {
            var pages =
                    new FilePipeline.Pages(
                            0,
                            (offset, _, page) -> {
                                page.put(content, (int) offset, PageChecksum.PAGE);
                                return true;
                            });
            var stored =
                    pipeline.store(
                            Bytes.content(content, 10_000),
                            content.length,
                            Form.STANDARD,
                            Optional.of(pages),
                            new Bytes());
            assertThat(stored.pages())
                    .contains(new PageReport(false, List.of(new PageReport.Range(33, 33))));
        }
    }

    @Test
    @DisplayName("can be used on after a file failed")
    void afterFailure() throws Exception {
        var content = Bytes.text(2_000_000, 5);
        try (var pipeline = new FilePipeline(Compression.ZST, 3, PASS)) {
            Sink full =
                    _ -> {
                        throw new StorageException(StorageException.Fault.FULL, "full", "", null);
                    };
            assertThatThrownBy(() ->
                            pipeline.store(
                                    Bytes.content(content, 50_000),
                                    content.length,
                                    Form.STANDARD,
                                    Optional.empty(),
                                    full))
                    .hasMessage("full");
            var out = new Bytes();
            var stored =
                    pipeline.store(
                            Bytes.content(content, 50_000),
                            content.length,
                            Form.STANDARD,
                            Optional.empty(),
                            out);
            assertThat(stored.checksum()).isEqualTo(Sha1.of(content));
            assertThat(stored.storedChecksum()).contains(Sha1.of(out.all()));
        }
    }

    @Nested
    @DisplayName("block by block")
    class BlockByBlock {
        @ParameterizedTest
        @EnumSource(Compression.class)
        @DisplayName("stores a chain of backups from which each version reads back")
        void chain(Compression compression) throws Exception {
            for (var pass : List.of(PASS, Optional.<Passphrase>empty()))
                try (var pipeline =
                        new FilePipeline(compression, compression.defaultLevel(), pass)) {
                    var chain = new Chain(pipeline, compression, pass);
                    var content = Bytes.text(1_200_000, 9);
                    chain.backup(content);
                    chain.backup(changed(content, 20_000, 300_000, 1_199_999));
                    chain.backup(changed(content, 20_001, 900_000));
                    chain.backup(Arrays.copyOf(content, 700_000));
                    chain.backup(Bytes.text(1_500_000, 9));
                    chain.check();
                }
        }

        @Test
        @DisplayName("stores changed blocks only")
        void changedBlocks() throws Exception {
            try (var pipeline = new FilePipeline(Compression.NONE, 0, Optional.empty())) {
                var chain = new Chain(pipeline, Compression.NONE, Optional.empty());
                var content = Bytes.text(1_200_000, 9);
                chain.backup(content);
                var stored = chain.backup(changed(content, 5, 600_000));
                assertThat(stored.storedSize() - stored.mapSize()).isEqualTo(2L * B);
                assertThat(stored.changed()).isTrue();
                chain.check();
            }
        }

        @Test
        @DisplayName("stores nothing if nothing changed")
        void unchanged() throws Exception {
            try (var pipeline = new FilePipeline(Compression.ZST, 3, Optional.empty())) {
                var chain = new Chain(pipeline, Compression.ZST, Optional.empty());
                chain.backup(Bytes.text(500_000, 9));
                var stored = chain.backup(Bytes.text(500_000, 9));
                assertThat(stored.changed()).isFalse();
                assertThat(stored.storedSize()).isZero();
                assertThat(stored.mapSize()).isZero();
            }
        }

        @Test
        @DisplayName("stores a new map, and no block, of a file that was cut at a block's end")
        void truncated() throws Exception {
            try (var pipeline = new FilePipeline(Compression.ZST, 3, Optional.empty())) {
                var chain = new Chain(pipeline, Compression.ZST, Optional.empty());
                var content = Bytes.text(20 * B, 9);
                chain.backup(content);
                var stored = chain.backup(Arrays.copyOf(content, 15 * B));
                assertThat(stored.changed()).isTrue();
                assertThat(stored.storedSize()).isEqualTo(stored.mapSize()).isPositive();
                chain.check();
            }
        }

        private byte[] changed(byte[] content, int... places) {
            var changed = content.clone();
            for (int place : places) changed[place] ^= 1;
            return changed;
        }
    }

    /** Backups of one file, each its own stored file; references are their numbers. */
    private static final class Chain {
        private final FilePipeline pipeline;
        private final Compression compression;
        private final Optional<Passphrase> pass;
        private final List<byte[]> contents = new java.util.ArrayList<>();
        private final List<byte[]> files = new java.util.ArrayList<>();
        private final List<BlockMap> maps = new java.util.ArrayList<>();

        /** What was read back already: bzip2 takes its time, and many blocks lie in each. */
        private final Map<SuperBlock, byte[]> superBlocks = new HashMap<>();

        Chain(FilePipeline pipeline, Compression compression, Optional<Passphrase> pass) {
            this.pipeline = pipeline;
            this.compression = compression;
            this.pass = pass;
        }

        StoredFile backup(byte[] content) throws Exception {
            var plan =
                    new BlockPlan(
                            B,
                            7,
                            BlockSizes.superBlockSize(BlockSizes.SUPER_BLOCK_OF_OTHERS, B),
                            maps.isEmpty() ? Optional.empty() : Optional.of(maps.getLast()),
                            maps.size(),
                            0,
                            0);
            var out = new Bytes();
            var stored =
                    pipeline.storeBlocks(
                            Bytes.content(content, 77_777),
                            content.length,
                            plan,
                            Optional.empty(),
                            out);
            assertThat(stored.checksum()).isEqualTo(Sha1.of(content));
            assertThat(stored.storedSize()).isEqualTo(out.all().length);
            if (!stored.changed()) return stored;
            assertThat(stored.storedChecksum()).contains(Sha1.of(out.all()));
            var bytes = out.all();
            var map =
                    decode(
                            Arrays.copyOfRange(
                                    bytes, bytes.length - stored.mapSize(), bytes.length),
                            Compression.NONE);
            maps.add(BlockMapCodec.decode(map, B, 7));
            files.add(bytes);
            contents.add(content);
            return stored;
        }

        void check() throws Exception {
            for (int backup = 0; backup < maps.size(); backup++)
                assertThat(content(maps.get(backup)))
                        .as("backup %d", backup)
                        .isEqualTo(contents.get(backup));
        }

        private byte[] content(BlockMap map) throws IOException {
            var content = new ByteArrayOutputStream();
            for (int i = 0; i < map.count(); i++) {
                var place = map.superBlock(i);
                var superBlock = superBlocks.get(place);
                if (superBlock == null) {
                    int from = (int) place.offset();
                    superBlock =
                            decode(
                                    Arrays.copyOfRange(
                                            files.get(place.reference()),
                                            from,
                                            from + (int) place.storedSize()),
                                    compression);
                    superBlocks.put(place, superBlock);
                }
                assertThat(superBlock).hasSize((int) place.contentSize());
                int start = map.number(i) * B;
                var block =
                        Arrays.copyOfRange(
                                superBlock, start, Math.min(start + B, superBlock.length));
                assertThat(map.matches(i, Xxh3.hash(block))).isTrue();
                content.writeBytes(block);
            }
            return content.toByteArray();
        }

        private byte[] decode(byte[] stored, Compression how) throws IOException {
            try (var in = Decoding.open(new ByteArrayInputStream(stored), how, Form.RAW, pass)) {
                return in.readAllBytes();
            }
        }
    }

    @Test
    @DisplayName("takes stock pgBackRest's block sizes by a file's size and age")
    void blockSizes() {
        var fresh = Duration.ofHours(1);
        assertThat(BlockSizes.blockSize(16383, fresh)).isZero();
        assertThat(BlockSizes.blockSize(16384, fresh)).isEqualTo(8192);
        assertThat(BlockSizes.blockSize(11 << 20, fresh)).isEqualTo(16384);
        assertThat(BlockSizes.blockSize(1 << 30, fresh)).isEqualTo(88 * 1024);
        assertThat(BlockSizes.blockSize(1 << 30, Duration.ofDays(7))).isEqualTo(2 * 88 * 1024);
        assertThat(BlockSizes.blockSize(1 << 30, Duration.ofDays(14))).isEqualTo(4 * 88 * 1024);
        assertThat(BlockSizes.blockSize(1 << 30, Duration.ofDays(28))).isZero();
        assertThat(BlockSizes.checksumSize(8192)).isEqualTo(6);
        assertThat(BlockSizes.checksumSize(32 * 1024)).isEqualTo(7);
        assertThat(BlockSizes.checksumSize(88 * 1024)).isEqualTo(7);
        assertThat(BlockSizes.checksumSize(352 * 1024)).isEqualTo(8);
        assertThat(BlockSizes.superBlockSize(BlockSizes.SUPER_BLOCK_OF_FULL, 88 * 1024))
                .isEqualTo(12 * 88 * 1024);
    }

    @Test
    @DisplayName("bundles small files, never empty ones, until a bundle is full")
    void bundles() {
        assertThat(BundleRule.STOCK.takes(0)).isFalse();
        assertThat(BundleRule.STOCK.takes(2 << 20)).isTrue();
        assertThat(BundleRule.STOCK.takes((2 << 20) + 1)).isFalse();
        assertThat(BundleRule.STOCK.isFull((20 << 20) - 1)).isFalse();
        assertThat(BundleRule.STOCK.isFull(20 << 20)).isTrue();
    }

    @Test
    @DisplayName("gives its memory back when closed")
    void memory() {
        var memory = new DirectMemory();
        ByteBuffer buffer = memory.allocate(100);
        memory.close();
        assertThatThrownBy(() -> buffer.get(0)).isInstanceOf(IllegalStateException.class);
    }
}
