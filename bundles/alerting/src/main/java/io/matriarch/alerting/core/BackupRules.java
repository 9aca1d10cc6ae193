package io.matriarch.alerting.core;

import static io.matriarch.alerting.core.Expr.metric;
import static io.matriarch.alerting.core.Rule.Topic.BACKUP;
import static io.matriarch.alerting.core.Rule.Trait.NEVER_MUTED;
import static io.matriarch.alerting.core.Rule.Trait.URGENT;

import java.time.Duration;
import java.util.List;

/** Whether there is a backup, whether it was proved, and whether the repository answers. */
final class BackupRules {
    private BackupRules() {}

    private static final String BACKUPS = "matriarchctl backups";
    private static final String LOG = "journalctl -u matriarch --since -1d | grep -i backup";

    static List<Rule> all() {
        return List.of(
                tooOld(),
                failed(),
                slow(),
                size(),
                checksums(),
                verifyFailed(),
                verifyOverdue(),
                drillFailed(),
                drillOverdue(),
                repositoryDown(),
                clockSkew(),
                throttled(),
                retention());
    }

    private static Rule tooOld() {
        return Rule.named("BackupTooOld", BACKUP)
                .ofCluster("repo")
                .measure(
                        new Expr.Since(metric("matriarch_backup_last_success_timestamp_seconds"))
                                .least("cluster", "repo"))
                .says("the newest backup in {repo} is {value} old")
                .impact(
                        "A restore replays that much WAL first, and older mistakes reach further back.")
                .first(BACKUPS, "curl -s http://127.0.0.1:8008/api/v1/schedules", LOG)
                .runbook(
                        "Did the schedule run, and how did the last run end? BackupFailed names the error.");
    }

    private static Rule failed() {
        return Rule.named("BackupFailed", BACKUP)
                .ofCluster("repo", "type")
                .measure(metric("matriarch_backup_last_result").not())
                .measure(
                        new Expr.Increase(
                                        metric("matriarch_backup_failures_total"),
                                        Duration.ofHours(72))
                                .sum("cluster", "repo"))
                .clear(new Clear.AtOnce())
                .says(
                        "the last {type} backup to {repo} failed",
                        "backups to {repo} have failed {value} times within three days")
                .impact("The newest backup stays the one before; see how old it is.")
                .first(LOG, BACKUPS)
                .runbook(
                        "The log names the error and its hint. Room and rights of the repository, then the server:"
                                + " it must answer for as long as the backup takes.");
    }

    private static Rule slow() {
        return Rule.named("BackupSlow", BACKUP)
                .ofCluster("repo", "type")
                .measure(
                        new Expr.AgainstMedian(
                                metric("matriarch_backup_last_duration_seconds"),
                                metric("matriarch_backup_last_success_timestamp_seconds")))
                .says("the last {type} backup to {repo} took {value} of the usual time")
                .impact("It may run into the next one, and its load into working hours.")
                .first(LOG, "iostat -x 5 3", BACKUPS)
                .runbook(
                        "Is it held back on purpose (`matriarch_backup_throttle_ratio` names the reason), is the"
                                + " repository slow (RepositoryThrottled), or is there more data"
                                + " (BackupSizeAnomaly)?");
    }

    private static Rule size() {
        return Rule.named("BackupSizeAnomaly", BACKUP)
                .ofCluster("repo")
                .measure(
                        new Expr.Abs(
                                new Expr.AgainstMedian(
                                                metric(
                                                        "matriarch_backup_last_bytes",
                                                        "type",
                                                        "full",
                                                        "kind",
                                                        "repository"),
                                                metric(
                                                        "matriarch_backup_last_success_timestamp_seconds",
                                                        "type",
                                                        "full"))
                                        .minus(Expr.constant(100))))
                .says("the last full backup in {repo} is {value} larger or smaller than usual")
                .impact(
                        "Much was deleted, encrypted or loaded; before older backups expire, know which.")
                .first(BACKUPS, "matriarchctl query -U postgres -q '\\l+'")
                .runbook(
                        "A change of compression or encryption explains it. If nothing does: data that does not"
                                + " compress any more is what ransomware leaves; keep the older backups.");
    }

    private static Rule checksums() {
        return Rule.named("PageChecksumFailure", BACKUP)
                .measure(
                        Expr.either(
                                        metric("matriarch_backup_page_checksum_failures")
                                                .most("cluster", "member")
                                                .marked("where", "backup"),
                                        new Expr.Increase(
                                                        metric("matriarch_checksum_failures_total"),
                                                        Duration.ofHours(1))
                                                .sum("cluster", "member")
                                                .marked("where", "server"))
                                .isAbove(0))
                .of("where")
                .clearByHand()
                .traits(URGENT, NEVER_MUTED)
                .says("pages with a wrong checksum on {member}, seen by the {where}")
                .impact(
                        "Data of this node is damaged. Its copies may not be: do not overwrite them.")
                .first(
                        "matriarchctl query -U postgres -q 'select datname, checksum_failures,"
                                + " checksum_last_failure from pg_stat_database'",
                        "grep -i 'page verification' STATE_DIR/postgresql.log | tail   # on {member}",
                        "dmesg -T | tail -n 50   # on {member}")
                .runbook(
                        """
                        1. Keep all backups: expiry stops by itself.
                        2. If {member} is the primary and another member is sound, switch over to that one.
                        3. Which relation and block: the log. Compare with the other members, `amcheck` and `pg_checksums` on a stopped copy.
                        4. Replace the disk, then `matriarchctl reinit {member} --wait`. Then `matriarchctl alerts resolve ID`.
                        """);
    }

