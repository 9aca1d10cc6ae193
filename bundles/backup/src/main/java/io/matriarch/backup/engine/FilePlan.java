package io.matriarch.backup.engine;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.engine.copy.CopyQueue;
import io.matriarch.backup.engine.copy.Result;
import io.matriarch.backup.engine.copy.ResultFile;
import io.matriarch.backup.engine.core.ControlFile;
import io.matriarch.backup.engine.scan.FoundFile;
import io.matriarch.backup.engine.scan.ScanSpool;
import io.matriarch.backup.engine.scan.Tree;
import io.matriarch.backup.format.CopyRules;
import io.matriarch.backup.format.Manifest;
import io.matriarch.backup.format.ManifestFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Goes through what was scanned, beside what is there from before, and decides file by file. */
final class FilePlan {
    static final String CONTROL_FILE = Manifest.PGDATA + "/" + ControlFile.NAME;

    private final Tree tree;
    private final Optional<Predecessor> prior;
    private long controlFile = -1;

    FilePlan(Tree tree, Optional<Predecessor> prior) {
        this.tree = tree;
        this.prior = prior;
    }

    static CopyRules.Found found(Tree tree, FoundFile file) {
        return new CopyRules.Found(
                file.name(), file.size(), file.modified(), tree.owners().attributes(file));
    }

    static Optional<Path> text(Optional<Predecessor> predecessor) {
        return predecessor.map(Predecessor::text);
    }

    /** Why no file's time can be trusted; empty if they can. */
    Optional<String> distrust(Instant copyStart) throws IOException, MatriarchException {
        if (prior.isEmpty()) return Optional.empty();
        try (var scan = new ScanSpool.Reader(tree.spool());
                var before = new ManifestCursor(text(prior))) {
            for (var file = scan.next(); file != null; file = scan.next()) {
                var why =
                        CopyRules.distrust(found(tree, file), before.find(file.name()), copyStart);
                if (why.isPresent()) return why;
            }
        }
        return Optional.empty();
    }

    /** What is already stored in the folder of an interrupted backup may be taken over. */
    interface TakeOver {
        boolean isThere(ManifestFile left) throws MatriarchException;
    }

    /**
     * Puts what has to be read into the queue and the rest into the results.
     *
     * @param left of an interrupted backup; empty if there is none to go on with
     */
    void decide(
            boolean delta,
            boolean bundle,
            Optional<Predecessor> left,
            TakeOver takeOver,
            CopyQueue queue,
            ResultFile results)
            throws IOException, MatriarchException {
        var rules = prior.map(p -> new CopyRules(p.manifest(), delta, bundle));
        try (var scan = new ScanSpool.Reader(tree.spool());
                var before = new ManifestCursor(text(prior));
                var unfinished = new ManifestCursor(text(left))) {
            for (var file = scan.next(); file != null; file = scan.next()) {
                var old = before.find(file.name());
                var mine = unfinished.find(file.name());
                if (file.name().equals(CONTROL_FILE)) {
                    controlFile = file.number(); // last of all, by itself
                    continue;
                }
                var decision = decision(rules, file, old);
                if (decision instanceof CopyRules.Decision.Refer)
                    results.put(file.number(), new Result.Same());
                else if (mine != null
                        && left.isPresent()
                        && isUsable(left.get(), delta, file, mine)
                        && takeOver.isThere(mine)) results.put(file.number(), stored(mine));
                else if (decision instanceof CopyRules.Decision.Compare compare)
                    queue.add(file, compare.prior(), prior.orElseThrow().manifest().label());
                else queue.add(file, null, null);
            }
        }
        queue.fill();
    }

    private CopyRules.Decision decision(
            Optional<CopyRules> rules, FoundFile file, @Nullable ManifestFile old) {
        return rules.isEmpty()
                ? new CopyRules.Decision.Copy()
                : rules.get().decide(found(tree, file), old);
    }

    /** The file is as it was when the interrupted backup read it. */
    private static boolean isUsable(
            Predecessor left, boolean delta, FoundFile file, ManifestFile mine) {
        var copyStart = left.manifest().backup().copyStart();
        return !delta
                && mine.stored().reference() == null
                && mine.size() == file.size()
                && mine.timestamp() == file.modified()
                && copyStart.filter(at -> at.getEpochSecond() > file.modified()).isPresent();
    }

    private static Result.Stored stored(ManifestFile file) {
        return new Result.Stored(file.size(), file.checksum(), file.stored(), file.pages());
    }

    /** Its number; below 0 if there is none, and so no cluster. */
    long controlFile() {
        return controlFile;
    }
}
