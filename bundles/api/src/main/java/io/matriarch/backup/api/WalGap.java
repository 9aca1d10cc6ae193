package io.matriarch.backup.api;

import java.util.List;

/**
 * Segments the archive should hold and does not.
 *
 * @param repository where they are missing
 * @param archiveId of the cluster in the repository's history, such as {@code 17-1}
 * @param first 24 hexadecimal digits
 * @param last the same as {@code first} if one is missing
 * @param count 1 or more
 * @param neededBy labels of the backups that cannot be restored without them; empty if they are
 *     needed to reach a later point in time only
 */
public record WalGap(
        String repository,
        String archiveId,
        String first,
        String last,
        long count,
        List<String> neededBy) {
    public WalGap {
        neededBy = List.copyOf(neededBy);
    }
}