    private static Rule verifyFailed() {
        return Rule.named("VerifyFailed", BACKUP)
                .ofCluster("repo")
                .measure(metric("matriarch_verify_objects_bad").isAbove(0))
                .says("objects in {repo} are missing or damaged")
                .impact("Backups that need them cannot be restored.")
                .first(BACKUPS, LOG)
                .runbook(
                        "The verification's log names the objects and the backups that depend on them. Take a"
                                + " full backup now; then find out who deleted or changed them.");
    }

    private static Rule verifyOverdue() {
        return Rule.named("VerifyOverdue", BACKUP)
                .ofCluster("repo")
                .measure(
                        new Expr.Since(metric("matriarch_verify_last_success_timestamp_seconds"))
                                .least("cluster", "repo"))
                .says("{repo} was last verified {value} ago")
                .impact("Damage in it would not be known.")
                .first("curl -s http://127.0.0.1:8008/api/v1/schedules", BACKUPS)
                .runbook("Give the verification a window of its own; see its last run.");
    }

    private static Rule drillFailed() {
        return Rule.named("DrillFailed", BACKUP)
                .ofCluster("kind")
                .measure(metric("matriarch_drill_last_result").not())
                .says("the last restore drill ({kind}) failed")
                .impact("A backup that cannot be restored is none.")
                .first(LOG, BACKUPS)
                .runbook(
                        "The drill's log names the phase: fetch, replay or check. Try it by hand before you need it.");
    }

    private static Rule drillOverdue() {
        return Rule.named("DrillOverdue", BACKUP)
                .ofCluster("kind")
                .measure(
                        new Expr.Since(metric("matriarch_drill_last_success_timestamp_seconds"))
                                .least("cluster", "kind"))
                .says("the last restore drill ({kind}) that succeeded was {value} ago")
                .impact("A backup that was not restored is a hope.")
                .first("curl -s http://127.0.0.1:8008/api/v1/schedules", BACKUPS)
                .runbook("Is there room for it, and a schedule?");
    }

    private static Rule repositoryDown() {
        return Rule.named("RepositoryDown", BACKUP)
                .of("repo")
                .measure(metric("matriarch_repo_up").not().held())
                .clearAfter(Duration.ofSeconds(30))
                .says("{member} has not reached {repo} for {value}")
                .impact("Neither WAL nor backups get there; pg_wal grows meanwhile.")
                .first(LOG, "df -h DATA_DIR/pg_wal   # on {member}")
                .runbook(
                        "The log names it: address, certificate, key, rights, clock, room. If only one member says"
                                + " so, it is that one's network.");
    }

    private static Rule clockSkew() {
        return Rule.named("RepositoryClockSkew", BACKUP)
                .of("repo")
                .measure(new Expr.Abs(metric("matriarch_repo_clock_offset_seconds")))
                .clearHalf()
                .says("the clocks of {member} and of {repo} differ by {value}")
                .impact(
                        "Object stores refuse requests signed more than 15 minutes off; then neither WAL nor"
                                + " backups get there.")
                .first("timedatectl; chronyc tracking   # on {member}")
                .runbook(
                        "The metric's sign says which: above 0 the repository is ahead, below 0 this member. Start or"
                                + " mend the time daemon of the one that is wrong. A directory that is mounted"
                                + " is stamped by its file server.");
    }

    private static Rule throttled() {
        var requests =
                new Expr.Increase(metric("matriarch_repo_requests_total"), Duration.ofMinutes(5));
        var refused =
                new Expr.Increase(
                        metric("matriarch_repo_requests_total", "code", "429|503"),
                        Duration.ofMinutes(5));
        return Rule.named("RepositoryThrottled", BACKUP)
                .of("repo")
                .measure(
                        refused.sum("cluster", "member", "repo")
                                .over(requests.sum("cluster", "member", "repo"))
                                .percent())
                .clearHalf()
                .says("{repo} refuses {value} of the requests of {member}: too many")
                .impact("Backups and the archive are slower; they try again.")
                .first(LOG)
                .runbook("Fewer workers for the backup, or a higher rate at the provider.");
    }

    private static Rule retention() {
        return Rule.named("RetentionBlocked", BACKUP)
                .ofCluster("repo", "reason")
                .measure(metric("matriarch_retention_blocked").held())
                .says("old backups in {repo} have not been expired for {value}: {reason}")
                .impact("The repository grows.")
                .first(BACKUPS, LOG)
                .runbook(
                        "Usually no newer backup was proved: let a verification or a drill succeed.");
    }
}
