package io.matriarch.failover.core;

import java.util.Locale;
import java.util.Map;

/** {@code synchronous_mode} of the dynamic configuration. */
public enum SyncMode {
    OFF,
    /** Each of the first so many standbys has every acknowledged commit. */
    PRIORITY,
    /** So many of all standbys have it, and who is promoted has seen enough of them. */
    QUORUM;

    static SyncMode of(Map<String, Object> config) {
        String value = Values.text(config.get("synchronous_mode")).toLowerCase(Locale.ROOT);
        if (value.equals("quorum")) return QUORUM;
        return Values.truth(value, false) ? PRIORITY : OFF;
    }
}
