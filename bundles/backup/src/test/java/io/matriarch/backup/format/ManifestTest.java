package io.matriarch.backup.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.format.Samples.Whole;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A manifest")
class ManifestTest {
    private static final String FULL = Samples.BLOCKS + "20261123-014620F.backup.manifest";
    private static final String INCR =
            Samples.BLOCKS + "20261123-014620F_20261123-014621I.backup.manifest";

    private static String write(Whole whole) throws Exception {
        var out = new ByteArrayOutputStream();
        var writer = new ManifestWriter(out, whole.manifest());
        for (var file : whole.files()) writer.file(file);
        writer.finish();
        return out.toString(UTF_8);
    }

    private static Whole read(String text) throws Exception {
        return Samples.manifest(new ByteArrayInputStream(text.getBytes(UTF_8)), "backup.manifest");
    }

    /** A sample with some lines edited, its checksum right. */
    private static String edited(String sample, String from, String to) {
        String text = new String(Samples.bytes(sample), UTF_8);
        assertThat(text).contains(from);
        return Rechecksummed.text(text.replace(from, to).lines().toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain-zst/20261123-014615F.backup.manifest",
                "plain-zst/20261123-014615F_20261123-014617I.backup.manifest",
                FULL,
                INCR
            })
    @DisplayName("of stock is understood and written back byte for byte")
    void sameBytes(String sample) throws Exception {
        assertThat(write(Samples.manifest(sample)))
                .isEqualTo(new String(Samples.bytes(sample), UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "plain-zst/, 20261123-014615F",
        "plain-zst/, 20261123-014615F_20261123-014617I",
        "bundle-block-zst/, 20261123-014620F",
        "bundle-block-zst/, 20261123-014620F_20261123-014621I"
    })
    @DisplayName("gives the very entry stock has put into backup.info")
    void entry(String folder, String label) throws Exception {
        var info = BackupInfo.read(Samples.stream(folder + "backup.info"), "backup.info");
        var whole = Samples.manifest(folder + label + ".backup.manifest");
        var sum = new BackupSizes.Sum();
        whole.files().forEach(sum::add);
        var sizes = sum.total(whole.manifest().backup().blockIncremental());
        assertThat(BackupEntry.of(whole.manifest(), sizes, false))
                .isEqualTo(info.backup(new Label(label)).orElseThrow());
    }

    @Test
    @DisplayName("tells what each file is and where its bytes lie")
    void files() throws Exception {
        var whole = Samples.manifest(INCR);
        var fsm = whole.file("pg_data/global/1213_fsm");
        assertThat(fsm.stored())
                .isEqualTo(
                        new StoredCopy(
                                new Label("20261123-014620F"),
                                144,
                                Sha1.parse("b9456c035539a5286808141e53c8567fdf3b41a6"),
                                1,
                                7523,
                                8192,
                                6,
                                26));
        assertThat(fsm.size()).isEqualTo(24576);
        assertThat(fsm.pages()).isEqualTo(PageCheck.VALID);
        assertThat(fsm.stored().isBlocks()).isTrue();
        var label = whole.file("pg_data/backup_label");
        assertThat(label.stored().reference()).isNull();
        assertThat(label.stored().isBundled()).isFalse();
        assertThat(label.pages()).isNull();
        var empty = whole.file("pg_data/global/1214");
        assertThat(empty.size()).isZero();
        assertThat(empty.checksum()).isNull();
        assertThat(empty.stored()).isEqualTo(StoredCopy.standalone(0, null));
    }

    @Test
    @DisplayName("tells of tablespaces, links, databases and options")
    void sections() throws Exception {
        var manifest = Samples.manifest(INCR).manifest();
        assertThat(manifest.targets().get("pg_tblspc/16384"))
                .isEqualTo(
                        new Manifest.Target(
                                "/pg/ts1",
                                true,
                                java.util.Optional.empty(),
                                java.util.Optional.of(new Manifest.Tablespace("16384", "ts1"))));
        assertThat(manifest.targets().get("pg_data").path()).isEqualTo("/pg/data");
        assertThat(manifest.links().get("pg_data/pg_tblspc/16384").destination())
                .isEqualTo("/pg/ts1");
        assertThat(manifest.databases().get("app")).isEqualTo(new Manifest.Database(16385, 4));
        assertThat(manifest.options().compression()).isEqualTo(Compression.ZST);
        assertThat(manifest.backup().blockIncremental()).isTrue();
        assertThat(manifest.backup().references())
                .extracting(Label::text)
                .containsExactly("20261123-014620F", "20261123-014620F_20261123-014621I");
        assertThat(manifest.fileDefault())
                .isEqualTo(new Attributes("postgres", "postgres", "0600"));
        assertThat(manifest.paths()).containsKey("pg_data/pg_wal/summaries");
    }

    @Nested
    @DisplayName("keeps what is rare")
    class Rare {
        private static final String LINE = "pg_data/global/1232={";

        private ManifestFile roundTrip(String fields) throws Exception {
            String text = edited(FULL, line(), "pg_data/global/1232={" + fields + "}");
            var whole = read(text);
            assertThat(write(whole)).isEqualTo(text);
            return whole.file("pg_data/global/1232");
        }

        private static String line() {
            return new String(Samples.bytes(FULL), UTF_8)
                    .lines()
                    .filter(l -> l.startsWith(LINE))
                    .findFirst()
                    .orElseThrow();
        }

        @Test
        @DisplayName("owners and modes of their own, and owners without a name")
        void owners() throws Exception {
            var file =
                    roundTrip(
                            "\"checksum\":\"ad48103e4fc71796e9708cafc43adeed0d1076b7\",\"group\":false,"
                                    + "\"mode\":\"0640\",\"size\":3,\"timestamp\":1,\"user\":\"bob\"");
            assertThat(file.attributes())
                    .isEqualTo(new Attributes("bob", Attributes.NOBODY, "0640"));
            assertThat(file.attributes().orElse(new Attributes("a", "b", "0600")))
                    .isEqualTo(file.attributes());
        }

        @Test
        @DisplayName("page errors, one by one and in ranges")
        void pageErrors() throws Exception {
            var file =
                    roundTrip(
                            "\"checksum\":\"ad48103e4fc71796e9708cafc43adeed0d1076b7\","
                                    + "\"checksum-page\":false,\"checksum-page-error\":[5,[8,10]],"
                                    + "\"size\":98304,\"timestamp\":1");
            assertThat(file.hasPageErrors()).isTrue();
            assertThat(file.pages().errors()).hasToString("[5, 8-10]");
        }

        @Test
        @DisplayName("a file that is no whole number of pages")
        void misaligned() throws Exception {
            var file =
                    roundTrip(
                            "\"checksum\":\"ad48103e4fc71796e9708cafc43adeed0d1076b7\","
                                    + "\"checksum-page\":false,\"size\":98304,\"timestamp\":1");
            assertThat(file.pages()).isEqualTo(PageCheck.MISALIGNED);
        }

        @Test
        @DisplayName("big blocks with longer checksums, and a block size without a map")
        void blocks() throws Exception {
            var blocks =
                    roundTrip(
                            "\"bi\":4,\"bic\":7,\"bim\":99,\"bni\":1,\"checksum\":"
                                    + "\"ad48103e4fc71796e9708cafc43adeed0d1076b7\",\"repo-size\":500,"
                                    + "\"size\":98304,\"timestamp\":1");
            assertThat(blocks.stored().blockSize()).isEqualTo(32768);
            assertThat(blocks.stored().blockChecksumBytes()).isEqualTo(7);
            var whole =
                    roundTrip(
                            "\"bi\":1,\"checksum\":\"ad48103e4fc71796e9708cafc43adeed0d1076b7\","
                                    + "\"repo-size\":500,\"size\":98304,\"timestamp\":1");
            assertThat(whole.stored().isBlocks()).isFalse();
        }

        @Test
        @DisplayName("the size at the scan where it is not the size copied")
        void scannedSize() throws Exception {
            var file =
                    roundTrip(
                            "\"checksum\":\"ad48103e4fc71796e9708cafc43adeed0d1076b7\",\"size\":3,"
                                    + "\"szo\":5,\"timestamp\":1");
            assertThat(file.scannedSize()).isEqualTo(5);
        }

        @Test
        @DisplayName("a name with = and quotes in it")
        void names() throws Exception {
            String odd = "pg_data/global/1232={a\"b=c\\d é.txt";
            String text = edited(FULL, "pg_data/global/1232={", odd + "={");
            assertThat(read(text).file(odd).size()).isEqualTo(8192);
            assertThat(write(read(text))).isEqualTo(text);
        }
    }

    @Test
    @DisplayName("with files in another order, and unknown keys and sections, is accepted")
    void tolerant() throws Exception {
        String text = new String(Samples.bytes(FULL), UTF_8);
        var lines = new ArrayList<>(text.lines().toList());
        int first = lines.indexOf("[target:file]") + 1;
        int last = lines.indexOf("[target:file:default]") - 1;
        var reversed = new ArrayList<>(lines.subList(first, last).reversed());
        for (int i = 0; i < reversed.size(); i++)
            lines.set(
                    first + i, reversed.get(i).replace(",\"size\":", ",\"new\":[1,{}],\"size\":"));
        lines.addAll(lines.indexOf("[target:file]") - 1, List.of("", "[novel]", "x={\"y\":[]}"));
        var whole = read(Rechecksummed.text(lines));
        var expected = Samples.manifest(FULL);
        assertThat(whole.manifest()).isEqualTo(expected.manifest());
        assertThat(whole.files()).containsExactlyInAnyOrderElementsOf(expected.files());
    }

    @Test
    @DisplayName("older than the list of references has it rebuilt from its files")
    void rebuiltReferences() throws Exception {
        String text =
                edited(
                        INCR,
                        "backup-reference=\"20261123-014620F,20261123-014620F_20261123-014621I\"\n",
                        "");
        assertThat(read(text).manifest().backup().references())
                .extracting(Label::text)
                .containsExactly("20261123-014620F", "20261123-014620F_20261123-014621I");
    }

    @Test
    @DisplayName("older than the choice of compression is gz if compressed")
    void gz() throws Exception {
        String text = edited(FULL, "option-compress-type=\"zst\"\n", "");
        assertThat(read(text).manifest().options().compression()).isEqualTo(Compression.GZ);
    }

    @Test
    @DisplayName("that lacks what is needed is refused with its name")
    void refused() {
        assertThatThrownBy(() -> read(edited(FULL, "backup-label=\"20261123-014620F\"\n", "")))
                .hasMessage("backup.manifest: backup-label is missing");
        assertThatThrownBy(() -> read(edited(FULL, "\"size\":8192,", "")))
                .hasMessageContaining("size is missing");
        assertThatThrownBy(() ->
                        read(
                                edited(
                                        FULL,
                                        "option-compress-type=\"zst\"",
                                        "option-compress-type=\"rar\"")))
                .hasMessageContaining("\"rar\" is unknown");
    }

    @Test
    @DisplayName("says nothing of all before its checksum was read")
    void notBeforeTheEnd() throws Exception {
        var reader = new ManifestReader(Samples.stream(FULL), "m");
        reader.nextFile();
        assertThatThrownBy(reader::manifest).isInstanceOf(IllegalStateException.class);
        reader.skipFiles();
        assertThat(reader.manifest().label()).hasToString("20261123-014620F");
        assertThat(reader.nextFile()).isNull();
    }

    @Test
    @DisplayName("is never written with files out of order or without a checksum")
    void writerChecks() throws Exception {
        var whole = Samples.manifest(FULL);
        var writer = new ManifestWriter(new ByteArrayOutputStream(), whole.manifest());
        writer.file(whole.files().get(1));
        assertThatThrownBy(() -> writer.file(whole.files().get(0)))
                .isInstanceOf(IllegalStateException.class);
        var bare =
                ManifestFile.of(
                        "pg_data/z",
                        1,
                        1,
                        null,
                        StoredCopy.standalone(1, null),
                        Attributes.AS_DEFAULT);
        assertThatThrownBy(() -> writer.file(bare)).hasMessageContaining("without a checksum");
    }

    /** Generates a manifest's text while it is read, so that the test needs no memory for it. */
    private static final class Endless extends InputStream {
        private final String[] lines;
        private byte[] now = {};
        private int at;
        private int line;
        private int files;
        private final InfoChecksum checksum = new InfoChecksum();
        private String section = "";

        Endless(int files) {
            this.files = files;
            lines = new String(Samples.bytes(FULL), UTF_8).split("\n", -1);
        }

        private String nextLine() {
            String text = lines[line];
            if (text.startsWith("pg_data/pg_xact/0000=") && files > 0)
                text = text.replace("0000=", "%08d=".formatted(files--));
            else line++;
            if (text.startsWith("[")) section = text.substring(1, text.length() - 1);
            if (text.startsWith("backrest-checksum"))
                return "backrest-checksum=\"" + checksum.hex() + "\"";
            int end = text.indexOf('=');
            if (end > 0) checksum.add(section, text.substring(0, end), text.substring(end + 1));
            return text;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (at == now.length) {
                if (line == lines.length) return -1;
                now = (nextLine() + "\n").getBytes(UTF_8);
                at = 0;
            }
            int taken = Math.min(length, now.length - at);
            System.arraycopy(now, at, into, offset, taken);
            at += taken;
            return taken;
        }
    }

    @Test
    @DisplayName("of many files is read one by one, without keeping them")
    void many() throws Exception {
        int files = 300_000;
        var reader = new ManifestReader(new Endless(files), "m");
        long before = bytesInUse();
        long most = 0;
        int seen = 0;
        while (reader.nextFile() != null)
            if (++seen % 100_000 == 0) most = Math.max(most, bytesInUse());
        assertThat(seen).isGreaterThan(files);
        assertThat(most - before).as("bytes more in use").isLessThan(20L << 20);
        assertThat(reader.manifest().label()).hasToString("20261123-014620F");
    }

    private static long bytesInUse() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
