package io.matriarch.backup.restore;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.Restoring.Plan;
import io.matriarch.backup.api.Restoring.Wanted;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.restore.RestoreOrder.Over;
import io.matriarch.backup.restore.core.RecoverySettings.Action;
import io.matriarch.backup.restore.core.RecoverySettings.Role;
import io.matriarch.backup.restore.core.RestorePlanner.Rates;
import io.matriarch.backup.restore.core.TargetText;
import io.matriarch.backup.task.ProgressText;
import io.matriarch.postgres.api.LocalPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Restores beside the member: to a directory that is not its own, of a server that archives
 * nothing, waits for no standby and reads its own {@code pg_hba.conf}.
 */
public final class LocalRestores {
    private final Path own;
    private final String restoreCommand;
    private final int workers;

    /**
     * @param own data directory of the member, which is never restored to
     * @param restoreCommand as PostgreSQL runs it
     * @param workers files at once
     */
    public LocalRestores(Path own, String restoreCommand, int workers) {
        this.own = own;
        this.restoreCommand = restoreCommand;
        this.workers = workers;
    }

    /**
     * @throws MatriarchException what is wanted is not understood, or the directory is our own
     */
    public RestoreAsk ask(Wanted wanted) throws MatriarchException {
        if (wanted.replacement()) refuseForReplacement(wanted);
        var directory = wanted.replacement() ? replacement() : directory(wanted.directory());
        if (wanted.tablespaces().isPresent()) directory(wanted.tablespaces().get());
        return new RestoreAsk(
                TargetText.target(wanted.target()),
                TargetText.timeline(wanted.timeline()),
                label(wanted.backup()),
                Optional.of(directory.toString()),
                Map.of(),
                wanted.tablespaces(),
                wanted.databases(),
                List.of(),
                wanted.delta() ? Over.SAME_CLUSTER : Over.NOTHING,
                Role.PRIMARY,
                Action.PROMOTE,
                restoreCommand,
                !wanted.replacement(),
                workers,
                Rates.CAUTIOUS);
    }

    private static void refuseForReplacement(Wanted wanted) throws MatriarchException {
        if (!wanted.databases().isEmpty())
            throw new MatriarchException(
                    Code.USAGE,
                    "databases %s alone cannot replace the cluster".formatted(wanted.databases()),
                    "restore them to a directory, and copy from there by pg_dump");
        if (wanted.tablespaces().isPresent() || !wanted.directory().isBlank())
            throw new MatriarchException(
                    Code.USAGE,
                    "a replacement is restored beside the data directory, and nowhere else",
                    "leave the directories out");
    }

    /** Beside our own data directory, so that it can take its place by a rename. */
    private Path replacement() throws MatriarchException {
        Path real = real(own);
        return real.resolveSibling(real.getFileName() + LocalPostgres.REPLACEMENT);
    }

    /**
     * What a restore that is to replace the cluster must keep to, before it touches anything.
     *
     * @throws MatriarchException {@code RESTORE}: too little room, or tablespaces
     */
    public void check(Wanted wanted, Restores.Planned planned) throws MatriarchException {
        if (!wanted.replacement()) return;
        var layout = planned.order().layout();
        if (!layout.tablespaces().isEmpty())
            throw new MatriarchException(
                    Code.RESTORE,
                    "the backup has tablespaces, such as "
                            + layout.tablespaces().firstEntry().getValue(),
                    "a cluster with tablespaces is not replaced as one operation: restore it to a"
                            + " directory, --tablespaces-to another");
        Path above = Path.of(layout.dataDirectory()).resolveSibling(".").normalize();
        try {
            long room = Files.getFileStore(above).getUsableSpace();
            if (!wanted.delta() && room < planned.plan().bytes())
                throw new MatriarchException(
                        Code.RESTORE,
                        "%s has room for %s, and the restored cluster needs %s"
                                .formatted(
                                        above,
                                        ProgressText.amount(room),
                                        ProgressText.amount(planned.plan().bytes())),
                        "the present cluster stays beside it; make room first");
        } catch (IOException e) {
            throw Places.failed("looking at the room in " + above, e);
        }
    }

