package io.matriarch.management.jmx;

import io.matriarch.backup.api.ExpiryPreview;
import io.matriarch.backup.api.RepositoryStatus;
import io.matriarch.backup.api.Restoring;
import io.matriarch.backup.api.WalArchiveStatus;
import io.matriarch.dcs.api.StoreHealth;
import io.matriarch.failover.api.Answer;
import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.failover.api.DecisionRecord;
import io.matriarch.failover.api.MemberStatus;
import io.matriarch.management.core.Json;
import io.matriarch.management.core.Refused;
import io.matriarch.postgres.api.WalSender;
import io.matriarch.schedule.api.ClusterJobs;
import io.matriarch.schedule.api.Schedules;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The contracts' records in types JMX can carry: no instants, no optionals. A record becomes
 * CompositeData by itself; -1 and the empty text stand for "unknown".
 */
public final class Views {
    private Views() {}

    /**
     * @param status HTTP's number: 200 done, 202 accepted for later, 4xx and 5xx not done
     * @param hint what would be right; empty if there is nothing to add
     */
    public record Outcome(int status, String text, String hint) {
        static Outcome of(Answer answer) {
            return new Outcome(answer.status(), answer.text(), "");
        }

        static Outcome of(Refused refused) {
            return new Outcome(refused.status(), refused.text(), refused.hint());
        }
    }

    /**
     * @param tags as JSON
     * @param receiveLagBytes -1 if unknown, and for the leader
     */
    public record Member(
            String name,
            String role,
            String state,
            String host,
            int port,
            String apiUrl,
            int timeline,
            long receiveLagBytes,
            long replayLagBytes,
            boolean pendingRestart,
            String scheduledRestart,
            String tags) {
        static Member of(MemberStatus m) {
            return new Member(
                    m.name(),
                    m.role(),
                    m.state(),
                    m.host(),
                    m.port(),
                    m.apiUrl(),
                    m.timeline(),
                    m.receiveLagBytes().orElse(-1),
                    m.replayLagBytes().orElse(-1),
                    m.pendingRestart(),
                    m.scheduledRestart(),
                    Json.text(m.tags()));
        }
    }

    public record Cluster(
            String scope,
            String systemId,
            String leader,
            boolean paused,
            String scheduledSwitchover,
            List<Member> members,
            long storeRevision,
            long ageMillis) {
        static Cluster of(ClusterStatus c) {
            return new Cluster(
                    c.scope(),
                    c.systemId(),
                    c.leader(),
                    c.paused(),
                    c.scheduledSwitchover(),
                    c.members().stream().map(Member::of).toList(),
                    c.revision(),
                    c.ageMillis());
        }
    }

    public record Decision(
            long sequence,
            String at,
            String member,
            String decision,
            String reason,
            String facts,
            long repeated,
            String lastAt) {
        static Decision of(DecisionRecord d) {
            return new Decision(
                    d.sequence(),
                    d.at().toString(),
                    d.member(),
                    d.decision(),
                    d.reason(),
                    d.facts(),
                    d.repeated(),
                    d.lastAt().toString());
        }
    }

    /**
     * @param latencyMicros 0 if it did not answer
     */
    public record Endpoint(
            String uri,
            boolean answering,
            boolean leader,
            String version,
            long latencyMicros,
            String error) {
        static Endpoint of(StoreHealth.Endpoint e) {
            return new Endpoint(
                    e.uri(),
                    e.answering(),
                    e.leader(),
                    e.version(),
                    e.latency().toNanos() / 1000,
                    e.error());
        }
    }

    /** Times are ISO 8601; empty if there is none. */
    public record Schedule(
            String name,
            String task,
            String expression,
            String next,
            String previous,
            String last) {
        static Schedule of(Schedules.Entry e) {
            return new Schedule(
                    e.name(),
                    e.task(),
                    e.expression(),
                    time(e.next()),
                    time(e.previous()),
                    e.last());
        }
    }

    /** Times are ISO 8601; empty if there is none. */
    public record JobRun(
            String id,
            String due,
            String member,
            String state,
            int attempt,
            String started,
            String ended,
            String text,
            ProgressView progress) {
        static final JobRun NONE = new JobRun("", "", "", "", 0, "", "", "", ProgressView.NONE);

        static JobRun of(ClusterJobs.JobRun run) {
            return new JobRun(
                    run.id(),
                    run.due().toString(),
                    run.member(),
                    name(run.state()),
                    run.attempt(),
                    time(run.started()),
                    time(run.ended()),
                    run.text(),
                    ProgressView.of(run.progress()));
        }
    }

    /**
     * @param last with empty texts before the first run
     */
    public record ClusterJob(
            String schedule, String task, String cron, String zone, String next, JobRun last) {
        static ClusterJob of(ClusterJobs.Job job) {
            return new ClusterJob(
                    job.schedule(),
                    job.task(),
                    job.cron(),
                    job.zone(),
                    time(job.next()),
                    job.last().map(JobRun::of).orElse(JobRun.NONE));
        }
    }

    public record WalRepository(
            String name,
            boolean required,
            String lastFile,
            String lastAt,
            long files,
            long bytes,
            long storedBytes,
            long failures,
            String lastFailure) {
        static WalRepository of(WalArchiveStatus.Repository r) {
            return new WalRepository(
                    r.name(),
                    r.required(),
                    r.lastFile().orElse(""),
                    time(r.lastAt()),
                    r.files(),
                    r.bytes(),
                    r.storedBytes(),
                    r.failures(),
                    r.lastFailure().map(f -> f.file() + ": " + f.message()).orElse(""));
        }
    }

