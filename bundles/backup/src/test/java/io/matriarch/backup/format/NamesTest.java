package io.matriarch.backup.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.backup.codec.Compression;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Names in a repository")
class NamesTest {
    @Nested
    @DisplayName("of backups")
    class Labelled {
        private static final Instant START = Instant.parse("2026-11-23T01:46:20.9Z");
        private static final Label FULL = new Label("20261123-014620F");

        @Test
        @DisplayName("say when they began, what they are and which full they belong to")
        void parts() {
            assertThat(Label.full(START, ZoneOffset.UTC)).isEqualTo(FULL);
            assertThat(Label.full(START, ZoneId.of("+02:00")).text()).isEqualTo("20261123-034620F");
            var incr = FULL.dependent(BackupType.INCREMENTAL, START.plusSeconds(1), ZoneOffset.UTC);
            assertThat(incr.text()).isEqualTo("20261123-014620F_20261123-014621I");
            var diff =
                    incr.dependent(BackupType.DIFFERENTIAL, START.plusSeconds(2), ZoneOffset.UTC);
            assertThat(diff.text()).isEqualTo("20261123-014620F_20261123-014622D");
            assertThat(List.of(FULL.type(), incr.type(), diff.type()))
                    .containsExactly(
                            BackupType.FULL, BackupType.INCREMENTAL, BackupType.DIFFERENTIAL);
            assertThat(diff.full()).isEqualTo(FULL);
            assertThat(diff.start()).isEqualTo("2026-11-23T01:46:22");
            assertThat(new Label("20251231-235959F_20260101-000000I").year()).isEqualTo("2026");
            assertThat(FULL).isLessThan(incr);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "latest",
                    "20261123-014620",
                    "20261123-014620D",
                    "20261123-014620F_",
                    "20261123-014620F_20261123-014621F",
                    "20261123-014620F.tmp",
                    "backup.history"
                })
        @DisplayName("are told from other folders")
        void others(String name) {
            assertThat(Label.isLabel(name)).isFalse();
            assertThatThrownBy(() -> new Label(name)).hasMessageContaining(name);
        }

        private static Labels.Chosen choose(Optional<Label> prior, String... taken)
                throws FormatException {
            return Labels.choose(
                    prior.isEmpty() ? BackupType.FULL : BackupType.INCREMENTAL,
                    prior,
                    START,
                    ZoneOffset.UTC,
                    List.of(taken).stream().map(Label::new).toList());
        }

        @Test
        @DisplayName("are free in an empty repository")
        void free() throws Exception {
            var chosen = choose(Optional.empty());
            assertThat(chosen.label()).isEqualTo(FULL);
            assertThat(chosen.usableFrom()).isEqualTo(START.plusSeconds(1));
        }

        @Test
        @DisplayName("take the next second if theirs is taken")
        void nextSecond() throws Exception {
            var chosen = choose(Optional.empty(), "20261123-014620F");
            assertThat(chosen.label().text()).isEqualTo("20261123-014621F");
            assertThat(chosen.usableFrom()).isEqualTo(START.plusSeconds(2));
        }

        @Test
        @DisplayName("of a full come after every full and all that builds on it")
        void fullAfterAll() throws Exception {
            assertThat(choose(Optional.empty(), "20261101-000000F_20261123-020000I").label())
                    .as("text order decides, and puts that one before")
                    .isEqualTo(FULL);
            assertThat(choose(Optional.empty(), "20261123-014620F_20261124-000000I").label().text())
                    .isEqualTo("20261123-014621F");
        }

        @Test
        @DisplayName("of an incremental come after those of its set only")
        void incrementalInItsSet() throws Exception {
            var prior = Optional.of(new Label("20261101-000000F"));
            assertThat(choose(prior, "20261101-000000F", "20261123-020000F").label().text())
                    .isEqualTo("20261101-000000F_20261123-014620I");
            assertThatThrownBy(() -> choose(prior, "20261101-000000F_20261123-020000D"))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining(
                            "would not be later than 20261101-000000F_20261123-020000D");
        }

