package io.matriarch.backup.restore.core;

import io.matriarch.api.Code;
import io.matriarch.api.Lsn;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.Chains;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.WalInventory;
import io.matriarch.backup.format.WalSegment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds the backup and the WAL for a target, or says why there is no way. */
public final class RestorePlanner {
    private final RestoreFacts facts;
    private final Request request;
    private final Chains chains;
    private final List<String> notes = new ArrayList<>();

    /**
     * @param backup empty: the newest that leads to the target
     */
    public record Request(
            RestoreTarget target, TargetTimeline timeline, Optional<Label> backup, Rates rates) {}

    /**
     * What to estimate by.
     *
     * @param bytesPerSecond of a restore
     * @param segmentsPerSecond of replay
     */
    public record Rates(double bytesPerSecond, double segmentsPerSecond) {
        /** Before anything was measured; rather slow than fast. */
        public static final Rates CAUTIOUS = new Rates(100e6, 8);
    }

    private RestorePlanner(RestoreFacts facts, Request request) {
        this.facts = facts;
        this.request = request;
        this.chains = new Chains(facts.info().backups());
    }

    /**
     * @throws MatriarchException the target cannot be reached; the message says why, the hint what
     *     can be
     */
    public static RestorePlan plan(RestoreFacts facts, Request request) throws MatriarchException {
        return new RestorePlanner(facts, request).plan();
    }

    private RestorePlan plan() throws MatriarchException {
        var usable = usable();
        refuseImpossible(usable);
        var ways = new ArrayList<Way>();
        var reasons = new ArrayList<String>();
        for (var backup : usable) {
            String why = noWay(backup, ways);
            if (why.isEmpty()) break;
            reasons.add(backup.label() + ": " + why);
        }
        if (ways.isEmpty())
            throw refused(
                    "no backup leads to " + words() + ": " + String.join("; ", reasons), usable);
        for (String reason : reasons) notes.add("not used, " + reason);
        return plan(ways.getFirst(), usable);
    }

    /** How a backup leads to the target. */
    private record Way(BackupEntry backup, int timeline, Optional<WalInventory.Reach> reach) {}

    /** Newest first: those of the cluster that are whole and not known to be damaged. */
    private List<BackupEntry> usable() throws MatriarchException {
        if (request.backup.isPresent()) return List.of(asked(request.backup.get()));
        int cluster = facts.info().currentId();
        var usable = new ArrayList<BackupEntry>();
        for (var backup : facts.info().backups()) {
            if (backup.dbId() != cluster || !chains.isWhole(backup.label())) continue;
            var damaged = chains.chain(backup.label()).stream().filter(facts.damaged()::contains);
            var first = damaged.findFirst();
            if (first.isPresent()) notes.add(backup.label() + " is damaged in " + first.get());
            else usable.add(backup);
        }
        usable.sort(Comparator.comparing(BackupEntry::stop).reversed());
        if (usable.isEmpty())
            throw new MatriarchException(
                    Code.RESTORE,
                    "there is no backup of %s to restore from"
                                    .formatted(facts.info().current().identity())
                            + (notes.isEmpty() ? "" : ": " + String.join("; ", notes)),
                    facts.info().backups().isEmpty()
                            ? "make a full backup"
                            : "name one of another cluster or a damaged one to restore it"
                                    + " nevertheless");
        return usable;
    }

    private BackupEntry asked(Label label) throws MatriarchException {
        var backup = facts.info().backup(label);
        if (backup.isEmpty())
            throw new MatriarchException(
                    Code.RESTORE, "there is no backup " + label, "list the backups there are");
        if (!chains.isWhole(label))
            throw new MatriarchException(
                    Code.RESTORE,
                    "backup %s builds on one that is not there".formatted(label),
                    "choose another backup");
        for (var link : chains.chain(label))
            if (facts.damaged().contains(link)) notes.add(link + " is damaged");
        return backup.get();
    }