    private static Optional<Label> label(Optional<String> text) throws MatriarchException {
        if (text.isEmpty()) return Optional.empty();
        if (Label.isLabel(text.get())) return Optional.of(new Label(text.get()));
        throw new MatriarchException(
                Code.USAGE,
                "backup \"%s\" is no label".formatted(text.get()),
                "expected one such as 20261130-020000F; list them: matriarchctl backups");
    }

    private Path directory(String text) throws MatriarchException {
        Path path = Path.of(text).normalize();
        if (!path.isAbsolute())
            throw new MatriarchException(
                    Code.USAGE,
                    "directory \"%s\" is not absolute".formatted(text),
                    "name it from / on: it is one of the member's node");
        Path real = real(path);
        Path ours = real(own);
        if (real.startsWith(ours) || ours.startsWith(real))
            throw new MatriarchException(
                    Code.RESTORE,
                    "%s is, holds or lies in the data directory of this member, %s"
                            .formatted(path, own),
                    "choose another directory; to build the member anew: matriarchctl reinit");
        return path;
    }

    /** Without links, as far as it exists. */
    private static Path real(Path path) throws MatriarchException {
        Path there = path;
        while (!Files.exists(there) && there.getParent() != null) there = there.getParent();
        try {
            return there.toRealPath().resolve(there.relativize(path)).normalize();
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.RESTORE,
                    "%s cannot be looked at: %s".formatted(path, e),
                    "the agent's user needs the right to",
                    e);
        }
    }

    /** For people and programs. */
    public static Plan plan(Wanted wanted, Restores.Planned planned) {
        var plan = planned.plan();
        var notes = new ArrayList<>(plan.notes());
        if (planned.order().selection().isPartial())
            notes.add(
                    "only %s, postgres and the templates come back; drop the others: they cannot be connected to"
                            .formatted(String.join(", ", wanted.databases())));
        if (wanted.replacement())
            notes.add(
                    "needs %s beside the data directory; what was committed after the target is lost to the cluster, and kept in the old directory"
                            .formatted(ProgressText.amount(plan.bytes())));
        return new Plan(
                wanted.target(),
                planned.order().layout().dataDirectory(),
                planned.stanza().repository().name(),
                plan.backup().label().text(),
                plan.chain().stream().map(Label::text).toList(),
                plan.timeline(),
                plan.firstWal().map(Object::toString),
                plan.lastWal().map(Object::toString),
                plan.walBytes(),
                plan.bytes(),
                plan.storedBytes(),
                plan.estimate(),
                plan.earliest(),
                plan.latest(),
                planned.overwritten(),
                notes);
    }

    /**
     * Restores, and makes the server one that can be started beside the member, or recovers it.
     *
     * @param recoverWith PostgreSQL's programs, for a directory that is to replace the cluster's
     * @return one sentence
     */
    public static String run(
            Restores restores,
            Restores.Planned planned,
            RestoreProgress progress,
            Instant begun,
            Optional<Programs> recoverWith)
            throws MatriarchException {
        restores.run(planned, progress);
        Path data = Path.of(planned.order().layout().dataDirectory());
        if (recoverWith.isPresent()) {
            new RecoveredAside(data, recoverWith.get()).run();
            return "%s of %s is restored to %s and recovered there: %s in %s. It can take the place of the cluster's data"
                    .formatted(
                            planned.plan().backup().label(),
                            planned.stanza().repository().name(),
                            data,
                            ProgressText.amount(progress.bytes()),
                            ProgressText.duration(Duration.between(begun, Instant.now())));
        }
        Apart.settle(data);
        return "%s of %s is restored to %s: %s in %s, %d files were right already. Start it by: pg_ctl -D %s -o '-p PORT' start"
                .formatted(
                        planned.plan().backup().label(),
                        planned.stanza().repository().name(),
                        data,
                        ProgressText.amount(progress.bytes()),
                        ProgressText.duration(Duration.between(begun, Instant.now())),
                        progress.kept(),
                        data);
    }
}
