package io.matriarch.backup.restore;

import io.matriarch.backup.repository.Manifests.Loaded;
import io.matriarch.backup.restore.core.DatabaseSelection;
import io.matriarch.backup.restore.core.RecoverySettings;
import io.matriarch.backup.restore.core.RestoreLayout;

/**
 * What is restored, where, and how.
 *
 * @param over what may be in the way
 * @param workers how many files are written at once, 1 or more
 */
public record RestoreOrder(
        Loaded backup,
        RestoreLayout layout,
        DatabaseSelection selection,
        RecoverySettings recovery,
        Over over,
        int workers) {
    public RestoreOrder {
        if (workers < 1) throw new IllegalArgumentException("workers: " + workers);
    }

    /** What may lie where the restore goes. */
    public enum Over {
        /** Nothing. */
        NOTHING,
        /**
         * A stopped cluster of the same system id, or what is left of a restore; files that are
         * right stay.
         */
        SAME_CLUSTER,
        /** Any stopped cluster. */
        ANY_CLUSTER
    }
}
