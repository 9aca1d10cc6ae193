package io.matriarch.backup.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.backup.format.Attributes;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.format.Sha1;
import io.matriarch.backup.format.StoredCopy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Files of bundles")
class BundleSpoolTest {
    private static final Sha1 HASH = Sha1.parse("ad48103e4fc71796e9708cafc43adeed0d1076b7");
    private static final Label EARLIER = new Label("20261101-000000F");

    @TempDir private Path folder;

    private static ManifestFile file(int bundle, long offset, boolean earlier) {
        var stored = StoredCopy.bundled(bundle, offset, 10, HASH);
        return ManifestFile.of(
                "pg_data/base/1/%d=\"%d\"%s".formatted(bundle, offset, earlier ? "e" : ""),
                20,
                1,
                HASH,
                earlier ? stored.heldBy(EARLIER) : stored,
                new Attributes(null, null, "0640"));
    }

    private List<List<ManifestFile>> runs(
            List<ManifestFile> files, int inMemory, int pieceFiles, long pieceBytes)
            throws Exception {
        var runs = new ArrayList<List<ManifestFile>>();
        try (var spool = new BundleSpool(folder, inMemory)) {
            for (var file : files) spool.add(file);
            spool.forEachRun(pieceFiles, pieceBytes, runs::add);
        }
        assertThat(folder).isEmptyDirectory();
        return runs;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 100_000})
    @DisplayName("come in the order they lie in, however few fit into memory, and unchanged")
    void order(int inMemory) throws Exception {
        var files = new ArrayList<ManifestFile>();
        for (int bundle = 1; bundle <= 4; bundle++)
            for (int i = 0; i < 25; i++) files.add(file(bundle, i * 10L, bundle % 2 == 0));
        var shuffled = new ArrayList<>(files);
        Collections.shuffle(shuffled, new Random(7));
        var runs = runs(shuffled, inMemory, 1000, 1L << 30);
        assertThat(runs).hasSize(4);
        for (var run : runs) {
            assertThat(run).hasSize(25);
            for (int i = 0; i < run.size(); i++)
                assertThat(run.get(i).stored().offset()).isEqualTo(i * 10L);
        }
        assertThat(runs.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(files);
    }

    @Test
    @DisplayName("come in pieces, by number and by bytes, never of two bundles")
    void pieces() throws Exception {
        var files = new ArrayList<ManifestFile>();
        for (int i = 0; i < 10; i++) files.add(file(1, i * 10L, false));
        files.add(file(1, 0, true));
        assertThat(runs(files, 100, 4, 1000)).extracting(List::size).containsExactly(4, 4, 2, 1);
        assertThat(runs(files, 100, 100, 50)).extracting(List::size).containsExactly(5, 5, 1);
    }

    @Test
    @DisplayName("are none if none were added")
    void none() throws Exception {
        assertThat(runs(List.of(), 10, 10, 10)).isEmpty();
    }

    @Test
    @DisplayName("and others have names that are found again among hundreds of thousands")
    void names() {
        var names = new NameSet(10);
        for (int i = 0; i < 200_000; i++) names.add("pg_data/base/5/" + i);
        for (int i = 0; i < 200_000; i += 997)
            assertThat(names.contains("pg_data/base/5/" + i)).isTrue();
        assertThat(names.contains("pg_data/base/5/200000")).isFalse();
        assertThat(names.contains("pg_data/base/5")).isFalse();
    }
}
