package io.matriarch.backup.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.backup.codec.Sha1;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.format.ManifestWriter;
import io.matriarch.backup.format.Samples;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.verify.Damage.Kind;
import io.matriarch.backup.wal.Cluster;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.memory.MemoryStorage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Verification")
class VerifierTest {
    private static final String FULL = "20261123-014620F";
    private static final String INCR = "20261123-014620F_20261123-014621I";
    private static final String BUNDLE_1 = "backup/main/" + FULL + "/bundle/1";
    private static final String BUNDLE_2 = "backup/main/" + FULL + "/bundle/2";

    private final MemoryStorage storage = new MemoryStorage();
    private final Stanza stanza = new Repository("repo1", storage, Optional.empty()).stanza("main");

    @TempDir private Path work;

    /** The sample: what of it is in bundles, and the WAL it needs. */
    @BeforeEach
    void sample() throws Exception {
        storage.put("archive/main/archive.info", Samples.bytes("plain-zst/archive.info"));
        storage.put("backup/main/backup.info", Samples.bytes("bundle-block-zst/backup.info"));
        for (String label : List.of(FULL, INCR)) {
            var whole = Samples.manifest("bundle-block-zst/" + label + ".backup.manifest");
            var out = new ByteArrayOutputStream();
            var writer = new ManifestWriter(out, whole.manifest());
            for (var file : whole.files())
                if (file.stored().isBundled() || file.size() == 0) writer.file(file);
            writer.finish();
            storage.put("backup/main/" + label + "/backup.manifest", out.toByteArray());
        }
        bundle(FULL, 1);
        bundle(FULL, 2);
        bundle(INCR, 1);
        for (int segment = 0xA7; segment <= 0xAA; segment++) segment(segment);
    }

    private void bundle(String label, int number) throws Exception {
        storage.put(
                "backup/main/%s/bundle/%d".formatted(label, number),
                Samples.bytes("bundle-block-zst/%s.bundle-%d".formatted(label, number)));
    }

    private static byte[] wal(int number) {
        return Cluster.content("0000000100000000%08X".formatted(number), 1);
    }

    private static String path(int number) {
        return "archive/main/17-1/0000000100000000/0000000100000000%08X-%s"
                .formatted(number, Sha1.of(wal(number)));
    }

    private void segment(int number) throws Exception {
        storage.put(path(number), wal(number));
    }

    private VerifyReport verify(Label... only) throws Exception {
        return new Verifier(stanza, 2, work).run(List.of(only));
    }

    private static Label label(String text) {
        return new Label(text);
    }

    private static ManifestFile file(String name) throws Exception {
        return Samples.manifest("bundle-block-zst/" + FULL + ".backup.manifest").file(name);
    }

    @Test
    @DisplayName("of a whole repository finds nothing, and says what it has read")
    void clean() throws Exception {
        var report = verify();
        assertThat(report.damages()).isEmpty();
        assertThat(report.isClean()).isTrue();
        assertThat(report.sound()).containsExactlyInAnyOrder(label(FULL), label(INCR));
        assertThat(report.segments()).isEqualTo(4);
        assertThat(report.files()).isGreaterThan(50);
        assertThat(work).isEmptyDirectory();
    }

    @Test
    @DisplayName(
            "names the file of which one byte in a bundle is flipped, and every backup it harms")
    void flippedByte() throws Exception {
        var file = file("pg_data/global/1213");
        storage.bucket().flipByte(BUNDLE_1, (int) file.stored().offset() + 60);
        var report = verify();
        assertThat(report.damages())
                .isNotEmpty()
                .allSatisfy(damage -> {
                    assertThat(damage.name()).isEqualTo("pg_data/global/1213");
                    assertThat(damage.path()).isEqualTo(BUNDLE_1);
                });
        assertThat(report.damaged().keySet()).containsExactlyInAnyOrder(label(FULL), label(INCR));
        assertThat(report.damaged().get(label(INCR))).contains("it needs files of " + FULL);
        assertThat(report.sound()).isEmpty();
    }