    /**
     * @param pages clean, errors or unchecked
     * @param verified when, and what was found; empty if never
     */
    public record BackupSet(
            String label,
            String type,
            String postgres,
            String start,
            String stop,
            String prior,
            String walFirst,
            String walLast,
            long sizeBytes,
            long changedBytes,
            long repositoryBytes,
            long repositoryChangedBytes,
            String pages,
            String verified) {
        static BackupSet of(RepositoryStatus.Backup b) {
            return new BackupSet(
                    b.label(),
                    b.type(),
                    b.postgres(),
                    b.start().toString(),
                    b.stop().toString(),
                    b.prior().orElse(""),
                    b.walFirst().orElse(""),
                    b.walLast().orElse(""),
                    b.sizeBytes(),
                    b.changedBytes(),
                    b.repositoryBytes(),
                    b.repositoryChangedBytes(),
                    name(b.pages()),
                    b.verified()
                            .map(v -> v.at() + (v.sound() ? " sound" : " DAMAGED: " + v.why()))
                            .orElse(""));
        }
    }

    /**
     * @param trouble why it could not be looked into, with a hint; empty if it could
     * @param restoreSeconds how long a restore to the latest state would take; -1 if there is none
     * @param worstRestoreSeconds to the moment that takes longest; -1 if there is none
     */
    public record BackupRepository(
            String name,
            String where,
            boolean required,
            boolean encrypted,
            String stanza,
            String trouble,
            List<BackupSet> backups,
            long restoreSeconds,
            long worstRestoreSeconds) {
        static BackupRepository of(RepositoryStatus r) {
            return new BackupRepository(
                    r.name(),
                    r.where(),
                    r.required(),
                    r.encrypted(),
                    r.stanza(),
                    r.trouble().map(t -> t.message() + " (" + t.hint() + ")").orElse(""),
                    r.backups().stream().map(BackupSet::of).toList(),
                    r.restoreTime().map(time -> time.latest().toSeconds()).orElse(-1L),
                    r.restoreTime().map(time -> time.worst().toSeconds()).orElse(-1L));
        }
    }

    /**
     * @param trouble why it cannot be told, with a hint; empty if it can
     * @param remove backups that would go, newest first, each with why
     * @param keep all others, oldest first
     * @param blocked of keep, what would go if a newer one could stand in for it
     */
    public record Expiry(
            String repository,
            String trouble,
            List<String> remove,
            List<String> keep,
            List<String> wal,
            List<String> blocked,
            List<String> notes) {
        static Expiry of(ExpiryPreview p) {
            return new Expiry(
                    p.repository(),
                    p.trouble().map(t -> t.message() + " (" + t.hint() + ")").orElse(""),
                    p.remove().stream().map(c -> c.label() + ": " + c.reason()).toList(),
                    p.keep().stream().map(c -> c.label() + ": " + c.reason()).toList(),
                    p.wal(),
                    p.blocked().stream().map(c -> c.label() + ": " + c.reason()).toList(),
                    p.notes());
        }
    }

    /**
     * @param estimateSeconds restore and replay
     * @param latest ISO 8601, as earliest
     */
    public record RestorePlan(
            String target,
            String directory,
            String repository,
            String backup,
            List<String> chain,
            int timeline,
            String walFirst,
            String walLast,
            long walBytes,
            long bytes,
            long storedBytes,
            long estimateSeconds,
            String earliest,
            String latest,
            List<String> overwritten,
            List<String> notes) {
        static RestorePlan of(Restoring.Plan p) {
            return new RestorePlan(
                    p.target(),
                    p.directory(),
                    p.repository(),
                    p.backup(),
                    p.chain(),
                    p.timeline(),
                    p.walFirst().orElse(""),
                    p.walLast().orElse(""),
                    p.walBytes(),
                    p.bytes(),
                    p.storedBytes(),
                    p.estimate().toSeconds(),
                    p.earliest().toString(),
                    p.latest().toString(),
                    p.overwritten(),
                    p.notes());
        }
    }

    /**
     * @param state {@code running}, {@code done}, {@code failed} or {@code cancelled}
     * @param progress as far as it came
     */
    public record Restore(
            String id,
            String target,
            String directory,
            String state,
            String started,
            String ended,
            ProgressView progress,
            String text) {
        static Restore of(Restoring.Job j) {
            return new Restore(
                    j.id(),
                    j.target(),
                    j.directory(),
                    name(j.state()),
                    j.started().toString(),
                    time(j.ended()),
                    ProgressView.of(j.progress()),
                    j.text());
        }
    }

    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Positions in PostgreSQL's text form. */
    public record Standby(
            String applicationName,
            String clientAddress,
            String state,
            String syncState,
            int syncPriority,
            String sent,
            String written,
            String flushed,
            String replayed) {
        static Standby of(WalSender w) {
            return new Standby(
                    w.applicationName(),
                    w.clientAddress(),
                    w.state(),
                    w.syncState(),
                    w.syncPriority(),
                    w.sent().toString(),
                    w.written().toString(),
                    w.flushed().toString(),
                    w.replayed().toString());
        }
    }

    static String time(Optional<Instant> time) {
        return time.map(Instant::toString).orElse("");
    }
}
