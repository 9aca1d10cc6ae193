package io.matriarch.monitor.core;

import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Rows whose columns are figures, under labels that are columns as well. */
final class Table implements Collector.Reading {
    private final List<String> labelColumns;
    private final String[] labelNames;
    private final List<Column> columns = new ArrayList<>();

    private record Column(String name, Metric metric, double factor) {}

    private Table(List<String> labelColumns, String[] labelNames) {
        this.labelColumns = labelColumns;
        this.labelNames = labelNames;
    }

    /**
     * @param labels columns; {@code label=column} where the label has another name
     */
    static Table by(String... labels) {
        return new Table(
                Stream.of(labels).map(label -> label.replaceFirst(".*=", "")).toList(),
                Stream.of(labels)
                        .map(label -> label.replaceFirst("=.*", ""))
                        .toArray(String[]::new));
    }

    Table gauge(String name, String column, String help) {
        return gauge(name, column, 1, help);
    }

    Table gauge(String name, String column, double factor, String help) {
        return add(column, factor, metric(name, Metric.Type.GAUGE, help));
    }

    Table counter(String name, String column, String help) {
        return counter(name, column, 1, help);
    }

    Table counter(String name, String column, double factor, String help) {
        return add(column, factor, metric(name, Metric.Type.COUNTER, help));
    }

    private Metric metric(String name, Metric.Type type, String help) {
        if (!name.startsWith(Native.PREFIX))
            return new Metric(name, type, help, List.of(labelNames));
        String bare = name.substring(Native.PREFIX.length());
        return type == Metric.Type.COUNTER
                ? Native.counter(bare, help, labelNames)
                : Native.gauge(bare, help, labelNames);
    }

    private Table add(String column, double factor, Metric metric) {
        columns.add(new Column(column, metric, factor));
        return this;
    }

    List<Metric> metrics() {
        return columns.stream().map(Column::metric).toList();
    }

    @Override
    public void read(Rows rows, Moment moment, Samples out) {
        for (var row : rows.rows()) {
            String[] labels = labelColumns.stream().map(row::text).toArray(String[]::new);
            for (var column : columns)
                out.add(column.metric(), row.number(column.name()) * column.factor(), labels);
        }
    }
}
