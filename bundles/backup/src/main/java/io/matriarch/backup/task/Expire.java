package io.matriarch.backup.task;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.ExpiryPreview;
import io.matriarch.backup.expire.Expirer;
import io.matriarch.backup.expire.core.ArchiveSweep;
import io.matriarch.backup.expire.core.ExpiryPlan;
import io.matriarch.backup.expire.core.Retention;
import io.matriarch.backup.progress.ProgressMeter;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.repository.Verified;
import io.matriarch.schedule.api.JobProgress;
import io.matriarch.storage.api.StorageException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies the retention to a stanza. */
public final class Expire {
    private static final Logger LOG = LoggerFactory.getLogger(Expire.class);

    /**
     * A draft is surely dead when nothing was added to it for so long: each is a file or a bundle
     * of one, at most 1 GiB, and none waits for anything but the disk or the network. A writer that
     * lives all the same loses nothing but this attempt: it cannot rename what is gone.
     */
    static final Duration DRAFT_IS_DEAD = Duration.ofDays(1);

    private final InstantSource clock;

    public Expire(InstantSource clock) {
        this.clock = clock;
    }

    /** What it would remove now; removes nothing. */
    public ExpiryPlan plan(Stanza stanza, Retention retention) throws MatriarchException {
        return new Expirer(stanza)
                .plan(retention, Verified.damaged(stanza), clock.instant(), ZoneOffset.UTC);
    }

    /** The plan, for people and programs. */
    public ExpiryPreview preview(Stanza stanza, Retention retention) throws MatriarchException {
        ExpiryPlan plan = plan(stanza, retention);
        return new ExpiryPreview(
                stanza.repository().name(),
                Optional.empty(),
                choices(plan.remove()),
                choices(plan.keep()),
                plan.archives().stream().map(Expire::words).toList(),
                plan.blocked().stream().map(Expire::blocked).toList(),
                plan.notes());
    }

    private static List<ExpiryPreview.Choice> choices(List<ExpiryPlan.Choice> choices) {
        return choices.stream()
                .map(each -> new ExpiryPreview.Choice(each.label().text(), each.reason()))
                .toList();
    }

    private static ExpiryPreview.Choice blocked(ExpiryPlan.Blocked each) {
        String reason =
                switch (each.missing()) {
                    case RESTORABLE -> ExpiryPreview.NO_NEWER_RESTORABLE;
                    case CLEAN_PAGES -> ExpiryPreview.NO_NEWER_CLEAN;
                };
        return new ExpiryPreview.Choice(each.label().text(), reason);
    }

    private static String words(ArchiveSweep sweep) {
        return "%s: %s (%s)"
                .formatted(
                        sweep.archiveId(),
                        sweep.from().map(segment -> "kept from " + segment).orElse("all goes"),
                        sweep.reason());
    }

    /** Nobody sees drafts, so one that stays is no reason to call the expiry failed. */
    private void sweep(Stanza stanza) {
        try {
            int removed = stanza.storage().sweep(clock.instant().minus(DRAFT_IS_DEAD));
            if (removed > 0)
                LOG.info("{}: removed {} drafts of dead writers", stanza.where(), removed);
        } catch (StorageException e) {
            LOG.warn(
                    "{}: drafts of dead writers could not be looked for: {} ({})",
                    stanza.where(),
                    e.getMessage(),
                    e.hint());
        }
    }

    /**
     * @return one sentence about what was removed
     */
    public String run(Stanza stanza, Retention retention) throws MatriarchException {
        return run(stanza, retention, (_, _) -> {});
    }

    /**
     * @param progress is told where it stands, with each backup and folder of WAL that is gone
     * @return one sentence about what was removed
     */
    public String run(Stanza stanza, Retention retention, BiConsumer<String, JobProgress> progress)
            throws MatriarchException {
        var meter = new ProgressMeter(stanza.repository().name(), clock, System::nanoTime);
        progress.accept(stanza.repository().name() + ": plans", meter.of("planning"));
        ExpiryPlan plan = plan(stanza, retention);
        new Expirer(stanza)
                .run(
                        plan,
                        clock.instant(),
                        (phase, bytesDone, bytes, filesDone) -> {
                            var now =
                                    meter.of(
                                            phase.name().toLowerCase(Locale.ROOT),
                                            bytesDone,
                                            bytes,
                                            filesDone,
                                            0);
                            progress.accept(
                                    ProgressText.of(phase.words(), now, clock.instant()), now);
                        });
        sweep(stanza);
        String name = stanza.repository().name();
        if (plan.remove().isEmpty() && plan.archives().isEmpty())
            return "%s: nothing expires, %d backups stay".formatted(name, plan.keep().size());
        return "%s: removed %s; %d backups stay%s"
                .formatted(
                        name,
                        plan.remove().isEmpty() ? "WAL only" : plan.labelsToRemove(),
                        plan.keep().size(),
                        plan.notes().isEmpty() ? "" : "; " + String.join("; ", plan.notes()));
    }
}
