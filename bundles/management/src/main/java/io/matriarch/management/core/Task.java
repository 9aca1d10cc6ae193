package io.matriarch.management.core;

import java.util.Set;

/** Names of the cluster's tasks, out of what is asked for; the same for REST and JMX. */
public final class Task {
    private static final Set<String> TYPES = Set.of("full", "diff", "incr");

    private Task() {}

    /**
     * @param type of the backup; without, an incremental
     */
    public static String backup(Parameters in) throws Refused {
        String type = in.text("type").orElse("incr");
        if (!TYPES.contains(type))
            throw Refused.malformed(
                    "field \"type\" is \"" + type + '"', "expected full, diff or incr");
        return "backup-" + type;
    }
}
