package io.matriarch.monitor.sql;

import java.util.Map;

/**
 * The role the collectors log in as.
 *
 * @param password empty if none is needed
 * @param options further libpq settings, such as {@code sslmode}
 */
public record Login(
        String username, String password, String database, Map<String, String> options) {
    public Login {
        options = Map.copyOf(options);
    }

    @Override
    public String toString() { // the password stays out of logs
        return "Login[" + username + "]";
    }
}
