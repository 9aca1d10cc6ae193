package io.matriarch.backup.restore;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.api.SystemId;
import io.matriarch.backup.format.Manifest;
import io.matriarch.backup.restore.RestoreOrder.Over;
import io.matriarch.backup.restore.Restores.Way;
import io.matriarch.backup.restore.core.RecoverySettings.Action;
import io.matriarch.backup.restore.core.RecoverySettings.Role;
import io.matriarch.backup.restore.core.RestorePlanner.Rates;
import io.matriarch.backup.restore.core.RestoreTarget;
import io.matriarch.backup.restore.core.TargetTimeline;
import io.matriarch.postgres.api.Progress;
import io.matriarch.postgres.api.ReplicaSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** New replicas from the newest backup that leads to the leader's timeline. */
public final class RepositoryReplica implements ReplicaSource {
    private static final int TELL_SECONDS = 1;
    private final Restores restores;
    private final int workers;

    public RepositoryReplica(Restores restores, int workers) {
        this.restores = restores;
        this.workers = workers;
    }

    @Override
    public Optional<Offer> offer(SystemId systemId, int timeline) throws MatriarchException {
        Way way;
        try {
            way = restores.find(ask(timeline, Optional.empty()));
        } catch (MatriarchException e) {
            if (e.code() == Code.RESTORE) return Optional.empty(); // no backup leads there
            throw e;
        }
        var plan = way.plan();
        var manifest = way.stanza().manifests().load(plan.backup().label()).manifest();
        if (!fits(manifest, systemId)) return Optional.empty();
        return Optional.of(
                new Offer(
                        "backup %s of %s"
                                .formatted(plan.backup().label(), way.stanza().repository().name()),
                        plan.bytes(),
                        plan.walBytes(),
                        plan.estimate()));
    }

    /** Tablespaces lie outside of the directory: they would go over those of the old replica. */
    private static boolean fits(Manifest manifest, SystemId systemId) {
        return manifest.db().systemId().equals(systemId)
                && manifest.targets().values().stream()
                        .noneMatch(target -> target.tablespace().isPresent());
    }

    @Override
    public void build(SystemId systemId, int timeline, Path directory, Consumer<Progress> progress)
            throws MatriarchException {
        var planned = restores.plan(ask(timeline, Optional.of(directory)));
        if (!fits(planned.order().backup().manifest(), systemId))
            throw new MatriarchException(
                    Code.RESTORE,
                    "backup %s makes no replica of cluster %s"
                            .formatted(planned.plan().backup().label(), systemId),
                    "copy a member instead");
        var now = new RestoreProgress();
        try (var teller = Executors.newSingleThreadScheduledExecutor()) {
            var telling =
                    teller.scheduleAtFixedRate(
                            () -> tell(now, progress), 0, TELL_SECONDS, TimeUnit.SECONDS);
            try {
                restores.run(planned, now);
            } finally {
                telling.cancel(false);
            }
        }
        tell(now, progress);
    }

    private static void tell(RestoreProgress now, Consumer<Progress> progress) {
        progress.accept(new Progress("restore", now.bytes(), now.totalBytes()));
    }

    /** No recovery settings: those of a standby are the server's own configuration. */
    private RestoreAsk ask(int timeline, Optional<Path> directory) {
        return new RestoreAsk(
                new RestoreTarget.Latest(),
                new TargetTimeline.Number(timeline),
                Optional.empty(),
                directory.map(Path::toString),
                Map.of(),
                Optional.empty(),
                List.of(),
                List.of(),
                Over.NOTHING,
                Role.NONE,
                Action.PAUSE,
                "",
                false,
                workers,
                Rates.CAUTIOUS);
    }
}
