package io.matriarch.backup.format;

import io.matriarch.api.SystemId;

/**
 * A cluster with the layout numbers of its {@code pg_control}, as {@code backup.info} and manifests
 * know it.
 *
 * @param controlVersion such as 1300, 1700
 * @param catalogVersion such as 202406281
 */
public record DbControl(DbIdentity identity, int controlVersion, long catalogVersion) {
    public int id() {
        return identity.id();
    }

    public SystemId systemId() {
        return identity.systemId();
    }

    public PgVersion version() {
        return identity.version();
    }

    /** The folder of this version within each tablespace. */
    public String tablespaceFolder() {
        return "PG_" + version() + "_" + catalogVersion;
    }

    DbControl withId(int id) {
        return new DbControl(
                new DbIdentity(id, systemId(), version()), controlVersion, catalogVersion);
    }
}
