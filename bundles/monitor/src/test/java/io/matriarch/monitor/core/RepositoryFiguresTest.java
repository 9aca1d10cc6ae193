package io.matriarch.monitor.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.backup.api.ExpiryPreview;
import io.matriarch.backup.api.RepositoryStatus;
import io.matriarch.backup.api.RepositoryStatus.Backup;
import io.matriarch.backup.api.RepositoryStatus.Pages;
import io.matriarch.backup.api.RepositoryStatus.Trouble;
import io.matriarch.backup.api.RepositoryStatus.Verification;
import io.matriarch.backup.api.WalCheck;
import io.matriarch.backup.api.WalGap;
import io.matriarch.monitor.api.TextFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Repositories, as figures,")
class RepositoryFiguresTest {
    private static final Instant START = Instant.ofEpochSecond(1_800_000_000);
    private final Samples out = new Samples(new Identity("demo", "a"));

    private static Backup backup(
            String label, String type, int ended, String prior, Pages pages, String verified) {
        return new Backup(
                label,
                type,
                "17",
                START.plusSeconds(ended - 60),
                START.plusSeconds(ended),
                Optional.of(prior).filter(it -> !it.isEmpty()),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1000,
                100,
                500,
                50,
                pages,
                false,
                verified.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new Verification(
                                        START.plusSeconds(ended + 10),
                                        verified.equals("sound"),
                                        verified)),
                Optional.empty(),
                Map.of());
    }

    private static RepositoryStatus repository(String name, String trouble, Backup... backups) {
        return new RepositoryStatus(
                name,
                "/repo",
                true,
                false,
                "demo",
                trouble.isEmpty() ? Optional.empty() : Optional.of(new Trouble(trouble, "")),
                "7",
                "17",
                List.of(),
                List.of(backups),
                Optional.empty(),
                Optional.empty());
    }

    private static RepositoryStatus restorable(String name, int latest, int worst) {
        var it = repository(name, "");
        return new RepositoryStatus(
                it.name(),
                it.where(),
                it.required(),
                it.encrypted(),
                it.stanza(),
                it.trouble(),
                it.systemId(),
                it.postgres(),
                it.archives(),
                it.backups(),
                Optional.of(new RepositoryStatus.Range(START, START.plusSeconds(60))),
                Optional.of(
                        new RepositoryStatus.RestoreTime(
                                Duration.ofSeconds(latest), Duration.ofSeconds(worst), true)));
    }

    @Test
    @DisplayName("predict the time of a restore from the quickest, and nothing where none can be")
    void restoreTimes() {
        RepositoryFigures.addRestoreTimes(List.of(repository("none", "")), out);
        assertThat(page()).doesNotContain("rto_predicted");
        RepositoryFigures.addRestoreTimes(
                List.of(restorable("repo1", 90, 120), restorable("repo2", 60, 600)), out);
        assertThat(page())
                .contains(
                        "matriarch_rto_predicted_seconds{target=\"latest\"} 60",
                        "matriarch_rto_predicted_seconds{target=\"worst\"} 120");
    }

    private static ExpiryPreview expiry(String name, String trouble, String... blocked) {
        return new ExpiryPreview(
                name,
                trouble.isEmpty() ? Optional.empty() : Optional.of(new Trouble(trouble, "")),
                List.of(),
                List.of(),
                List.of(),
                Stream.of(blocked).map(reason -> new ExpiryPreview.Choice("F1", reason)).toList(),
                List.of());
    }

    @Test
    @DisplayName("say why the retention stands still, and 0 where it does not")
    void blocked() {
        RepositoryFigures.add(expiry("repo1", "", ExpiryPreview.NO_NEWER_CLEAN), out);
        RepositoryFigures.add(expiry("repo2", "no route to host"), out);
        assertThat(page())
                .contains(
                        "retention_blocked{repo=\"repo1\",reason=\"no newer backup has clean page"
                                + " checksums\"} 1",
                        "retention_blocked{repo=\"repo1\",reason=\"no newer backup can be"
                                + " restored\"} 0")
                .doesNotContain("repo=\"repo2\"");
    }

    private String page() {
        return TextFormat.PROMETHEUS
                .write(out.families())
                .replace("cluster=\"demo\",member=\"a\",", "");
    }

    @Test
    @DisplayName("tell the newest backup of each type, and how long chains are")
    void backups() {
        RepositoryFigures.add(
                repository(
                        "repo1",
                        "",
                        backup("F1", "full", 100, "", Pages.CLEAN, "sound"),
                        backup("F1_I1", "incr", 200, "F1", Pages.CLEAN, ""),
                        backup("F1_I2", "incr", 300, "F1_I1", Pages.ERRORS, "a file is missing")),
                out);
        assertThat(page())
                .contains(
                        "matriarch_repo_up{repo=\"repo1\"} 1",
                        "backup_last_success_timestamp_seconds{repo=\"repo1\",type=\"full\"} 1800000100",
                        "backup_last_success_timestamp_seconds{repo=\"repo1\",type=\"incr\"} 1800000300",
                        "backup_last_duration_seconds{repo=\"repo1\",type=\"full\"} 60",
                        "backup_last_bytes{repo=\"repo1\",type=\"incr\",kind=\"delta\"} 50",
                        "backup_count{repo=\"repo1\",type=\"incr\"} 2",
                        "backup_chain_length_max{repo=\"repo1\",type=\"incr\"} 3",
                        "backup_page_checksum_failures{repo=\"repo1\",backup=\"F1_I2\"} 1",
                        "backup_page_checksum_failures{repo=\"repo1\",backup=\"F1\"} 0",
                        "verify_last_success_timestamp_seconds{repo=\"repo1\"} 1800000110",
                        "verify_objects_bad{repo=\"repo1\"} 1");
    }

    @Test
    @DisplayName("say of one that cannot be looked into only that")
    void trouble() {
        RepositoryFigures.add(repository("repo1", "no route to host"), out);
        assertThat(out.families()).hasSize(1);
        assertThat(page()).contains("matriarch_repo_up{repo=\"repo1\"} 0");
    }

    @Test
    @DisplayName("do not tell of a verification nobody made")
    void unverified() {
        RepositoryFigures.add(
                repository("repo1", "", backup("F1", "full", 1, "", Pages.UNCHECKED, "")), out);
        assertThat(page()).doesNotContain("verify_", "page_checksum");
    }

    private static Backup drilled(String label, int at, boolean sound) {
        var it = backup(label, "full", at - 100, "", Pages.CLEAN, "");
        return new Backup(
                it.label(),
                it.type(),
                it.postgres(),
                it.start(),
                it.stop(),
                it.prior(),
                it.references(),
                it.lsnStart(),
                it.lsnStop(),
                it.walFirst(),
                it.walLast(),
                it.sizeBytes(),
                it.changedBytes(),
                it.repositoryBytes(),
                it.repositoryChangedBytes(),
                it.pages(),
                it.fromStandby(),
                it.verified(),
                Optional.of(new Verification(START.plusSeconds(at), sound, sound ? "" : "replay")),
                it.annotations());
    }

    @Test
    @DisplayName("tell how the newest drill of all ended, and when one last went well")
    void drills() {
        RepositoryFigures.addDrills(List.of(repository("none", "")), out);
        assertThat(page()).doesNotContain("drill_");
        RepositoryFigures.addDrills(
                List.of(
                        repository("repo1", "", drilled("F1", 500, true)),
                        repository("repo2", "", drilled("F1", 900, false))),
                out);
        assertThat(page())
                .contains(
                        "matriarch_drill_last_result{kind=\"latest\"} 0",
                        "matriarch_drill_last_success_timestamp_seconds{kind=\"latest\"} 1800000500");
    }

    @Test
    @DisplayName("count the segments missing, by timeline; 0 where none is")
    void gaps() {
        var gap =
                new WalGap(
                        "repo1",
                        "17-1",
                        "0000000A0000000000000001",
                        "0000000A0000000000000003",
                        3,
                        List.of());
        RepositoryFigures.add(
                new WalCheck(START, List.of(gap, gap), List.of(), List.of()),
                List.of("repo1", "repo2"),
                out);
        assertThat(page())
                .contains(
                        "matriarch_archive_gaps{repo=\"repo1\",timeline=\"10\"} 6",
                        "matriarch_archive_gaps{repo=\"repo2\",timeline=\"\"} 0");
    }
}
