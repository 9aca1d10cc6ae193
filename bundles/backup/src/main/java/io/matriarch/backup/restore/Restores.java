package io.matriarch.backup.restore;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.BackupInfo;
import io.matriarch.backup.format.DbControl;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.WalSegment;
import io.matriarch.backup.repository.Manifests.Loaded;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.repository.Verified;
import io.matriarch.backup.repository.WalFiles;
import io.matriarch.backup.restore.core.DatabaseSelection;
import io.matriarch.backup.restore.core.RecoverySettings;
import io.matriarch.backup.restore.core.RestoreFacts;
import io.matriarch.backup.restore.core.RestoreLayout;
import io.matriarch.backup.restore.core.RestorePlan;
import io.matriarch.backup.restore.core.RestorePlanner;
import io.matriarch.backup.restore.core.RestorePlanner.Rates;
import io.matriarch.backup.restore.core.RestoreTarget;
import io.matriarch.backup.restore.core.TargetTimeline;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Restores of one cluster, from whichever of its repositories leads to the target. */
public final class Restores {
    private final List<Repository> repositories;
    private final String stanza;
    private final InstantSource clock;

    /**
     * @param repositories asked in this order
     */
    public Restores(List<Repository> repositories, String stanza, InstantSource clock) {
        this.repositories = List.copyOf(repositories);
        this.stanza = stanza;
        this.clock = clock;
    }

    /**
     * A restore that can be done; nothing has been touched.
     *
     * @param overwritten what would be lost, for people
     */
    public record Planned(
            Stanza stanza, RestorePlan plan, RestoreOrder order, List<String> overwritten) {
        public Planned {
            overwritten = List.copyOf(overwritten);
        }
    }

    /** A way to the target, wherever it shall go. */
    public record Way(Stanza stanza, RestorePlan plan) {}

    /**
     * @throws MatriarchException no repository leads to the target, or what lies in the way may not
     *     be overwritten
     */
    public Planned plan(RestoreAsk ask) throws MatriarchException {
        var way = find(ask);
        return prepare(way.stanza, way.plan, ask);
    }

    /**
     * The way to the target; looks at no place to restore to.
     *
     * @throws MatriarchException no repository leads to the target
     */
    public Way find(RestoreAsk ask) throws MatriarchException {
        var reasons = new ArrayList<MatriarchException>();
        for (var repository : repositories) {
            var place = repository.stanza(stanza);
            try {
                var request =
                        new RestorePlanner.Request(
                                ask.target(), ask.timeline(), ask.backup(), ask.rates());
                return new Way(place, plan(place, request, clock));
            } catch (MatriarchException e) {
                reasons.add(e);
            }
        }
        throw none(reasons);
    }

    /**
     * How one repository would lead to the latest state.
     *
     * @param rates to estimate by
     * @throws MatriarchException {@code RESTORE}: it does not
     */
    public static RestorePlan toLatest(Stanza stanza, Rates rates, InstantSource clock)
            throws MatriarchException {
        return plan(
                stanza,
                new RestorePlanner.Request(
                        new RestoreTarget.Latest(),
                        new TargetTimeline.Latest(),
                        Optional.empty(),
                        rates),
                clock);
    }

    private MatriarchException none(List<MatriarchException> reasons) {
        if (reasons.size() == 1) return reasons.getFirst();
        if (reasons.isEmpty())
            return new MatriarchException(
                    Code.RESTORE,
                    "no repository is configured",
                    "name one under backup.repositories");
        var words = new ArrayList<String>();
        for (int i = 0; i < reasons.size(); i++)
            words.add(repositories.get(i).name() + ": " + reasons.get(i).getMessage());
        return new MatriarchException(
                Code.RESTORE,
                "no repository leads there: " + String.join("; ", words),
                reasons.getLast().hint(),
                reasons.getLast());
    }

    private static RestorePlan plan(
            Stanza place, RestorePlanner.Request request, InstantSource clock)
            throws MatriarchException {
        var info = place.backupInfo();
        var db = cluster(info, request.backup());
        var wal = new WalFiles(place, db.identity());
        var inventory = wal.inventory(oldestWal(info, db, request.backup()));
        var damaged = Verified.damaged(place);
        return RestorePlanner.plan(
                new RestoreFacts(info, inventory, damaged, clock.instant()), request);
    }

    private static DbControl cluster(BackupInfo info, Optional<Label> backup) {
        return backup.flatMap(info::backup)
                .flatMap(entry -> info.cluster(entry.dbId()))
                .orElse(info.current());
    }

    /** WAL before the oldest backup leads nowhere: it is not looked at. */
    private static Optional<WalSegment> oldestWal(
            BackupInfo info, DbControl db, Optional<Label> backup) {
        return info.backups().stream()
                .filter(entry -> entry.dbId() == db.id())
                .filter(entry -> backup.isEmpty() || backup.get().equals(entry.label()))
                .map(BackupEntry::wal)
                .flatMap(Optional::stream)
                .map(range -> range.first())
                .min(Comparator.naturalOrder());
    }

    private Planned prepare(Stanza place, RestorePlan plan, RestoreAsk ask)
            throws MatriarchException {
        Loaded loaded = place.manifests().load(plan.backup().label());
        var layout =
                RestoreLayout.of(
                        loaded.manifest(),
                        ask.dataDirectory(),
                        ask.tablespaceMap(),
                        ask.allTablespaces());
        var order =
                new RestoreOrder(
                        loaded,
                        layout,
                        DatabaseSelection.of(loaded.manifest(), ask.include(), ask.exclude()),
                        RecoverySettings.of(
                                new RecoverySettings.Wish(
                                        ask.target(),
                                        ask.timeline(),
                                        ask.role(),
                                        ask.action(),
                                        ask.restoreCommand(),
                                        ask.archiveOff())),
                        ask.over(),
                        ask.workers());
        var check = new Restorer(place, order, clock, new RestoreProgress()).check();
        return new Planned(place, plan, order, check);
    }

    /** Does what was planned. Interrupting the thread cancels it. */
    public void run(Planned planned, RestoreProgress progress) throws MatriarchException {
        new Restorer(planned.stanza(), planned.order(), clock, progress).run();
    }
}
