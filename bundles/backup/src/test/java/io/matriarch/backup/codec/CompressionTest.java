package io.matriarch.backup.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("What is stored reads back")
class CompressionTest {
    private static final Optional<Passphrase> PASS = Optional.of(new Passphrase("secret"));
    private static final int[] SIZES = {0, 1, 3, 8191, 8192, 65_537, 262_144, 262_145, 1_500_000};

    static Stream<Arguments> ways() {
        return Stream.of(Compression.values())
                .flatMap(compression ->
                        Stream.of(Form.values())
                                .flatMap(form ->
                                        Stream.of(PASS, Optional.empty())
                                                .map(pass ->
                                                        Arguments.of(compression, form, pass))));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("ways")
    @DisplayName("whatever the size, compression, form and encryption")
    void roundTrip(Compression compression, Form form, Optional<Passphrase> pass) throws Exception {
        try (var pipeline = new FilePipeline(compression, compression.defaultLevel(), pass)) {
            for (int size : SIZES) {
                var content = Bytes.text(size, size);
                var stored = store(pipeline, content, form);
                assertThat(read(stored, compression, form, pass))
                        .as("%d bytes", size)
                        .isEqualTo(content);
            }
        }
    }

    @Test
    @DisplayName("what does not compress reads back too")
    void incompressible() throws Exception {
        var random = new byte[300_000];
        new java.util.Random(1).nextBytes(random);
        for (var compression : Compression.values())
            try (var pipeline =
                    new FilePipeline(compression, compression.maxLevel(), Optional.empty())) {
                var stored = store(pipeline, random, Form.STANDARD);
                assertThat(read(stored, compression, Form.STANDARD, Optional.empty()))
                        .as(compression.name())
                        .isEqualTo(random);
            }
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("a stream cut short is told as damage, never as its end")
    void cut(Compression compression) throws Exception {
        try (var pipeline = new FilePipeline(compression, 1, Optional.empty())) {
            var stored = store(pipeline, Bytes.text(400_000, 7), Form.STANDARD);
            for (int left : List.of(0, 1, 5, 100, stored.length / 2, stored.length - 1))
                assertThatThrownBy(() ->
                                read(
                                        Arrays.copyOf(stored, left),
                                        compression,
                                        Form.STANDARD,
                                        Optional.empty()))
                        .as("%d of %d bytes", left, stored.length)
                        .isInstanceOf(DamagedException.class);
        }
    }

    @Test
    @DisplayName("LZ4 frames of linked blocks, as stock pgBackRest writes them, are read")
    void linkedBlocks() throws IOException {
        var content =
                read(
                        Bytes.resource("linked.lz4"),
                        Compression.LZ4,
                        Form.STANDARD,
                        Optional.empty());
        assertThat(Sha1.of(content)).isEqualTo("52ffbd7c850e8bbec83f6344390d10ac0254cae1");
        assertThat(content).hasSize(502030);
    }

    @Test
    @DisplayName("each flipped bit of a linked frame is found or changes the content")
    void flippedBits() throws IOException {
        var frame = Bytes.resource("linked.lz4");
        for (int at = 0; at < frame.length; at += 97) {
            var flipped = frame.clone();
            flipped[at] ^= 0x10;
            assertThatThrownBy(
                            () -> read(flipped, Compression.LZ4, Form.STANDARD, Optional.empty()))
                    .as("byte %d", at)
                    .isInstanceOf(DamagedException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("the usual tools read our standard form")
    void usualTools(Compression compression) throws Exception {
        String tool =
                compression == Compression.GZ
                        ? "gzip"
                        : compression == Compression.BZ2
                                ? "bzip2"
                                : compression == Compression.LZ4 ? "lz4" : "zstd";
        assumeTrue(
                Stream.of("/usr/bin/", "/bin/")
                        .anyMatch(dir -> Files.isExecutable(java.nio.file.Path.of(dir + tool))),
                tool + " is not installed");
        var content = Bytes.text(1_000_000, 3);
        var file = Files.createTempFile("matriarch", compression.extension());
        try (var pipeline =
                new FilePipeline(compression, compression.defaultLevel(), Optional.empty())) {
            Files.write(file, store(pipeline, content, Form.STANDARD));
            var process =
                    new ProcessBuilder(tool, "-dc", file.toString())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            assertThat(process.getInputStream().readAllBytes()).isEqualTo(content);
            assertThat(process.waitFor()).isZero();
        } finally {
            Files.delete(file);
        }
    }

    @Test
    @DisplayName("empty files take as many bytes as stock pgBackRest gives them")
    void empty() throws Exception {
        assertThat(emptySize(Compression.ZST)).isEqualTo(9);
        assertThat(emptySize(Compression.LZ4)).isEqualTo(15);
        assertThat(emptySize(Compression.GZ)).isEqualTo(20);
        assertThat(emptySize(Compression.BZ2)).isEqualTo(14);
        assertThat(emptySize(Compression.NONE)).isZero();
    }

    private static int emptySize(Compression compression) throws Exception {
        try (var pipeline =
                new FilePipeline(compression, compression.defaultLevel(), Optional.empty())) {
            return store(pipeline, new byte[0], Form.STANDARD).length;
        }
    }

    @Test
    @DisplayName("a compression is found by its option and by a file's extension")
    void names() {
        assertThat(Compression.of("zst")).contains(Compression.ZST);
        assertThat(Compression.of("zip")).isEmpty();
        assertThat(Compression.byName("000000010000000000000001-ab.lz4"))
                .isEqualTo(Compression.LZ4);
        assertThat(Compression.byName("000000010000000000000001-ab")).isEqualTo(Compression.NONE);
    }

    private static byte[] store(FilePipeline pipeline, byte[] content, Form form) throws Exception {
        var out = new Bytes();
        var stored =
                pipeline.store(
                        Bytes.content(content, 100_000),
                        Long.MAX_VALUE,
                        form,
                        Optional.empty(),
                        out);
        assertThat(stored.size()).isEqualTo(content.length);
        assertThat(stored.checksum()).isEqualTo(Sha1.of(content));
        assertThat(stored.storedSize()).isEqualTo(out.all().length);
        assertThat(stored.storedChecksum().orElse(stored.checksum())).isEqualTo(Sha1.of(out.all()));
        return out.all();
    }

    private static byte[] read(
            byte[] stored, Compression compression, Form form, Optional<Passphrase> pass)
            throws IOException {
        try (var in = Decoding.open(new ByteArrayInputStream(stored), compression, form, pass)) {
            return in.readAllBytes();
        }
    }
}
