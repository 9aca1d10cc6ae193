package io.matriarch.backup.format;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Making {@code backup.info} say again what the repository holds, as stock does before a backup and
 * before it expires: a backup is there if its {@code backup.manifest} is.
 *
 * @param gone listed, but without a manifest, or building on one without; newest first
 * @param unlisted with a manifest, but not listed: their writer died, or another writer's entry
 *     replaced theirs
 */
public record Reconstruction(List<Label> gone, List<Label> unlisted) {
    public Reconstruction {
        gone = List.copyOf(gone);
        unlisted = List.copyOf(unlisted);
    }

    /** A backup found without an entry. */
    public record Found(BackupEntry entry, DbControl db) {}

    /**
     * @param info what it now lists
     * @param rejected why a backup found was not listed
     */
    public record Result(BackupInfo info, List<String> rejected) {}

    /**
     * @param withManifest every label whose folder holds {@code backup.manifest}, not only its copy
     */
    public static Reconstruction of(BackupInfo info, Collection<Label> withManifest) {
        var there = Set.copyOf(withManifest);
        var missing =
                info.backups().stream()
                        .map(BackupEntry::label)
                        .filter(label -> !there.contains(label))
                        .toList();
        var gone = new Chains(info.backups()).withDependants(missing);
        var listed = info.backups().stream().map(BackupEntry::label).collect(Collectors.toSet());
        var unlisted = new TreeSet<>(there);
        unlisted.removeAll(listed);
        return new Reconstruction(gone, List.copyOf(unlisted));
    }

    public boolean isNeeded() {
        return !gone.isEmpty() || !unlisted.isEmpty();
    }

    /**
     * @param found what the manifests of the unlisted ones say
     */
    public Result apply(BackupInfo info, Collection<Found> found) {
        var rejected = new ArrayList<String>();
        var result = info.without(gone);
        var inOrder = found.stream().sorted((a, b) -> a.entry.label().compareTo(b.entry.label()));
        for (var candidate : inOrder.toList()) {
            var why = unfit(result, candidate);
            if (why.isEmpty()) result = result.with(candidate.entry);
            else rejected.add(candidate.entry.label() + " is not listed: " + why);
        }
        return new Result(result, List.copyOf(rejected));
    }

    private static String unfit(BackupInfo info, Found found) {
        var known = info.cluster(found.entry.dbId());
        if (known.isEmpty() || !known.get().identity().equals(found.db.identity()))
            return "it is of another cluster (" + found.db.identity() + ")";
        var prior = found.entry.prior();
        if (prior.isPresent() && info.backup(prior.get()).isEmpty())
            return prior.get() + ", which it builds on, is not there";
        return "";
    }
}
