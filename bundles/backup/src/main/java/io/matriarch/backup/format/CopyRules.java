package io.matriarch.backup.format;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a differential or incremental backup copies, file by file.
 *
 * @param prior the backup it builds on
 * @param delta content decides, not time and size
 * @param bundle whether this backup bundles: then nothing is stored for empty files
 */
public record CopyRules(Manifest prior, boolean delta, boolean bundle) {

    /**
     * A file of the data directory, as the scan found it.
     *
     * @param modified epoch seconds
     */
    public record Found(String name, long size, long modified, Attributes attributes) {}

    /** What is to be done about a file. */
    public sealed interface Decision {
        /** It is held already: this is its entry. */
        record Refer(ManifestFile entry) implements Decision {}

        /** It is read; if its content is that of the prior entry, that one is referred to. */
        record Compare(ManifestFile prior) implements Decision {}

        /** It is read and stored. */
        record Copy() implements Decision {}
    }

    /**
     * @param before its entry in the prior backup; null if it was not there
     */
    public Decision decide(Found found, @Nullable ManifestFile before) {
        if (before == null) return new Decision.Copy();
        if (found.size == 0) return empty(found, before);
        if (delta || changed(found, before)) return new Decision.Compare(before);
        return new Decision.Refer(refer(found, before));
    }

    /** A bundled backup stores nothing for an empty file, so there is nothing to refer to. */
    private Decision empty(Found found, ManifestFile before) {
        if (bundle || before.size() != 0) return new Decision.Copy();
        boolean stored = before.stored().reference() != null || !prior.backup().bundle();
        return stored && !delta && !changed(found, before)
                ? new Decision.Refer(refer(found, before))
                : new Decision.Copy();
    }

    private static boolean changed(Found found, ManifestFile before) {
        return found.size != before.scannedSize() || found.modified != before.timestamp();
    }

    /** The entry of a file whose content is that of the prior backup. */
    public ManifestFile refer(Found found, ManifestFile before) {
        return before.heldBy(prior.label(), found.modified, found.attributes);
    }

    /**
     * Why times cannot be trusted, so that content has to decide for every file; empty if they can.
     *
     * @param archiveStart first WAL segment of this backup; empty if offline
     */
    public static Optional<String> distrust(
            Manifest prior, Optional<WalSegment> archiveStart, boolean online) {
        if (prior.options().online() != online)
            return Optional.of("the prior backup was made " + (online ? "offline" : "online"));
        var before = prior.backup().archiveStop();
        if (archiveStart.isPresent()
                && before.isPresent()
                && archiveStart.get().timeline() != before.get().timeline())
            return Optional.of(
                    "the timeline was %d then and is %d now"
                            .formatted(before.get().timeline(), archiveStart.get().timeline()));
        return Optional.empty();
    }

    /**
     * Why times cannot be trusted, as one file shows; empty if it shows nothing of the kind.
     *
     * @param copyStart when this backup begins to copy
     */
    public static Optional<String> distrust(
            Found found, @Nullable ManifestFile before, Instant copyStart) {
        if (found.modified > copyStart.getEpochSecond())
            return Optional.of(found.name + " was modified in the future");
        if (before == null) return Optional.empty();
        if (found.modified < before.timestamp())
            return Optional.of(found.name + " is older than it was in the prior backup");
        if (found.modified == before.timestamp() && found.size != before.scannedSize())
            return Optional.of(found.name + " has another size at the same time");
        return Optional.empty();
    }
}
