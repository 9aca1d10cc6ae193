package io.matriarch.backup.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One repository, as seen by one look.
 *
 * @param name as configured
 * @param where for people: a directory, {@code s3://bucket/prefix}
 * @param required whether WAL and backups count only once they are here
 * @param encrypted whether by us, beside what the server may do
 * @param stanza this cluster's name in it
 * @param trouble why it could not be looked into; empty if it could
 * @param systemId of the cluster that is backed up; empty in trouble
 * @param postgres its major version; empty in trouble
 * @param archives WAL by cluster, oldest first; a major upgrade begins another one
 * @param backups oldest first
 * @param restorable what can be restored from here; empty in trouble and while there is no backup
 * @param restoreTime how long that would take; empty when restorable is
 */
public record RepositoryStatus(
        String name,
        String where,
        boolean required,
        boolean encrypted,
        String stanza,
        Optional<Trouble> trouble,
        String systemId,
        String postgres,
        List<Archive> archives,
        List<Backup> backups,
        Optional<Range> restorable,
        Optional<RestoreTime> restoreTime) {
    public RepositoryStatus {
        archives = List.copyOf(archives);
        backups = List.copyOf(backups);
    }

    /**
     * Instants between which a restore can end.
     *
     * @param latest the newest WAL holds nothing younger
     */
    public record Range(Instant earliest, Instant latest) {}

    /**
     * How long a restore from here would take, copying and replay; the room and the programs for it
     * are taken to be ready.
     *
     * @param latest to the latest state
     * @param worst to the moment that takes longest, which is just before a backup ended
     * @param measured whether restore drills, or at least a backup, were measured; if not, it is by
     *     cautious figures
     */
    public record RestoreTime(Duration latest, Duration worst, boolean measured) {}

    /** What went wrong and what to do about it. */
    public record Trouble(String message, String hint) {}

    /**
     * WAL of one cluster.
     *
     * @param id as its folder is called: {@code 17-1}
     * @param first oldest segment there; empty if there is none. Segments between may be missing
     * @param last newest
     */
    public record Archive(String id, Optional<String> first, Optional<String> last) {}

    /**
     * A complete backup.
     *
     * @param type {@code full}, {@code diff}, {@code incr}
     * @param prior label it builds on; empty for a full
     * @param references labels that hold files of it, so that none of them can go before it
     * @param walFirst first segment it needs to be consistent; empty if made offline
     * @param sizeBytes of the data directory it restores
     * @param changedBytes of it, what this backup stored itself
     * @param repositoryBytes all it needs there, compressed
     * @param repositoryChangedBytes of it, what this backup added
     * @param verified what the last verification said; empty if there was none
     * @param drilled what the last restore drill said; empty if there was none that could tell
     */
    public record Backup(
            String label,
            String type,
            String postgres,
            Instant start,
            Instant stop,
            Optional<String> prior,
            List<String> references,
            Optional<String> lsnStart,
            Optional<String> lsnStop,
            Optional<String> walFirst,
            Optional<String> walLast,
            long sizeBytes,
            long changedBytes,
            long repositoryBytes,
            long repositoryChangedBytes,
            Pages pages,
            boolean fromStandby,
            Optional<Verification> verified,
            Optional<Verification> drilled,
            Map<String, String> annotations) {
        public Backup {
            references = List.copyOf(references);
            annotations = Map.copyOf(annotations);
        }
    }

    /**
     * @param why it cannot be restored; empty if it can
     */
    public record Verification(Instant at, boolean sound, String why) {}

    /** What checking the pages of a backup found. */
    public enum Pages {
        CLEAN,
        ERRORS,
        UNCHECKED
    }
}
