package io.matriarch.postgres.core;

import java.util.Map;

/**
 * A role we log in as.
 *
 * @param password empty if none is needed
 * @param options further libpq settings, such as {@code sslmode} and {@code sslrootcert}
 */
public record Account(String username, String password, Map<String, String> options) {
    public Account {
        options = Map.copyOf(options);
    }

    @Override
    public String toString() { // the password stays out of logs
        return "Account[" + username + "]";
    }
}
