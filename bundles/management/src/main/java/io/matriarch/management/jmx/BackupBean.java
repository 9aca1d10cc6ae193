package io.matriarch.management.jmx;

import io.matriarch.management.core.Neighbours;
import java.util.List;

/** An operation and not an attribute: consoles read attributes every few seconds. */
final class BackupBean implements BackupMXBean {
    private final Neighbours neighbours;

    BackupBean(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    @Override
    public List<Views.BackupRepository> repositories() {
        return Calls.get(() ->
                neighbours.backups().repositories().stream()
                        .map(Views.BackupRepository::of)
                        .toList());
    }
}
