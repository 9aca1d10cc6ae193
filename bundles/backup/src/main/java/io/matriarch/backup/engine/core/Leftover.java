package io.matriarch.backup.engine.core;

import io.matriarch.backup.format.Format;
import io.matriarch.backup.format.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The folder of a backup that was begun and is not complete: what to do about it. */
public sealed interface Leftover {
    /** What is stored in it is used. */
    record Resume() implements Leftover {}

    /** It goes. */
    record Remove(String why) implements Leftover {}

    /** Somebody else may be at work there: the backup must not begin. */
    record Leave(String why) implements Leftover {}

    /**
     * @param copy its {@code backup.manifest.copy}; empty if it has none that can be read
     * @param newest whether no other folder has a later label
     * @param lastWritten its newest file
     * @param wanted the manifest of the backup that is to be made, but for its label
     * @param resume whether the user wants what is there used
     */
    static Leftover judge(
            Optional<Manifest> copy,
            boolean newest,
            Instant lastWritten,
            Instant now,
            Manifest wanted,
            boolean resume) {
        boolean ours = copy.filter(m -> m.version().equals(Format.VERSION)).isPresent();
        if (!ours && Duration.between(lastWritten, now).compareTo(Format.QUIET) < 0)
            return new Leave("a file was written there at " + lastWritten);
        if (!ours) return new Remove("it is not of ours, and nothing was written there for long");
        if (!resume) return new Remove("resume is off");
        if (!newest) return new Remove("a later backup was begun");
        return difference(copy.get(), wanted)
                .<Leftover>map(what -> new Remove("its " + what + " differs"))
                .orElseGet(Resume::new);
    }

    /** What keeps the content of one from being used for the other. */
    private static Optional<String> difference(Manifest left, Manifest wanted) {
        var a = left.backup();
        var b = wanted.backup();
        if (a.type() != b.type()) return Optional.of("type");
        if (!a.prior().equals(b.prior())) return Optional.of("prior backup");
        if (!left.db().equals(wanted.db())) return Optional.of("cluster");
        if (left.options().compression() != wanted.options().compression())
            return Optional.of("compression");
        if (!left.options().checksumPage().equals(wanted.options().checksumPage()))
            return Optional.of("checking of page checksums");
        if (a.bundle() != b.bundle()
                || a.bundleRaw() != b.bundleRaw()
                || a.blockIncremental() != b.blockIncremental()) return Optional.of("storage form");
        if (left.cipherPass().isPresent() != wanted.cipherPass().isPresent())
            return Optional.of("encryption");
        var before = a.archiveStart();
        var now = b.archiveStart();
        if (before.isPresent()
                && now.isPresent()
                && before.get().timeline() != now.get().timeline()) return Optional.of("timeline");
        if (left.options().fromStandby().equals(wanted.options().fromStandby()))
            return Optional.empty();
        return Optional.of("source");
    }
}
