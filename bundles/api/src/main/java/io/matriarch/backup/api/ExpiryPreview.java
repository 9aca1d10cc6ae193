package io.matriarch.backup.api;

import io.matriarch.backup.api.RepositoryStatus.Trouble;
import java.util.List;
import java.util.Optional;

/**
 * What the retention of a repository would remove now; nothing has been removed.
 *
 * @param repository as configured
 * @param trouble why it cannot be told; empty if it can
 * @param remove backups that would go, newest first
 * @param keep all others, oldest first
 * @param wal what would be kept of each cluster's WAL that loses something
 * @param blocked backups the retention would have removed, and that stay because they are the last
 *     of their kind; pinned ones are none of them
 * @param notes what people should know, such as a rule that was overruled
 */
public record ExpiryPreview(
        String repository,
        Optional<Trouble> trouble,
        List<Choice> remove,
        List<Choice> keep,
        List<String> wal,
        List<Choice> blocked,
        List<String> notes) {
    /** Reason of a {@link #blocked} backup: every newer one is damaged or not whole. */
    public static final String NO_NEWER_RESTORABLE = "no newer backup can be restored";

    /** Reason of a {@link #blocked} backup: in every newer one pages are wrong or unchecked. */
    public static final String NO_NEWER_CLEAN = "no newer backup has clean page checksums";

    public ExpiryPreview {
        remove = List.copyOf(remove);
        keep = List.copyOf(keep);
        wal = List.copyOf(wal);
        blocked = List.copyOf(blocked);
        notes = List.copyOf(notes);
    }

    /** What becomes of a backup, and why. */
    public record Choice(String label, String reason) {}
}