    private void refuseImpossible(List<BackupEntry> usable) throws MatriarchException {
        if (!(request.target instanceof RestoreTarget.Time(var at, _))) return;
        if (at.isAfter(facts.now()))
            throw refused("the target time " + at + " is in the future", usable);
        var first = usable.stream().map(BackupEntry::stop).min(Comparator.naturalOrder());
        if (!first.orElseThrow().isBefore(at))
            throw refused(
                    "the target time %s is before the first backup ended, at %s"
                            .formatted(at, first.get()),
                    usable);
    }

    /** Why a backup does not lead to the target; empty if it does, and then it is added. */
    private String noWay(BackupEntry backup, List<Way> ways) {
        String tooLate = tooLate(backup);
        if (!tooLate.isEmpty()) return tooLate;
        if (backup.wal().isEmpty()) {
            if (!(request.target instanceof RestoreTarget.Immediate
                    || request.target instanceof RestoreTarget.Latest))
                return "it was made offline, without WAL to replay";
            ways.add(new Way(backup, 0, Optional.empty()));
            return "";
        }
        var range = backup.wal().get();
        int timeline = timelineFor(range.first().timeline());
        if (!facts.wal().descends(timeline, range.first().timeline()))
            return "it is of timeline %d, which timeline %d did not come from"
                    .formatted(range.first().timeline(), timeline);
        var left = facts.wal().leftAt(range.first().timeline(), timeline);
        if (left.isPresent()
                && backup.lsnStop().isPresent()
                && backup.lsnStop().get().isAfter(left.get()))
            return "it ended at %s, but timeline %d left its timeline at %s"
                    .formatted(backup.lsnStop().get(), timeline, left.get());
        if (!facts.wal().holds(range)) return "WAL from %s is not all there".formatted(range);
        var reach = facts.wal().reach(range.first(), timeline).orElseThrow();
        String tooShort = tooShort(reach);
        if (!tooShort.isEmpty()) return tooShort;
        ways.add(new Way(backup, timeline, Optional.of(reach)));
        return "";
    }

    private String tooLate(BackupEntry backup) {
        return switch (request.target) {
            case RestoreTarget.Time(var at, _) ->
                    backup.stop().isBefore(at)
                            ? ""
                            : "it ended at %s, not before %s".formatted(backup.stop(), at);
            case RestoreTarget.Position(var lsn, _) ->
                    backup.lsnStop().filter(stop -> !stop.isAfter(lsn)).isPresent()
                            ? ""
                            : "it is consistent from %s on"
                                    .formatted(
                                            backup.lsnStop()
                                                    .map(Lsn::toString)
                                                    .orElse("an unknown position"));
            case RestoreTarget.Latest _,
                    RestoreTarget.Immediate _,
                    RestoreTarget.Transaction _,
                    RestoreTarget.Point _ ->
                    "";
        };
    }

    private int timelineFor(int ofBackup) {
        if (request.target instanceof RestoreTarget.Immediate) return ofBackup;
        return switch (request.timeline) {
            case TargetTimeline.Latest _ -> facts.wal().newestTimeline().orElse(ofBackup);
            case TargetTimeline.Current _ -> ofBackup;
            case TargetTimeline.Number(int timeline) -> timeline;
        };
    }

    private String tooShort(WalInventory.Reach reach) {
        return switch (request.target) {
            case RestoreTarget.Time(var at, _) ->
                    reach.lastStored().isBefore(at)
                            ? "WAL goes without a hole up to %s only, stored at %s"
                                    .formatted(reach.last(), reach.lastStored())
                            : "";
            case RestoreTarget.Position(var lsn, _) -> {
                var end = reach.last().end(facts.wal().segmentSize());
                yield end.isAfter(lsn)
                        ? ""
                        : "WAL goes without a hole up to %s only, before %s".formatted(end, lsn);
            }
            case RestoreTarget.Latest _,
                    RestoreTarget.Immediate _,
                    RestoreTarget.Transaction _,
                    RestoreTarget.Point _ ->
                    "";
        };
    }

