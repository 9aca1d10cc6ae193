package io.matriarch.monitor.core;

import java.util.List;
import java.util.stream.Stream;

/** Everything PostgreSQL is asked. */
public final class Statements {
    private Statements() {}

    private static final List<Collector> ALL =
            Stream.of(
                            Replication.collectors(),
                            Slots.collectors(),
                            Wal.collectors(),
                            Activity.collectors(),
                            Databases.collectors(),
                            Parameters.collectors(),
                            Tables.collectors())
                    .flatMap(List::stream)
                    .toList();

    public static List<Collector> all() {
        return ALL;
    }

    /** Those that need the extension {@code pg_stat_statements}, and are asked in one database. */
    public static boolean needsStatements(Collector collector) {
        return collector.id().startsWith("S28");
    }

    /** The one that tells whether the server is in recovery. */
    public static boolean tellsRole(Collector collector) {
        return collector.id().equals(Replication.POSITION_ID);
    }
}
