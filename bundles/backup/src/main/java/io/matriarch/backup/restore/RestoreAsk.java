package io.matriarch.backup.restore;

import io.matriarch.backup.format.Label;
import io.matriarch.backup.restore.RestoreOrder.Over;
import io.matriarch.backup.restore.core.RecoverySettings.Action;
import io.matriarch.backup.restore.core.RecoverySettings.Role;
import io.matriarch.backup.restore.core.RestorePlanner.Rates;
import io.matriarch.backup.restore.core.RestoreTarget;
import io.matriarch.backup.restore.core.TargetTimeline;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody wants restored.
 *
 * @param backup empty: the newest that leads to the target
 * @param dataDirectory absolute; empty: where it was
 * @param tablespaceMap new folders of tablespaces by name or oid
 * @param allTablespaces parent folder of the others; empty: where they were
 * @param include databases that come back; empty: all but those excluded
 * @param exclude databases that do not
 * @param over what may be in the way
 * @param restoreCommand as PostgreSQL runs it, with {@code %f} and {@code %p}
 * @param archiveOff the restored server archives nothing
 * @param workers files at once
 */
public record RestoreAsk(
        RestoreTarget target,
        TargetTimeline timeline,
        Optional<Label> backup,
        Optional<String> dataDirectory,
        Map<String, String> tablespaceMap,
        Optional<String> allTablespaces,
        List<String> include,
        List<String> exclude,
        Over over,
        Role role,
        Action action,
        String restoreCommand,
        boolean archiveOff,
        int workers,
        Rates rates) {
    public RestoreAsk {
        tablespaceMap = Map.copyOf(tablespaceMap);
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }
}
