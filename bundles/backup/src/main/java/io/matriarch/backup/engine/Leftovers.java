package io.matriarch.backup.engine;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.engine.copy.CopySettings;
import io.matriarch.backup.engine.copy.ObjectSum;
import io.matriarch.backup.engine.core.Leftover;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.Manifest;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.format.RepositoryPaths;
import io.matriarch.backup.repository.Manifests;
import io.matriarch.backup.repository.Stanza;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folders of backups that were begun and are not complete. */
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private final Stanza stanza;
    private final Manifests manifests;

    Leftovers(Stanza stanza, Manifests manifests) {
        this.stanza = stanza;
        this.manifests = manifests;
    }

    /**
     * Removes what is of no use.
     *
     * @param wanted the manifest of the backup that is to be made
     * @param work folder of ours
     * @return the one to go on with
     * @throws MatriarchException another program may be writing one just now
     */
    Optional<Predecessor> clear(
            Manifest wanted, boolean resume, Instant now, Path work, List<String> warnings)
            throws MatriarchException {
        var folders = new ArrayList<>(stanza.folders());
        folders.removeAll(stanza.complete());
        var history = stanza.history();
        Optional<Predecessor> kept = Optional.empty();
        for (var label : folders) {
            if (history.contains(label)) {
                remove(label, "it was complete, and its expiry was interrupted", warnings);
                continue;
            }
            var copy = copy(label);
            boolean newest = label.equals(folders.getLast());
            var verdict =
                    Leftover.judge(
                            copy.map(Manifests.Loaded::manifest),
                            newest,
                            stanza.lastWritten(label),
                            now,
                            wanted,
                            resume);
            switch (verdict) {
                case Leftover.Leave(var why) -> throw busy(label, why);
                case Leftover.Remove(var why) -> remove(label, why, warnings);
                case Leftover.Resume() -> kept = Optional.of(keep(copy.orElseThrow(), work));
            }
        }
        return kept;
    }

    private MatriarchException busy(Label label, String why) {
        return Failures.refused(
                "another backup may be in progress: %s in %s is not complete, and %s"
                        .formatted(label, stanza.where(), why),
                "stop the other program, or if it is dead already remove the folder "
                        + stanza.paths().backup(label));
    }

    private void remove(Label label, String why, List<String> warnings) throws MatriarchException {
        warnings.add("%s, which is not complete, is removed: %s".formatted(label, why));
        stanza.storage().deleteTree(stanza.paths().backup(label));
    }

    private Predecessor keep(Manifests.Loaded loaded, Path work) throws MatriarchException {
        LOG.info("going on with {}, which holds {} files", loaded.label(), loaded.files());
        return Preparation.predecessor(manifests, loaded, work.resolve("left.manifest"));
    }

    private Optional<Manifests.Loaded> copy(Label label) throws MatriarchException {
        try {
            return Optional.of(manifests.load(label));
        } catch (MatriarchException e) {
            if (io.matriarch.backup.repository.Failures.isAway(e)) throw e;
            LOG.info("{} has no manifest to go on with: {}", label, e.getMessage());
            return Optional.empty();
        }
    }

    /** Looks whether what an interrupted backup's manifest tells of is there, and of that size. */
    static final class Content implements FilePlan.TakeOver {
        private final Stanza stanza;
        private final Label label;
        private final CopySettings settings;
        private final Map<Integer, Long> bundles = new HashMap<>();
        private final LongSet kept = new LongSet();

        Content(Stanza stanza, CopySettings settings) {
            this.stanza = stanza;
            this.label = settings.label();
            this.settings = settings;
        }

        @Override
        public boolean isThere(ManifestFile left) throws MatriarchException {
            var copy = left.stored();
            if (copy.isBundled()) {
                var size = bundles.get(copy.bundle());
                if (size == null) {
                    size = size(stanza.paths().bundle(label, copy.bundle()));
                    bundles.put(copy.bundle(), size);
                }
                return size >= copy.offset() + copy.repoSize()
                        && keep(stanza.paths().bundle(label, copy.bundle()));
            }
            if (left.size() == 0 && settings.bundled()) return true;
            String path = settings.path(left.name(), copy.isBlocks());
            return size(path) == copy.repoSize() && keep(path);
        }

        private boolean keep(String path) {
            kept.add(ObjectSum.hash(path));
            return true;
        }

        private long size(String path) throws MatriarchException {
            return stanza.storage().stat(path).map(entry -> entry.size()).orElse(-1L);
        }

        /** The highest bundle there is: new ones come behind it. */
        int lastBundle() {
            return bundles.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
        }

        /** Removes what nothing refers to, and counts what stays. */
        void removeRest(ObjectSum objects) throws MatriarchException {
            var rest = new ArrayList<String>();
            String manifest = stanza.paths().manifest(label) + RepositoryPaths.COPY;
            stanza.storage()
                    .walk(
                            stanza.paths().backup(label),
                            entry -> {
                                if (entry.path().equals(manifest)) return;
                                if (kept.contains(ObjectSum.hash(entry.path())))
                                    objects.add(entry.path(), entry.size());
                                else rest.add(entry.path());
                            });
            stanza.storage().delete(rest);
        }
    }
}
