package io.matriarch.backup.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The scan of a data directory")
class ScanRulesTest {
    private static final ScanRules RULES = new ScanRules(new PgVersion(17), true, List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pg_dynshmem",
                "pg_notify",
                "pg_replslot",
                "pg_serial",
                "pg_snapshots",
                "pg_stat_tmp",
                "pg_subtrans",
                "pg_wal/archive_status"
            })
    @DisplayName("lists folders PostgreSQL fills anew, and leaves what is in them")
    void emptied(String folder) {
        assertThat(RULES.listsFolder(folder)).isTrue();
        assertThat(RULES.entersFolder(folder)).isFalse();
    }

    @Test
    @DisplayName("leaves WAL to the archive while the server runs, but not what else is in pg_wal")
    void wal() {
        assertThat(files(RULES, "pg_wal", List.of("000000010000000000000001", "00000002.history")))
                .isEmpty();
        assertThat(RULES.entersFolder("pg_wal")).isTrue();
        assertThat(RULES.entersFolder("pg_wal/summaries")).isTrue();
        assertThat(files(RULES, "pg_wal/summaries", List.of("x.summary")))
                .containsExactly("x.summary");
        var offline = new ScanRules(new PgVersion(17), false, List.of());
        assertThat(files(offline, "pg_wal", List.of("000000010000000000000001"))).hasSize(1);
        assertThat(offline.entersFolder("pg_wal/archive_status")).isTrue();
    }

    @Test
    @DisplayName("leaves out of the root what belongs to the running server or to an old restore")
    void root() {
        assertThat(
                        files(
                                RULES,
                                "",
                                List.of(
                                        "PG_VERSION",
                                        "backup_label",
                                        "backup_label.old",
                                        "backup_manifest",
                                        "backup_manifest.tmp",
                                        "postgresql.auto.conf",
                                        "postgresql.auto.conf.tmp",
                                        "postmaster.opts",
                                        "postmaster.pid",
                                        "recovery.signal",
                                        "standby.signal",
                                        "tablespace_map")))
                .containsExactly("PG_VERSION", "postgresql.auto.conf");
        assertThat(files(RULES, "base/5", List.of("postmaster.pid"))).hasSize(1);
        assertThat(
                        files(
                                new ScanRules(new PgVersion(12), true, List.of()),
                                "",
                                List.of("backup_manifest")))
                .as("12 knows no such file of its own")
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"global", "base/16384", "pg_tblspc/16385/PG_17_202406281/16384"})
    @DisplayName("leaves temporary and unlogged relations and caches out of databases")
    void databases(String folder) {
        assertThat(
                        files(
                                RULES,
                                folder,
                                List.of(
                                        "16400",
                                        "16400.1",
                                        "16400_fsm",
                                        "16400_init",
                                        "16400_vm.1",
                                        "16401",
                                        "16401_vm",
                                        "pg_filenode.map",
                                        "pg_internal.init",
                                        "pg_internal.init.123",
                                        "pg_internal.initial",
                                        "t3_16402",
                                        "t3_16402_fsm",
                                        "t3_16402.1",
                                        "t3",
                                        "pgsql_tmp123.4")))
                .containsExactly(
                        "16400_init",
                        "16401",
                        "16401_vm",
                        "pg_filenode.map",
                        "pg_internal.initial",
                        "t3");
    }

    @Test
    @DisplayName("judges such names by the folder: elsewhere they are anybody's")
    void elsewhere() {
        assertThat(files(RULES, "mine", List.of("1_init", "1", "t1_1", "pg_internal.init")))
                .hasSize(4);
        assertThat(files(RULES, "mine", List.of("pgsql_tmp1"))).isEmpty();
        assertThat(RULES.listsFolder("base/pgsql_tmp")).isFalse();
    }

    @Test
    @DisplayName("leaves out what the user excludes: a file, a folder, or what is in one")
    void excludes() {
        var rules =
                new ScanRules(
                        new PgVersion(17), true, List.of("log/", "junk", "conf.d/secret.conf"));
        assertThat(rules.listsFolder("log")).isTrue();
        assertThat(rules.entersFolder("log")).isFalse();
        assertThat(rules.listsFolder("junk")).isFalse();
        assertThat(files(rules, "conf.d", List.of("a.conf", "secret.conf")))
                .containsExactly("a.conf");
        assertThat(files(rules, "", List.of("junk", "log"))).containsExactly("log");
    }

    @Test
    @DisplayName("knows which files have page checksums")
    void pages() {
        assertThat(ScanRules.hasPages("base/5/1259")).isTrue();
        assertThat(ScanRules.hasPages("pg_tblspc/1/PG_17_202406281/5/1259_vm")).isTrue();
        assertThat(ScanRules.hasPages("global/pg_control")).isFalse();
        assertThat(ScanRules.hasPages("base/5/PG_VERSION")).isFalse();
        assertThat(ScanRules.hasPages("base/5/pg_filenode.map")).isFalse();
        assertThat(ScanRules.hasPages("pg_xact/0000")).isFalse();
        assertThat(ScanRules.hasPages("PG_VERSION")).isFalse();
    }

    private static List<String> files(ScanRules rules, String folder, List<String> names) {
        return names.stream().filter(rules.keeps(folder, names)).toList();
    }
}
