package io.matriarch.backup.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.Lsn;
import io.matriarch.api.SystemId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("archive.info and backup.info")
class InfosTest {
    private static final SystemId SYSTEM = new SystemId("7711166835679775872");

    private static BackupInfo backupInfo(String sample) throws Exception {
        return BackupInfo.read(Samples.stream(sample), sample);
    }

    private static String text(BackupInfo info) throws Exception {
        var out = new ByteArrayOutputStream();
        info.write(out);
        return out.toString(UTF_8);
    }

    private static String text(ArchiveInfo info) throws Exception {
        var out = new ByteArrayOutputStream();
        info.write(out);
        return out.toString(UTF_8);
    }

    @Test
    @DisplayName("archive.info of stock is understood and written back byte for byte")
    void archiveInfo() throws Exception {
        String sample = "plain-zst/archive.info";
        var info = ArchiveInfo.read(Samples.stream(sample), sample);
        assertThat(info.current()).isEqualTo(new DbIdentity(1, SYSTEM, new PgVersion(17)));
        assertThat(info.current().archiveId()).isEqualTo("17-1");
        assertThat(text(info)).isEqualTo(new String(Samples.bytes(sample), UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain-zst/backup.info", "bundle-block-zst/backup.info"})
    @DisplayName("backup.info of stock is written back byte for byte")
    void backupInfo_(String sample) throws Exception {
        assertThat(text(backupInfo(sample))).isEqualTo(new String(Samples.bytes(sample), UTF_8));
    }

    @Test
    @DisplayName("backup.info tells of each backup what stock's info shows")
    void entry() throws Exception {
        var info = backupInfo("bundle-block-zst/backup.info");
        var full = new Label("20261123-014620F");
        var incr = info.backup(new Label("20261123-014620F_20261123-014621I")).orElseThrow();
        assertThat(info.backups())
                .extracting(BackupEntry::label)
                .containsExactly(full, incr.label());
        assertThat(incr.type()).isEqualTo(BackupType.INCREMENTAL);
        assertThat(incr.prior()).contains(full);
        assertThat(incr.references()).containsExactly(full);
        assertThat(incr.wal())
                .contains(
                        new WalRange(
                                WalSegment.parse("0000000100000000000000A9"),
                                WalSegment.parse("0000000100000000000000AA")));
        assertThat(incr.lsnStart()).contains(Lsn.parse("0/A900028"));
        assertThat(incr.lsnStop()).contains(Lsn.parse("0/AA00050"));
        assertThat(incr.start()).isEqualTo(Instant.ofEpochSecond(1795398381));
        assertThat(incr.pagesClean()).isTrue();
        assertThat(incr.sizes().repoSizeMap()).hasValue(791);
        assertThat(incr.sizes().sizeDelta()).isEqualTo(8464);
        assertThat(info.current().tablespaceFolder()).isEqualTo("PG_17_202406281");
    }

    @Test
    @DisplayName("a history of more than nine clusters stays in the order of time, not of text")
    void longHistory() throws Exception {
        var history = new java.util.ArrayList<DbIdentity>();
        for (int id = 1; id <= 11; id++)
            history.add(
                    new DbIdentity(
                            id, new SystemId("77111668356797758" + (10 + id)), new PgVersion(17)));
        var info = new ArchiveInfo("2.55.1", history, 11, Optional.of("secret"));
        var again = ArchiveInfo.read(new ByteArrayInputStream(text(info).getBytes(UTF_8)), "x");
        assertThat(again).isEqualTo(info);
        assertThat(again.toString()).doesNotContain("secret");
    }

    @Test
    @DisplayName("a system identifier of 64 bit unsigned keeps its digits")
    void bigSystemId() throws Exception {
        var info =
                new ArchiveInfo(
                        "2.55.1",
                        List.of(
                                new DbIdentity(
                                        1,
                                        new SystemId("18446744073709551615"),
                                        new PgVersion(9, 6))),
                        1,
                        Optional.empty());
        assertThat(text(info)).contains("db-system-id=18446744073709551615\ndb-version=\"9.6\"");
        assertThat(ArchiveInfo.read(new ByteArrayInputStream(text(info).getBytes(UTF_8)), "x"))
                .isEqualTo(info);
    }

    @Test
    @DisplayName("annotations are kept, in order and with every character")
    void annotations() throws Exception {
        var info = backupInfo("plain-zst/backup.info");
        var notes = new TreeMap<String, String>();
        notes.put("why", "before \"the\" upgrade\n");
        notes.put("Who", "é");
        var changed = info.with(info.backups().getFirst().withAnnotations(notes));
        String text = text(changed);
        assertThat(text)
                .contains(
                        "\"backup-annotation\":{\"Who\":\"é\",\"why\":\"before \\\"the\\\" upgrade\\n\"}");
        assertThat(BackupInfo.read(new ByteArrayInputStream(text.getBytes(UTF_8)), "x"))
                .isEqualTo(changed);
    }

    @Test
    @DisplayName("an offline backup has no WAL, and says so with null")
    void offline() throws Exception {
        var info = backupInfo("plain-zst/backup.info");
        var b = info.backups().getFirst();
        var offline =
                new BackupEntry(
                        b.label(),
                        b.type(),
                        b.version(),
                        b.annotations(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        b.pageErrors(),
                        b.sizes(),
                        b.prior(),
                        b.references(),
                        b.start(),
                        b.stop(),
                        b.dbId(),
                        b.options());
        String text = text(info.with(offline));
        assertThat(text)
                .contains("\"backup-archive-start\":null,\"backup-archive-stop\":null")
                .contains("\"backup-lsn-start\":null,\"backup-lsn-stop\":null");
        assertThat(
                        BackupInfo.read(new ByteArrayInputStream(text.getBytes(UTF_8)), "x")
                                .backup(b.label()))
                .contains(offline);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "backrest-version",
                "backup-info-size",
                "backup-timestamp-stop",
                "db-id",
                "option-online"
            })
    @DisplayName("an entry without what readers need makes the file unreadable, and is named")
    void missingKey(String key) {
        String text = new String(Samples.bytes("plain-zst/backup.info"), UTF_8);
        var lines = new java.util.ArrayList<>(text.lines().toList());
        int at = 5;
        lines.set(
                at, lines.get(at).replaceFirst("\"" + key + "\":[^,}]*,?", "").replace(",}", "}"));
        assertThatThrownBy(() ->
                        BackupInfo.read(
                                new ByteArrayInputStream(Rechecksummed.text(lines).getBytes(UTF_8)),
                                "backup.info"))
                .isInstanceOf(FormatException.class)
                .hasMessage("backup.info line 6 (20261123-014615F): " + key + " is missing");
    }

    @Test
    @DisplayName("a history that lacks the current id is refused")
    void currentNotInHistory() {
        String text = new String(Samples.bytes("plain-zst/archive.info"), UTF_8);
        var lines = text.replace("\ndb-id=1\n", "\ndb-id=2\n").lines().toList();
        assertThatThrownBy(() ->
                        ArchiveInfo.read(
                                new ByteArrayInputStream(Rechecksummed.text(lines).getBytes(UTF_8)),
                                "archive.info"))
                .hasMessageContaining("current db-id 2 is not in the history [1]");
    }
}
