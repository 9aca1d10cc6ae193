package io.matriarch.access.api;

import java.util.Locale;
import java.util.Optional;

/** What a user may do; each may what the ones before it may. */
public enum AccessRole {
    /** Looks. */
    VIEWER,
    /** Runs the cluster: switchover, restart, jobs, silences. */
    OPERATOR,
    /** Changes what the cluster is: its configuration, the agent's own bundles, its end. */
    ADMIN;

    /** As it is written in files and messages: lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean may(AccessRole needed) {
        return compareTo(needed) >= 0;
    }

    /** Empty if it is none of ours. */
    public static Optional<AccessRole> of(String word) {
        for (var role : values()) if (role.word().equals(word)) return Optional.of(role);
        return Optional.empty();
    }
}
