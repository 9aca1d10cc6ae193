package io.matriarch.monitor.core;

import io.matriarch.monitor.api.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A statement and what its rows mean.
 *
 * @param id of the statement in the reference: {@code S05}
 * @param upstream the name postgres_exporter has for a collector of these figures; empty if none
 * @param perDatabase asked in each database, over a connection of its own
 * @param variants one or more, for ranges of server versions that do not overlap
 * @param metrics everything {@code reading} may add, and nothing else
 */
public record Collector(
        String id,
        String upstream,
        Tier tier,
        Where where,
        boolean perDatabase,
        List<Variant> variants,
        List<Metric> metrics,
        List<Reading> readings) {
    /** On which servers a statement makes sense. */
    public enum Where {
        ANY,
        PRIMARY,
        STANDBY
    }

    /**
     * @param from major version, at least 12
     * @param to major version, or {@link #NEWEST}: also for versions not released yet
     */
    record Variant(int from, int to, String sql) {}

    static final int NEWEST = Integer.MAX_VALUE;

    /** Rows to samples. */
    interface Reading {
        void read(Rows rows, Moment moment, Samples out);
    }

    public Collector {
        variants = List.copyOf(variants);
        metrics = List.copyOf(metrics);
        readings = List.copyOf(readings);
    }

    /** The statement for a server; empty if there is nothing to ask it. */
    public Optional<String> sql(int majorVersion, boolean inRecovery) {
        boolean fits =
                switch (where) {
                    case ANY -> true;
                    case PRIMARY -> !inRecovery;
                    case STANDBY -> inRecovery;
                };
        return variants.stream()
                .filter(v -> fits && v.from() <= majorVersion && majorVersion <= v.to())
                .map(Variant::sql)
                .findFirst();
    }

    public void read(Rows rows, Moment moment, Samples out) {
        for (var reading : readings) reading.read(rows, moment, out);
    }

    static Builder of(String id, Tier tier) {
        return new Builder(id, tier);
    }

    /** Puts a collector together, in the words a reader would use. */
    static final class Builder {
        private final String id;
        private final Tier tier;
        private String upstream = "";
        private Where where = Where.ANY;
        private boolean perDatabase;
        private final List<Variant> variants = new ArrayList<>();
        private final List<Metric> metrics = new ArrayList<>();
        private final List<Reading> readings = new ArrayList<>();

        private Builder(String id, Tier tier) {
            this.id = id;
            this.tier = tier;
        }

        Builder upstream(String name) {
            upstream = name;
            return this;
        }

        Builder on(Where on) {
            where = on;
            return this;
        }

        Builder inEachDatabase() {
            perDatabase = true;
            return this;
        }

        Builder sql(int from, int to, String sql) {
            variants.add(new Variant(from, to, sql));
            return this;
        }

        Builder sql(int from, String sql) {
            return sql(from, NEWEST, sql);
        }

        /** Each row gives one sample per column. */
        Builder rows(Table table) {
            metrics.addAll(table.metrics());
            readings.add(table);
            return this;
        }

        /** The same of as many rows as the moment has tables for, the first ones. */
        Builder largest(Table table) {
            metrics.addAll(table.metrics());
            readings.add(
                    (rows, moment, out) -> table.read(rows.first(moment.tables()), moment, out));
            return this;
        }

        Builder reads(Reading reading, Metric... adds) {
            metrics.addAll(List.of(adds));
            readings.add(reading);
            return this;
        }

        Collector done() {
            return new Collector(
                    id, upstream, tier, where, perDatabase, variants, metrics, readings);
        }
    }
}
