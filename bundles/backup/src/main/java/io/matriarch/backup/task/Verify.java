package io.matriarch.backup.task;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.progress.ProgressMeter;
import io.matriarch.backup.progress.Teller;
import io.matriarch.backup.repository.Notes;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.repository.Verified;
import io.matriarch.backup.verify.Damage;
import io.matriarch.backup.verify.Verifier;
import io.matriarch.backup.verify.VerifyProgress;
import io.matriarch.backup.verify.VerifyReport;
import io.matriarch.schedule.api.JobProgress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Verifies all of a stanza, and writes beside each backup what came out. */
public final class Verify {
    /** A message is to be read; the rest is in the notes and found again by the next run. */
    private static final int DAMAGES_TOLD = 10;

    private final int workers;
    private final Path work;
    private final InstantSource clock;

    /**
     * @param workers how many files are read at once, 1 or more
     * @param work a folder for what does not fit into memory
     */
    public Verify(int workers, Path work, InstantSource clock) {
        this.workers = workers;
        this.work = work;
        this.clock = clock;
    }

    /**
     * @param progress is told where it stands, every few seconds
     * @return one sentence, if all is well
     * @throws MatriarchException {@code REPOSITORY}: names what is damaged
     */
    public String run(Stanza stanza, BiConsumer<String, JobProgress> progress)
            throws MatriarchException, InterruptedException {
        var verifier = new Verifier(stanza, workers, work);
        var meter = new ProgressMeter(stanza.repository().name(), clock, System::nanoTime);
        VerifyReport report =
                Teller.during(
                        () -> tell(verifier.progress().part(), meter, progress),
                        () -> verifier.run(List.of()));
        note(stanza, report);
        if (!report.isClean()) throw damaged(stanza, report);
        return "%s: %d backups are sound; %d files and %d segments read, %d MB"
                .formatted(
                        stanza.repository().name(),
                        report.sound().size(),
                        report.files(),
                        report.segments(),
                        report.bytes() >> 20);
    }

    private void tell(
            VerifyProgress.Part part,
            ProgressMeter meter,
            BiConsumer<String, JobProgress> progress) {
        var now =
                meter.of(
                        part.phase().name().toLowerCase(Locale.ROOT),
                        part.bytesDone(),
                        part.bytes(),
                        part.filesDone(),
                        part.files());
        progress.accept(ProgressText.of(part.phase().words(), now, clock.instant()), now);
    }

    private void note(Stanza stanza, VerifyReport report) throws MatriarchException {
        var notes = new Notes(stanza);
        var now = clock.instant();
        for (var label : report.sound())
            notes.write(label, Notes.VERIFIED, new Verified(now, true, "").text());
        for (var entry : report.damaged().entrySet())
            notes.write(
                    entry.getKey(),
                    Notes.VERIFIED,
                    new Verified(now, false, entry.getValue()).text());
    }

    private static MatriarchException damaged(Stanza stanza, VerifyReport report) {
        String told =
                report.damages().stream()
                        .limit(DAMAGES_TOLD)
                        .map(Damage::toString)
                        .collect(Collectors.joining("; "));
        long more = report.damageCount() - DAMAGES_TOLD;
        return new MatriarchException(
                Code.REPOSITORY,
                "%s: %d damages, %d of %d backups cannot be restored: %s%s"
                        .formatted(
                                stanza.where(),
                                report.damageCount(),
                                report.damaged().size(),
                                report.damaged().size() + report.sound().size(),
                                told,
                                more > 0 ? "; and " + more + " more" : ""),
                "make a full backup now; retention will not count on the damaged ones. Missing WAL"
                        + " may be found at a member: matriarchctl wal check --heal");
    }
}
