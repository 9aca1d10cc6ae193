package io.matriarch.backup.engine;

import io.matriarch.backup.codec.BundleRule;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.engine.core.Pacing;
import io.matriarch.backup.format.BackupType;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Requests that differ in what a test is about. */
record Requests(
        Compression compression,
        boolean bundles,
        boolean blocks,
        boolean delta,
        boolean resume,
        Pacing pacing,
        List<String> excludes) {
    static final Requests PLAIN =
            new Requests(Compression.ZST, true, false, false, true, Pacing.NONE, List.of());

    Requests compressed(Compression other) {
        return new Requests(other, bundles, blocks, delta, resume, pacing, excludes);
    }

    Requests stored(boolean inBundles, boolean inBlocks) {
        return new Requests(compression, inBundles, inBlocks, delta, resume, pacing, excludes);
    }

    Requests paced(Pacing other) {
        return new Requests(compression, bundles, blocks, delta, resume, other, excludes);
    }

    Requests byContent() {
        return new Requests(compression, bundles, blocks, true, resume, pacing, excludes);
    }

    Requests anew() {
        return new Requests(compression, bundles, blocks, delta, false, pacing, excludes);
    }

    Requests without(String... paths) {
        return new Requests(compression, bundles, blocks, delta, resume, pacing, List.of(paths));
    }

    BackupRequest of(BackupType type) {
        return new BackupRequest(
                type,
                compression,
                compression.defaultLevel(),
                bundles ? Optional.of(BundleRule.STOCK) : Optional.empty(),
                blocks,
                delta,
                true,
                true,
                true,
                Duration.ofSeconds(60),
                2,
                pacing,
                resume,
                excludes,
                Map.of("why", "test"),
                ZoneOffset.UTC);
    }
}
