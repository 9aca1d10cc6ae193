package io.matriarch.management.fake;

import io.matriarch.backup.api.Backups;
import io.matriarch.backup.api.ExpiryPreview;
import io.matriarch.backup.api.RepositoryStatus;
import io.matriarch.backup.api.RepositoryStatus.Archive;
import io.matriarch.backup.api.RepositoryStatus.Backup;
import io.matriarch.backup.api.RepositoryStatus.Pages;
import io.matriarch.backup.api.RepositoryStatus.Trouble;
import io.matriarch.backup.api.RepositoryStatus.Verification;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A repository with one full backup, and one that cannot be reached. */
final class FakeBackups implements Backups {
    private static final Instant AT = Instant.parse("2026-11-22T01:30:00Z");

    @Override
    public List<RepositoryStatus> repositories() {
        var full =
                new Backup(
                        "20261122-013000F",
                        "full",
                        "17",
                        AT,
                        AT.plusSeconds(60),
                        Optional.empty(),
                        List.of(),
                        Optional.of("0/2000028"),
                        Optional.of("0/2000120"),
                        Optional.of("000000010000000000000002"),
                        Optional.of("000000010000000000000002"),
                        3L << 30,
                        3L << 30,
                        1L << 30,
                        1L << 30,
                        Pages.CLEAN,
                        true,
                        Optional.of(new Verification(AT.plusSeconds(600), true, "")),
                        Optional.of(new Verification(AT.plusSeconds(900), true, "")),
                        Map.of("why", "before the upgrade"));
        return List.of(
                new RepositoryStatus(
                        "local",
                        "/backup",
                        true,
                        false,
                        "main",
                        Optional.empty(),
                        "7711166835679775872",
                        "17",
                        List.of(
                                new Archive(
                                        "17-1",
                                        Optional.of("000000010000000000000001"),
                                        Optional.of("000000010000000000000009"))),
                        List.of(full),
                        Optional.of(
                                new RepositoryStatus.Range(
                                        AT.plusSeconds(60), AT.plusSeconds(3600))),
                        Optional.of(
                                new RepositoryStatus.RestoreTime(
                                        Duration.ofSeconds(90), Duration.ofSeconds(120), true))),
                new RepositoryStatus(
                        "far",
                        "s3://backups/main",
                        true,
                        true,
                        "main",
                        Optional.of(new Trouble("no bucket", "check the endpoint")),
                        "",
                        "",
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Override
    public List<ExpiryPreview> expiry() {
        return List.of(
                new ExpiryPreview(
                        "local",
                        Optional.empty(),
                        List.of(new ExpiryPreview.Choice("20261101-013000F", "the 3rd full")),
                        List.of(new ExpiryPreview.Choice("20261122-013000F", "the newest full")),
                        List.of("17-1: kept from 000000010000000000000002 (first of its full)"),
                        List.of(
                                new ExpiryPreview.Choice(
                                        "20261122-013000F", ExpiryPreview.NO_NEWER_CLEAN)),
                        List.of("a note")),
                new ExpiryPreview(
                        "far",
                        Optional.of(new Trouble("no bucket", "check the endpoint")),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of()));
    }
}
