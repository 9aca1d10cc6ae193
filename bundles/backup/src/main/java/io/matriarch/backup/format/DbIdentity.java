package io.matriarch.backup.format;

import io.matriarch.api.SystemId;

/**
 * A cluster in the history of a stanza: after a major upgrade, or an initdb, there is another.
 *
 * @param id number in the history, from 1
 */
public record DbIdentity(int id, SystemId systemId, PgVersion version) {

    /** Where WAL of this cluster lies, below the stanza: {@code 17-1}. */
    public String archiveId() {
        return version + "-" + id;
    }

    /** Whether it is the same cluster, whatever its number here. */
    public boolean sameCluster(DbIdentity other) {
        return systemId.equals(other.systemId) && version.equals(other.version);
    }

    @Override
    public String toString() {
        return "PostgreSQL %s, system id %s, history id %d".formatted(version, systemId, id);
    }
}
