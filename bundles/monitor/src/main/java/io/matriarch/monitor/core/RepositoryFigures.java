package io.matriarch.monitor.core;

import io.matriarch.backup.api.ExpiryPreview;
import io.matriarch.backup.api.RepositoryStatus;
import io.matriarch.backup.api.RepositoryStatus.Backup;
import io.matriarch.backup.api.RepositoryStatus.Pages;
import io.matriarch.backup.api.RepositoryStatus.RestoreTime;
import io.matriarch.backup.api.WalCheck;
import io.matriarch.backup.api.WalGap;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What lies in the repositories, as figures. */
public final class RepositoryFigures {
    private static final Metric UP =
            Native.gauge("repo_up", "1 if the repository could be looked into.", "repo");
    private static final Metric LAST =
            Native.gauge(
                    "backup_last_success_timestamp_seconds",
                    "When the newest backup of that type ended, in seconds since 1970.",
                    "repo",
                    "type");
    private static final Metric TOOK =
            Native.gauge("backup_last_duration_seconds", "How long that one took.", "repo", "type");
    private static final Metric BYTES =
            Native.gauge(
                    "backup_last_bytes",
                    "Bytes of that one: of the database it restores, of all it needs in the"
                            + " repository, and of what it added there (delta).",
                    "repo",
                    "type",
                    "kind");
    private static final Metric COUNT =
            Native.gauge("backup_count", "Backups that are there.", "repo", "type");
    private static final Metric CHAIN =
            Native.gauge(
                    "backup_chain_length_max",
                    "The longest chain of backups that need one another; 1: every one is a full"
                            + " backup.",
                    "repo",
                    "type");
    private static final Metric PAGES =
            Native.gauge(
                    "backup_page_checksum_failures",
                    "1 if pages with a wrong checksum were copied, of the newest five.",
                    "repo",
                    "backup");
    private static final Metric VERIFIED =
            Native.gauge(
                    "verify_last_success_timestamp_seconds",
                    "When a backup was last verified and found sound, in seconds since 1970.",
                    "repo");
    private static final Metric BAD =
            Native.gauge(
                    "verify_objects_bad",
                    "Backups whose last verification found something missing or damaged.",
                    "repo");
    private static final Metric GAPS =
            Native.gauge(
                    "archive_gaps",
                    "WAL segments the last check of the archive missed, that restores need.",
                    "repo",
                    "timeline");
    private static final Metric DRILL_RESULT =
            Native.gauge(
                    "drill_last_result",
                    "1 if the last restore drill that could tell restored its backup, 0 if it did"
                            + " not.",
                    "kind");
    private static final Metric DRILLED =
            Native.gauge(
                    "drill_last_success_timestamp_seconds",
                    "When a restore drill last restored a backup, in seconds since 1970.",
                    "kind");

    private static final Metric RTO =
            Native.gauge(
                    "rto_predicted_seconds",
                    "How long a restore would take from the repository that is quickest: to the"
                            + " latest state, or to the moment that takes longest. By restore drills;"
                            + " without them by the newest full backup.",
                    "target");
    private static final Metric BLOCKED =
            Native.gauge(
                    "retention_blocked",
                    "1 if the retention would remove backups that stay because no newer one can"
                            + " stand in for them.",
                    "repo",
                    "reason");

    /** Drills restore the newest backup. */
    private static final String LATEST = "latest";

    private static final int NEWEST = 5;

    private RepositoryFigures() {}

    public static List<Metric> metrics() {
        return List.of(
                UP,
                LAST,
                TOOK,
                BYTES,
                COUNT,
                CHAIN,
                PAGES,
                VERIFIED,
                BAD,
                GAPS,
                DRILL_RESULT,
                DRILLED,
                RTO,
                BLOCKED);
    }

    /** One repository. */
    public static void add(RepositoryStatus status, Samples out) {
        String repo = status.name();
        out.add(UP, status.trouble().isEmpty() ? 1 : 0, repo);
        if (status.trouble().isPresent()) return;
        var byType =
                status.backups().stream()
                        .collect(
                                Collectors.groupingBy(
                                        Backup::type, TreeMap::new, Collectors.toList()));
        var chains = chains(status.backups());
        byType.forEach((type, backups) -> {
            out.add(COUNT, backups.size(), repo, type);
            backups.stream()
                    .mapToInt(backup -> chains.getOrDefault(backup.label(), 1))
                    .max()
                    .ifPresent(longest -> out.add(CHAIN, longest, repo, type));
            newest(backups, repo, type, out);
        });
        pages(status, out);
        verified(status, out);
    }

