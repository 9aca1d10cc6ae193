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

    /** Those whose rows are tables, told one by one as far as {@link TableShare} goes. */
    public static boolean tellsTables(Collector collector) {
        return collector.id().equals(Tables.TABLES_ID) || collector.id().equals(Tables.BLOCKS_ID);
    }

    /** The one that tells whether the server is in recovery. */
    public static boolean tellsRole(Collector collector) {
        return collector.id().equals(Replication.POSITION_ID);
    }
}
