package io.matriarch.backup.engine;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.engine.copy.Result;
import io.matriarch.backup.engine.copy.ResultFile;
import io.matriarch.backup.engine.scan.FoundFile;
import io.matriarch.backup.engine.scan.ScanSpool;
import io.matriarch.backup.engine.scan.Tree;
import io.matriarch.backup.format.CopyRules;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.Manifest;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.format.ManifestWriter;
import io.matriarch.backup.format.Utf8Order;
import io.matriarch.backup.repository.Manifests;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes {@code backup.manifest.copy} out of what was scanned and what became of it. */
final class ManifestAssembly {
    private final Manifests manifests;
    private final Tree tree;
    private final Optional<Predecessor> prior;
    private final ResultFile results;

    ManifestAssembly(
            Manifests manifests, Tree tree, Optional<Predecessor> prior, ResultFile results) {
        this.manifests = manifests;
        this.tree = tree;
        this.prior = prior;
        this.results = results;
    }

    /**
     * @param more files that were not scanned, in the manifest's order
     * @param whole whether the backup has ended, and no file may be left
     */
    void write(Manifest manifest, List<ManifestFile> more, boolean whole)
            throws MatriarchException {
        try (var out = manifests.writeCopy(manifest.label());
                var scan = new ScanSpool.Reader(tree.spool());
                var before = new ManifestCursor(FilePlan.text(prior))) {
            var writer = new ManifestWriter(out, manifest);
            var result = results.read();
            int added = 0;
            for (var file = scan.next(); file != null; file = scan.next()) {
                while (added < more.size() && isBefore(more.get(added), file))
                    writer.file(more.get(added++));
                var old = before.find(file.name());
                var entry = entry(manifest.label(), file, result.next(), old, whole);
                if (entry != null) writer.file(entry);
            }
            while (added < more.size()) writer.file(more.get(added++));
            writer.finish();
            out.commit();
        } catch (IOException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause())
                if (cause instanceof MatriarchException known) throw known;
            throw new MatriarchException(
                    Code.BACKUP,
                    "the manifest of " + manifest.label() + " could not be written: " + e,
                    "is there room where the agent keeps its own files?",
                    e);
        }
    }

    private static boolean isBefore(ManifestFile file, FoundFile other) {
        return Utf8Order.compare(file.name(), other.name()) < 0;
    }

    private @Nullable ManifestFile entry(
            Label label, FoundFile file, Result result, @Nullable ManifestFile old, boolean whole) {
        return switch (result) {
            case Result.Gone _ -> null;
            case Result.Stored stored ->
                    new ManifestFile(
                            file.name(),
                            stored.size(),
                            file.modified(),
                            stored.checksum(),
                            stored.copy(),
                            stored.pages(),
                            tree.owners().attributes(file),
                            stored.size());
            case Result.Same _ -> {
                if (old == null)
                    throw new IllegalStateException(file.name() + " is not in the prior backup");
                var rules = new CopyRules(prior.orElseThrow().manifest(), false, false);
                yield rules.refer(FilePlan.found(tree, file), old);
            }
            case Result.Pending _ -> {
                if (whole)
                    throw new IllegalStateException(
                            label + " has no " + file.name() + ", and should end");
                yield null;
            }
        };
    }
}
