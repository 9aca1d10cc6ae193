package io.matriarch.monitor.core;

import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Metric;
import java.util.ArrayList;
import java.util.List;

/**
 * Which names of others the page has beside ours.
 *
 * @param postgresExporter those of postgres_exporter
 * @param patroni those of Patroni
 * @param patroniMaster also {@code patroni_master}, which Patroni 4 dropped and old rules look for
 */
public record Compatible(boolean postgresExporter, boolean patroni, boolean patroniMaster) {
    public static final Compatible DEFAULT = new Compatible(true, true, false);

    private static final String PRIMARY = "patroni_primary";
    private static final String MASTER = "patroni_master";

    /** The families wanted. */
    public List<Family> page(List<Family> all) {
        var page = new ArrayList<Family>();
        for (var family : all) {
            String name = family.metric().name();
            if (name.startsWith("pg_") && !postgresExporter) continue;
            if (name.startsWith("patroni_") && !patroni) continue;
            page.add(family);
            if (name.equals(PRIMARY) && patroniMaster) page.add(master(family));
        }
        return page;
    }

    private static Family master(Family primary) {
        var metric = primary.metric();
        return new Family(
                new Metric(MASTER, metric.type(), metric.help(), metric.labels()),
                primary.samples());
    }
}
