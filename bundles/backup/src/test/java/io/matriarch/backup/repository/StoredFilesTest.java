package io.matriarch.backup.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.format.Samples;
import io.matriarch.backup.format.Sha1;
import io.matriarch.storage.memory.MemoryStorage;
import java.security.MessageDigest;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The files of a backup of stock")
class StoredFilesTest {
    private final MemoryStorage storage = new MemoryStorage();
    private final Stanza stanza = new Repository("repo1", storage, Optional.empty()).stanza("main");

    private void put(String label, int bundle) throws Exception {
        storage.put(
                "backup/main/%s/bundle/%d".formatted(label, bundle),
                Samples.bytes("bundle-block-zst/%s.bundle-%d".formatted(label, bundle)));
    }

    private static Sha1 sha1(byte[] bytes) throws Exception {
        return Sha1.of(MessageDigest.getInstance("SHA-1").digest(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"20261123-014620F", "20261123-014620F_20261123-014621I"})
    @DisplayName("in bundles and blocks are opened; content and stored bytes have their checksums")
    void bundledAndBlocks(String label) throws Exception {
        put("20261123-014620F", 1);
        put("20261123-014620F", 2);
        put("20261123-014620F_20261123-014621I", 1);
        var whole = Samples.manifest("bundle-block-zst/" + label + ".backup.manifest");
        var files = new StoredFiles(stanza, whole.manifest());
        int blocks = 0;
        int opened = 0;
        for (ManifestFile file : whole.files()) {
            if (!file.stored().isBundled()) continue;
            try (var in = files.content(file);
                    var stored = files.stored(file)) {
                byte[] content = in.readAllBytes();
                assertThat(content).as(file.name()).hasSize((int) file.size());
                assertThat(sha1(content)).as(file.name()).isEqualTo(file.checksum());
                assertThat(sha1(stored.readAllBytes()))
                        .as(file.name())
                        .isEqualTo(file.stored().checksum());
            }
            opened++;
            if (file.stored().isBlocks()) blocks++;
        }
        assertThat(opened).isGreaterThan(50);
        assertThat(blocks).isGreaterThan(10);
    }

    @Test
    @DisplayName("encrypted and not compressed are opened by the manifest's passphrase")
    void encrypted() throws Exception {
        var m = Samples.manifest("plain-zst/20261123-014615F.backup.manifest").manifest();
        var o = m.options();
        var encrypted =
                new io.matriarch.backup.format.Manifest(
                        m.version(),
                        m.backup(),
                        m.db(),
                        new io.matriarch.backup.format.ManifestOptions(
                                o.archiveCheck(),
                                o.archiveCopy(),
                                o.fromStandby(),
                                o.bufferSize(),
                                o.checksumPage(),
                                io.matriarch.backup.codec.Compression.NONE,
                                o.compressLevel(),
                                o.compressLevelNetwork(),
                                o.delta(),
                                o.hardlink(),
                                o.online(),
                                o.processMax()),
                        m.targets(),
                        Optional.of(
                                "lCJpys3q5ar0+XyiyXKqDWrTHXpeervdtg3R8PBih7fRbDm2uFQCZRi/PEjm1Mce"),
                        m.databases(),
                        m.annotations(),
                        m.fileDefault(),
                        m.links(),
                        m.linkDefault(),
                        m.paths(),
                        m.pathDefault());
        storage.put(
                "backup/main/20261123-014615F/pg_data/PG_VERSION",
                Samples.bytes("encrypted/PG_VERSION"));
        var file =
                Samples.manifest("plain-zst/20261123-014615F.backup.manifest")
                        .file("pg_data/PG_VERSION");
        try (var in = new StoredFiles(stanza, encrypted).content(file)) {
            assertThat(in.readAllBytes())
                    .isEqualTo("17\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    @Test
    @DisplayName("on their own have the extension of their compression, those in blocks their own")
    void places() throws Exception {
        var whole = Samples.manifest("plain-zst/20261123-014615F_20261123-014617I.backup.manifest");
        var files = new StoredFiles(stanza, whole.manifest());
        assertThat(files.place(whole.file("pg_data/PG_VERSION")))
                .isEqualTo(
                        new StoredFiles.Place(
                                "backup/main/20261123-014615F/pg_data/PG_VERSION.zst",
                                0,
                                12,
                                true));
        assertThat(files.place(whole.file("pg_data/backup_label")).path())
                .isEqualTo(
                        "backup/main/20261123-014615F_20261123-014617I/pg_data/backup_label.zst");
        var blocks = new io.matriarch.backup.format.StoredCopy(null, 144, null, 0, 0, 8192, 6, 26);
        assertThat(
                        files.place(
                                        ManifestFile.of(
                                                "pg_data/base/1/1",
                                                24576,
                                                1,
                                                Sha1.parse("0".repeat(40)),
                                                blocks,
                                                io.matriarch.backup.format.Attributes.AS_DEFAULT))
                                .path())
                .endsWith("I/pg_data/base/1/1.pgbi");
    }

    @Test
    @DisplayName("that are empty are there without a read, stored or not")
    void empty() throws Exception {
        var plain = Samples.manifest("plain-zst/20261123-014615F.backup.manifest");
        var bundled = Samples.manifest("bundle-block-zst/20261123-014620F.backup.manifest");
        assertThat(
                        new StoredFiles(stanza, plain.manifest())
                                .isStored(plain.file("pg_data/global/1214")))
                .isTrue();
        var files = new StoredFiles(stanza, bundled.manifest());
        var empty = bundled.file("pg_data/global/1214");
        assertThat(files.isStored(empty)).isFalse();
        assertThat(files.content(empty).readAllBytes()).isEmpty();
    }
}
