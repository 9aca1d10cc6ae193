package io.matriarch.backup.engine.sql;

import io.matriarch.postgres.api.HostPort;
import java.util.Map;

/**
 * How the server is reached: a superuser, or a role that may run the backup functions and read all
 * settings.
 *
 * @param password empty if none is needed
 * @param options further settings by libpq's names, such as {@code sslmode}
 */
public record ServerAccess(
        HostPort address,
        String database,
        String user,
        String password,
        Map<String, String> options) {
    public ServerAccess {
        options = Map.copyOf(options);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + "@" + address + "/" + database;
    }
}