        @Test
        @DisplayName("are refused when the clock went back")
        void clockWentBack() {
            assertThatThrownBy(() -> choose(Optional.empty(), "20261123-014700F"))
                    .hasMessageContaining("20261123-014700F");
        }
    }

    @Nested
    @DisplayName("of the archive")
    class Archive {
        private static final Sha1 HASH = Sha1.parse("5cdb4de7114914e972e2e52fc06ef1496220a014");

        @Test
        @DisplayName("give a segment's hash and how it is compressed")
        void stored() {
            String name = "0000000100000000000000A4-" + HASH + ".zst";
            var stored = StoredSegment.parse(name).orElseThrow();
            assertThat(stored.segment()).hasToString("0000000100000000000000A4");
            assertThat(stored.checksum()).isEqualTo(HASH);
            assertThat(stored.compression()).contains(Compression.ZST);
            assertThat(stored.name()).isEqualTo(name);
            assertThat(new RepositoryPaths("demo").segment("17-1", stored))
                    .isEqualTo("archive/demo/17-1/0000000100000000/" + name);
        }

        @Test
        @DisplayName("of old repositories are known though they cannot be read")
        void xz() {
            assertThat(
                            StoredSegment.parse("0000000100000000000000A4-" + HASH + ".xz")
                                    .orElseThrow()
                                    .compression())
                    .isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "0000000100000000000000A4",
                    "0000000100000000000000a4-5cdb4de7114914e972e2e52fc06ef1496220a014",
                    "0000000100000000000000A4-5cdb4de7114914e972e2e52fc06ef1496220a014.zip",
                    "0000000100000000000000A4-5cdb4de7114914e972e2e52fc06ef1496220a014.zst.pgbackrest.tmp",
                    "0000000100000000000000A4.00000028.backup"
                })
        @DisplayName("are told from what is no stored segment")
        void noSegment(String name) {
            assertThat(StoredSegment.parse(name)).isEmpty();
        }

        @Test
        @DisplayName("of partial segments, timelines and backups have their place")
        void others() {
            var paths = new RepositoryPaths("demo");
            var partial = WalFile.parse("0000000100000000000000A4.partial").orElseThrow();
            assertThat(paths.walFolder("17-1", partial))
                    .isEqualTo("archive/demo/17-1/0000000100000000");
            assertThat(partial.hashed()).isTrue();
            var history = WalFile.parse("0000000A.history").orElseThrow();
            assertThat(history).isEqualTo(new WalFile.History(10));
            assertThat(paths.plainWalFile("17-1", history))
                    .isEqualTo("archive/demo/17-1/0000000A.history");
            var backup = WalFile.parse("0000000100000000000000A4.00000028.backup").orElseThrow();
            assertThat(paths.plainWalFile("17-1", backup))
                    .isEqualTo(
                            "archive/demo/17-1/0000000100000000/0000000100000000000000A4.00000028.backup");
            assertThat(backup.hashed()).isFalse();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"", "x", "0000000100000000000000A4.done", "1.history", "../etc/passwd"})
        @DisplayName("refuse what PostgreSQL never archives")
        void unknown(String name) {
            assertThat(WalFile.parse(name)).isEmpty();
        }

        @Test
        @DisplayName("lie where stock looks for them")
        void paths() {
            var paths = new RepositoryPaths("demo");
            var label = new Label("20261123-014620F_20261123-014621I");
            assertThat(paths.archiveInfo()).isEqualTo("archive/demo/archive.info");
            assertThat(paths.backupInfo()).isEqualTo("backup/demo/backup.info");
            assertThat(paths.manifest(label))
                    .isEqualTo("backup/demo/" + label + "/backup.manifest");
            assertThat(paths.historyManifest(label))
                    .isEqualTo("backup/demo/backup.history/2026/" + label + ".manifest.gz");
            assertThat(paths.bundle(label, 2)).isEqualTo("backup/demo/" + label + "/bundle/2");
            assertThat(RepositoryPaths.isArchiveId("9.6-2")).isTrue();
            assertThat(RepositoryPaths.isArchiveId("17-1.old")).isFalse();
            assertThatThrownBy(() -> new RepositoryPaths("../x")).hasMessageContaining("../x");
        }
    }

    @Nested
    @DisplayName("of versions")
    class Versions {
        @Test
        @DisplayName("before 10 had two numbers")
        void twoNumbers() {
            assertThat(PgVersion.parse("9.6")).hasToString("9.6").isLessThan(PgVersion.parse("10"));
            assertThat(PgVersion.parse("17")).hasToString("17");
            assertThat(PgVersion.parse("17").atLeast(13)).isTrue();
            assertThatThrownBy(() -> PgVersion.parse("17.1")).hasMessageContaining("17.1");
        }
    }

    @Test
    @DisplayName("with a SHA-1 keep every digit of it")
    void sha1() {
        String hex = "ff00000000000000800000000000000080000001";
        assertThat(Sha1.parse(hex)).hasToString(hex);
        assertThat(Sha1.of(Sha1.parse(hex).bytes())).isEqualTo(Sha1.parse(hex));
        assertThatThrownBy(() -> Sha1.parse(hex.toUpperCase(java.util.Locale.ROOT)))
                .hasMessageContaining("40 lower-case");
    }
}