    private RestorePlan plan(Way way, List<BackupEntry> usable) {
        var backup = way.backup;
        var first = backup.wal().map(range -> range.first());
        var last = way.reach.map(reach -> lastNeeded(backup, reach));
        long segments =
                first.isPresent() && last.isPresent()
                        ? first.get().countTo(last.get(), facts.wal().segmentSize())
                        : 0;
        if (backup.pageErrors().orElse(false))
            notes.add("the backup holds pages with checksum errors");
        if (request.target instanceof RestoreTarget.Latest) way.reach.ifPresent(this::noteHole);
        if (request.target instanceof RestoreTarget.Point
                || request.target instanceof RestoreTarget.Transaction)
            notes.add("if %s lies before the backup, name an older one".formatted(words()));
        return new RestorePlan(
                backup,
                chains.chain(backup.label()),
                request.target,
                way.timeline,
                first,
                last,
                segments,
                segments * facts.wal().segmentSize(),
                backup.sizes().size(),
                backup.sizes().repoSize(),
                estimate(backup, segments),
                earliest(usable),
                latest(way, usable),
                notes);
    }

    /** The latest state is that before the first hole; it must not look like the latest of all. */
    private void noteHole(WalInventory.Reach reach) {
        facts.wal().runs().stream()
                .map(WalInventory.Run::last)
                .filter(last -> last.timeline() == reach.last().timeline())
                .filter(last -> last.compareTo(reach.last()) > 0)
                .max(Comparator.naturalOrder())
                .ifPresent(last ->
                        notes.add(
                                "WAL has a hole behind %s: nothing up to %s can be replayed"
                                        .formatted(reach.last(), last)));
    }

    private WalSegment lastNeeded(BackupEntry backup, WalInventory.Reach reach) {
        return switch (request.target) {
            case RestoreTarget.Immediate _ -> backup.wal().orElseThrow().last();
            case RestoreTarget.Position(var lsn, _) ->
                    WalSegment.holding(reach.last().timeline(), lsn, facts.wal().segmentSize());
            case RestoreTarget.Latest _,
                    RestoreTarget.Time _,
                    RestoreTarget.Transaction _,
                    RestoreTarget.Point _ ->
                    reach.last();
        };
    }

    private Duration estimate(BackupEntry backup, long segments) {
        double seconds =
                backup.sizes().size() / request.rates.bytesPerSecond
                        + segments / request.rates.segmentsPerSecond;
        return Duration.ofMillis((long) (seconds * 1000));
    }

    private Instant earliest(List<BackupEntry> usable) {
        return usable.stream()
                .filter(b -> b.wal().isEmpty() || facts.wal().holds(b.wal().get()))
                .map(BackupEntry::stop)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static Instant latest(Way way, List<BackupEntry> usable) {
        return way.reach
                .map(WalInventory.Reach::lastStored)
                .orElseGet(() -> usable.getFirst().stop());
    }

    private String words() {
        return switch (request.target) {
            case RestoreTarget.Latest _ -> "the latest state";
            case RestoreTarget.Immediate _ -> "a consistent state";
            case RestoreTarget.Time(var at, _) -> at.toString();
            case RestoreTarget.Position(var lsn, _) -> "position " + lsn;
            case RestoreTarget.Transaction(var xid, _) -> "transaction " + xid;
            case RestoreTarget.Point(var name) -> "restore point \"" + name + "\"";
        };
    }

    private MatriarchException refused(String why, List<BackupEntry> usable) {
        var range = range(usable);
        return new MatriarchException(Code.RESTORE, why, range);
    }

    /** What could be restored instead. */
    private String range(List<BackupEntry> usable) {
        var whole =
                usable.stream()
                        .filter(b -> b.wal().isPresent() && facts.wal().holds(b.wal().get()))
                        .toList();
        if (whole.isEmpty()) return "no backup has all the WAL it needs: run verify";
        var newest = whole.getFirst();
        var first = newest.wal().orElseThrow().first();
        var latest =
                facts.wal()
                        .reach(first, timelineFor(first.timeline()))
                        .map(WalInventory.Reach::lastStored)
                        .orElse(newest.stop());
        return "what can be restored lies between %s and %s"
                .formatted(whole.getLast().stop(), latest);
    }
}
