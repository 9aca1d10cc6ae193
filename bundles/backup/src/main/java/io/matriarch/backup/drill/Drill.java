package io.matriarch.backup.drill;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.progress.ProgressMeter;
import io.matriarch.backup.progress.Teller;
import io.matriarch.backup.repository.Notes;
import io.matriarch.backup.restore.Programs;
import io.matriarch.backup.restore.RestoreAsk;
import io.matriarch.backup.restore.RestoreOrder.Over;
import io.matriarch.backup.restore.RestoreProgress;
import io.matriarch.backup.restore.Restores;
import io.matriarch.backup.restore.core.RecoverySettings.Action;
import io.matriarch.backup.restore.core.RecoverySettings.Role;
import io.matriarch.backup.restore.core.RestorePlan;
import io.matriarch.backup.restore.core.RestorePlanner.Rates;
import io.matriarch.backup.restore.core.RestoreTarget;
import io.matriarch.backup.restore.core.TargetTimeline;
import io.matriarch.backup.task.ProgressText;
import io.matriarch.schedule.api.JobProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One drill: the newest chain of a repository, from restoring it to removing what came of it. */
public final class Drill {
    private static final Logger LOG = LoggerFactory.getLogger(Drill.class);
    private static final Duration RECOVERY = Duration.ofHours(12);

    /** Room beside the backup itself, for WAL that is replayed and the server's own needs. */
    private static final long ROOM = 256L << 20;

    private final Setting setting;
    private final InstantSource clock;

    /**
     * What a drill works with.
     *
     * @param member that makes it
     * @param folder of its own; made, emptied and removed
     * @param programs of PostgreSQL
     * @param user superuser of the cluster
     * @param database the user's SQL runs in
     * @param restoreCommand as PostgreSQL runs it
     * @param sql what must succeed, and not answer false
     * @param workers files at once
     */
    public record Setting(
            String member,
            Path folder,
            Programs programs,
            String user,
            String database,
            String restoreCommand,
            List<String> sql,
            int workers) {
        public Setting {
            sql = List.copyOf(sql);
        }
    }

    /** What was found; damage is an answer, not a failure. */
    private record Found(Optional<String> damage, String checked) {}

    public Drill(Setting setting, InstantSource clock) {
        this.setting = setting;
        this.clock = clock;
    }

    /**
     * @param restores of one repository
     * @return one sentence
     * @throws MatriarchException {@code RESTORE}: the backup cannot be restored, or the drill could
     *     not be made; the message says which
     */
    public String run(Restores restores, BiConsumer<String, JobProgress> progress)
            throws MatriarchException, InterruptedException {
        remove();
        try {
            Files.createDirectories(
                    setting.folder(),
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            return make(restores, progress);
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.RESTORE,
                    "the scratch directory %s cannot be used: %s".formatted(setting.folder(), e),
                    "the agent's user needs the right to write there; set backup.drill.directory",
                    e);
        } finally {
            remove();
        }
    }

    private String make(Restores restores, BiConsumer<String, JobProgress> progress)
            throws IOException, MatriarchException, InterruptedException {
        var planned = restores.plan(ask());
        Label label = planned.plan().backup().label();
        String name = planned.stanza().repository().name() + ": " + label;
        room(planned.plan().bytes());
        var times = new Times();
        @Nullable Boolean sound = null;
        String why = "";
        String checked = "";
        try {
            var meter =
                    new ProgressMeter(
                            planned.stanza().repository().name(), clock, System::nanoTime);
            restore(restores, planned, now -> tell(label, now, meter, progress));
            times.restored();
            progress.accept(name + ": starts and replays", meter.of("recovering"));
            Found found =
                    look(
                            times,
                            () ->
                                    progress.accept(
                                            name + ": checks what is there", meter.of("checking")));
            checked = found.checked();
            sound = found.damage().isEmpty();
            why = found.damage().orElse("");
        } catch (MatriarchException e) {
            if (e.code() == Code.REPOSITORY) sound = false; // a file is not what its checksum says
            why = String.valueOf(e.getMessage());
            if (sound == null) throw e;
        } finally {
            var note = times.note(sound, why, planned.plan(), checked);
            new Notes(planned.stanza()).write(label, Notes.DRILLED, note.text());
        }
        if (sound) return name + times.words() + "; " + checked;
        throw new MatriarchException(
                Code.RESTORE,
                name + " is damaged: " + why,
                "make a full backup now; retention and restores will not count on this one");
    }