    private static void newest(List<Backup> backups, String repo, String type, Samples out) {
        var newest = backups.stream().max(Comparator.comparing(Backup::stop)).orElseThrow();
        out.add(LAST, seconds(newest.stop()), repo, type);
        var took = Duration.between(newest.start(), newest.stop());
        out.add(TOOK, took.toMillis() / 1e3, repo, type);
        out.add(BYTES, newest.sizeBytes(), repo, type, "database");
        out.add(BYTES, newest.repositoryBytes(), repo, type, "repository");
        out.add(BYTES, newest.repositoryChangedBytes(), repo, type, "delta");
    }

    /** Of each backup, how many it takes to restore it; one whose prior is gone begins anew. */
    private static Map<String, Integer> chains(List<Backup> backups) {
        var lengths = new HashMap<String, Integer>();
        for (var backup : backups) {
            int before = backup.prior().map(prior -> lengths.getOrDefault(prior, 0)).orElse(0);
            lengths.put(backup.label(), before + 1);
        }
        return lengths;
    }

    private static void pages(RepositoryStatus status, Samples out) {
        status.backups().stream()
                .sorted(Comparator.comparing(Backup::stop).reversed())
                .limit(NEWEST)
                .filter(backup -> backup.pages() != Pages.UNCHECKED)
                .forEach(backup ->
                        out.add(
                                PAGES,
                                backup.pages() == Pages.ERRORS ? 1 : 0,
                                status.name(),
                                backup.label()));
    }

    private static void verified(RepositoryStatus status, Samples out) {
        var all = status.backups().stream().flatMap(backup -> backup.verified().stream()).toList();
        if (all.isEmpty()) return;
        out.add(BAD, all.stream().filter(found -> !found.sound()).count(), status.name());
        all.stream()
                .filter(RepositoryStatus.Verification::sound)
                .map(RepositoryStatus.Verification::at)
                .max(Comparator.naturalOrder())
                .ifPresent(at -> out.add(VERIFIED, seconds(at), status.name()));
    }

    /**
     * Drills are of the cluster, whichever repository their backup came from. A backup that has
     * gone took the record of its drills with it.
     */
    public static void addDrills(List<RepositoryStatus> repositories, Samples out) {
        var all =
                repositories.stream()
                        .flatMap(status -> status.backups().stream())
                        .flatMap(backup -> backup.drilled().stream())
                        .toList();
        all.stream()
                .max(Comparator.comparing(RepositoryStatus.Verification::at))
                .ifPresent(last -> out.add(DRILL_RESULT, last.sound() ? 1 : 0, LATEST));
        all.stream()
                .filter(RepositoryStatus.Verification::sound)
                .map(RepositoryStatus.Verification::at)
                .max(Comparator.naturalOrder())
                .ifPresent(at -> out.add(DRILLED, seconds(at), LATEST));
    }

    /** As a restore would choose the repository if time alone counted. */
    public static void addRestoreTimes(List<RepositoryStatus> repositories, Samples out) {
        var times = repositories.stream().flatMap(status -> status.restoreTime().stream()).toList();
        times.stream()
                .map(RestoreTime::latest)
                .min(Comparator.naturalOrder())
                .ifPresent(latest -> out.add(RTO, latest.toMillis() / 1e3, LATEST));
        times.stream()
                .map(RestoreTime::worst)
                .min(Comparator.naturalOrder())
                .ifPresent(worst -> out.add(RTO, worst.toMillis() / 1e3, "worst"));
    }

    /** What the retention of a repository would do now; nothing of one that is in trouble. */
    public static void add(ExpiryPreview expiry, Samples out) {
        if (expiry.trouble().isPresent()) return;
        for (String reason :
                List.of(ExpiryPreview.NO_NEWER_RESTORABLE, ExpiryPreview.NO_NEWER_CLEAN)) {
            boolean blocked =
                    expiry.blocked().stream().anyMatch(each -> each.reason().equals(reason));
            out.add(BLOCKED, blocked ? 1 : 0, expiry.repository(), reason);
        }
    }

    /**
     * @param repositories names of all of them: where nothing is missing, that is told as 0
     */
    public static void add(WalCheck check, List<String> repositories, Samples out) {
        var missing = new TreeMap<String, Map<String, Long>>();
        for (var gap : check.gaps())
            missing.computeIfAbsent(gap.repository(), _ -> new TreeMap<>())
                    .merge(timeline(gap), gap.count(), Long::sum);
        for (var repo : repositories) {
            var its = missing.getOrDefault(repo, Map.of());
            if (its.isEmpty()) out.add(GAPS, 0, repo, "");
            its.forEach((timeline, count) -> out.add(GAPS, count, repo, timeline));
        }
    }

    /** A segment's name begins with its timeline, in eight hexadecimal digits. */
    private static String timeline(WalGap gap) {
        return String.valueOf(Integer.parseUnsignedInt(gap.first().substring(0, 8), 16));
    }

    private static double seconds(Instant at) {
        return at.toEpochMilli() / 1e3;
    }
}