    @Test
    @DisplayName("finds every flipped byte, wherever in a bundle it is")
    void everyByte() throws Exception {
        int size = storage.bucket().content(BUNDLE_2).length;
        for (int at = 0; at < size; at += 997) {
            storage.bucket().flipByte(BUNDLE_2, at);
            assertThat(verify(label(FULL)).isClean()).as("byte %d", at).isFalse();
            storage.bucket().flipByte(BUNDLE_2, at);
        }
    }

    @Test
    @DisplayName("names each file of a bundle that is gone")
    void missingBundle() throws Exception {
        storage.bucket().lose(BUNDLE_2);
        var report = verify();
        var lost =
                Samples.manifest("bundle-block-zst/" + FULL + ".backup.manifest").files().stream()
                        .filter(file -> file.stored().bundle() == 2)
                        .map(ManifestFile::name)
                        .toList();
        assertThat(report.damages())
                .filteredOn(damage -> damage.kind() == Kind.MISSING)
                .extracting(Damage::name)
                .containsAll(lost);
    }

    @Test
    @DisplayName("of a truncated bundle names the files behind its end, and not those before")
    void truncatedBundle() throws Exception {
        storage.bucket().truncate(BUNDLE_1, 6000);
        var report = verify(label(FULL));
        assertThat(report.damages()).isNotEmpty();
        var whole = Samples.manifest("bundle-block-zst/" + FULL + ".backup.manifest");
        for (var file : whole.files()) {
            if (file.stored().bundle() != 1) continue;
            boolean cut = file.stored().offset() + file.stored().repoSize() > 6000;
            assertThat(report.damages().stream().anyMatch(d -> d.name().equals(file.name())))
                    .as(file.name())
                    .isEqualTo(cut);
        }
    }

    @Test
    @DisplayName("names a damaged manifest, also if its copy is good")
    void manifests() throws Exception {
        String path = "backup/main/" + INCR + "/backup.manifest";
        storage.put(path + ".copy", storage.bucket().content(path));
        storage.bucket().flipByte(path, 100);
        assertThat(verify().damages())
                .extracting(Damage::path, Damage::detail)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(path, "only its copy can be read"));
        storage.bucket().lose(path + ".copy");
        assertThat(verify().damaged()).containsOnlyKeys(label(INCR));
    }

    @Test
    @DisplayName("names WAL that is damaged, cut short, doubled, or missing to a backup")
    void wal() throws Exception {
        storage.bucket().flipByte(path(0xA7), 5000);
        storage.bucket().truncate(path(0xA8), 77);
        storage.bucket().lose(path(0xAA));
        storage.put(path(0xA9).replaceAll("[0-9a-f]{40}$", Sha1.of(wal(1))), wal(1));
        var report = verify();
        assertThat(report.damages())
                .extracting(Damage::kind)
                .containsExactlyInAnyOrder(
                        Kind.CHECKSUM, Kind.SIZE, Kind.DUPLICATE, Kind.WAL_MISSING);
        assertThat(report.damaged()).containsOnlyKeys(label(INCR));
    }

    @Test
    @DisplayName("names holes in WAL between backups")
    void holes() throws Exception {
        segment(0xAE);
        assertThat(verify().damages())
                .extracting(Damage::kind, Damage::name, Damage::detail)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                Kind.WAL_HOLE,
                                "0000000100000000000000AB",
                                "3 segments before 0000000100000000000000AE are not there"));
        assertThat(verify(label(FULL)).isClean()).as("not asked for").isTrue();
    }

    @Test
    @DisplayName("concludes nothing when the storage is away")
    void away() throws Exception {
        storage.faults().breakReadsAfter(1000);
        assertThatThrownBy(this::verify).isInstanceOf(StorageException.class);
    }
}
