package io.matriarch.monitor.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A statement's answer: numbers are {@link Double}, everything else text, NULL is null.
 *
 * @param columns in the order of the cells
 */
public record Rows(List<String> columns, List<Row> rows) {
    public static final Rows NONE = new Rows(List.of(), List.of());

    public Rows {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }

    /**
     * @param limit of rows, 0 or more
     */
    Rows first(int limit) {
        return rows.size() <= limit ? this : new Rows(columns, rows.subList(0, limit));
    }

    /** One row; a column it has not is as one that is NULL, for servers that know it not yet. */
    public static final class Row {
        private final List<String> columns;
        private final @Nullable Object[] cells;

        public Row(List<String> columns, @Nullable Object... cells) {
            this.columns = columns;
            this.cells = cells.clone();
        }

        private @Nullable Object cell(String column) {
            int at = columns.indexOf(column);
            return at < 0 ? null : cells[at];
        }

        /** NaN if it is NULL or absent. */
        public double number(String column) {
            return switch (cell(column)) {
                case null -> Double.NaN;
                case Double number -> number;
                case Object other -> parsed(other.toString());
            };
        }

        private static double parsed(String text) {
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException e) {
                return Double.NaN; // text where a number was asked for: not known
            }
        }

        /** Empty if it is NULL or absent; a whole number without a point. */
        public String text(String column) {
            return switch (cell(column)) {
                case null -> "";
                case Double number when number == Math.rint(number) ->
                        Long.toString(number.longValue());
                case Object other -> other.toString();
            };
        }

        public boolean yes(String column) {
            return number(column) > 0 || text(column).equals("t");
        }
    }

    /** The only row; one without columns if there is none. */
    public Row first() {
        return rows.isEmpty() ? new Row(List.of()) : rows.getFirst();
    }

    /**
     * At most {@code limit} rows, those with the most in {@code weight}; the others become one row
     * in which numbers are sums and the {@code labels} say {@code other}.
     */
    public Rows capped(int limit, String weight, Set<String> labels) {
        if (rows.size() <= limit) return this;
        var sorted = new ArrayList<>(rows);
        sorted.sort((a, b) -> Double.compare(b.number(weight), a.number(weight)));
        var kept = new ArrayList<>(sorted.subList(0, limit - 1));
        kept.add(sum(sorted.subList(limit - 1, sorted.size()), labels));
        return new Rows(columns, kept);
    }

    private Row sum(List<Row> rest, Set<String> labels) {
        @Nullable Object[] cells = new @Nullable Object[columns.size()];
        Arrays.setAll(
                cells,
                i -> {
                    String column = columns.get(i);
                    if (labels.contains(column)) return "other";
                    double sum =
                            rest.stream()
                                    .mapToDouble(row -> row.number(column))
                                    .filter(number -> !Double.isNaN(number))
                                    .sum();
                    return sum;
                });
        return new Row(columns, cells);
    }
}