    private void tell(
            Label label,
            RestoreProgress restored,
            ProgressMeter meter,
            BiConsumer<String, JobProgress> progress) {
        var now = restored.figures(meter);
        progress.accept(ProgressText.of("restores " + label, now, clock.instant()), now);
    }

    private void restore(
            Restores restores, Restores.Planned planned, Consumer<RestoreProgress> progress)
            throws MatriarchException, InterruptedException {
        var now = new RestoreProgress();
        Teller.during(
                () -> progress.accept(now),
                () -> {
                    restores.run(planned, now);
                    return now;
                });
        if (Thread.interrupted()) throw new InterruptedException();
    }

    private Found look(Times times, Runnable recovered)
            throws MatriarchException, InterruptedException {
        try (var server = new Scratch(setting.folder(), setting.programs(), setting.user())) {
            server.start(RECOVERY);
            times.recovered();
            recovered.run();
            var found = check(server);
            times.checked();
            return found;
        }
    }

    private Found check(Scratch server) throws MatriarchException, InterruptedException {
        var checked = new ArrayList<String>();
        if (setting.programs().has("pg_amcheck")) {
            var result = server.amcheck();
            if (result.exit() != 0)
                return new Found(
                        Optional.of(
                                "pg_amcheck ended with " + result.exit() + ": " + result.output()),
                        "pg_amcheck");
            checked.add("pg_amcheck found nothing");
        }
        for (String sql : setting.sql()) {
            var result = server.psql(setting.database(), sql);
            if (result.exit() != 0 || result.output().equals("f"))
                return new Found(
                        Optional.of("\"%s\" answered: %s".formatted(sql, result.output())),
                        "SQL of the configuration");
        }
        if (!setting.sql().isEmpty()) checked.add(setting.sql().size() + " statements are true");
        return new Found(
                Optional.empty(), checked.isEmpty() ? "started only" : String.join(", ", checked));
    }

    private void room(long bytes) throws IOException, MatriarchException {
        long free = Files.getFileStore(setting.folder()).getUsableSpace();
        if (free >= bytes + ROOM) return;
        throw new MatriarchException(
                Code.RESTORE,
                "a drill needs %s in %s, and %s are free"
                        .formatted(
                                ProgressText.amount(bytes + ROOM),
                                setting.folder(),
                                ProgressText.amount(free)),
                "make room, or set backup.drill.directory");
    }

    private RestoreAsk ask() {
        return new RestoreAsk(
                new RestoreTarget.Latest(),
                new TargetTimeline.Latest(),
                Optional.empty(),
                Optional.of(setting.folder().resolve(Scratch.DATA).toString()),
                Map.of(),
                Optional.of(setting.folder().resolve("tablespaces").toString()),
                List.of(),
                List.of(),
                Over.NOTHING,
                Role.PRIMARY,
                Action.PROMOTE,
                setting.restoreCommand(),
                true,
                setting.workers(),
                Rates.CAUTIOUS);
    }

    /** What an earlier drill left as well: its server, if one still runs, and its files. */
    private void remove() throws MatriarchException {
        Path folder = setting.folder();
        if (!Files.exists(folder)) return;
        new Scratch(folder, setting.programs(), setting.user()).close();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("{} is left: {}", folder, e.toString());
        }
    }

    /** When each part was over. */
    private final class Times {
        private final long begun = System.nanoTime();
        private Duration restore = Duration.ZERO;
        private Duration recovery = Duration.ZERO;
        private Duration checks = Duration.ZERO;

        private Duration since() {
            return Duration.ofNanos(System.nanoTime() - begun);
        }

        void restored() {
            restore = since();
        }

        void recovered() {
            recovery = since().minus(restore);
        }

        void checked() {
            checks = since().minus(restore).minus(recovery);
        }

        String words() {
            return " restored in %s, recovered in %s, checked in %s"
                    .formatted(
                            ProgressText.duration(restore),
                            ProgressText.duration(recovery),
                            ProgressText.duration(checks));
        }

        DrillNote note(@Nullable Boolean sound, String why, RestorePlan plan, String checked) {
            return new DrillNote(
                    clock.instant(),
                    sound,
                    why,
                    setting.member(),
                    restore,
                    recovery,
                    checks,
                    plan.bytes(),
                    plan.segments(),
                    checked);
        }
    }
}
