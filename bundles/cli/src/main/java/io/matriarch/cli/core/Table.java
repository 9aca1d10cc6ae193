package io.matriarch.cli.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Rows under headings, in the frame people know from psql and patronictl.
 *
 * @param title set into the upper frame; empty for none
 * @param rows each as long as {@code headings}; numbers are set to the right, null is blank
 * @param notes lines below the table
 */
public record Table(
        String title,
        List<String> headings,
        List<List<@Nullable Object>> rows,
        List<String> notes) {

    public Table {
        headings = List.copyOf(headings);
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
        for (var row : rows)
            if (row.size() != headings.size())
                throw new IllegalArgumentException(
                        "row " + row + " does not fit the headings " + headings);
    }

    public Table(String title, List<String> headings, List<List<@Nullable Object>> rows) {
        this(title, headings, rows, List.of());
    }

    /** Columns are the keys of all objects, in the order they first appear. */
    public static Table ofObjects(String title, List<? extends Map<String, ?>> objects) {
        var headings = new ArrayList<String>();
        for (var object : objects)
            for (var key : object.keySet()) if (!headings.contains(key)) headings.add(key);
        var rows = new ArrayList<List<@Nullable Object>>();
        for (var object : objects) {
            var row = new ArrayList<@Nullable Object>();
            for (var heading : headings) row.add(object.get(heading));
            rows.add(row);
        }
        return new Table(title, headings, rows);
    }

    /** The rows as objects keyed by heading, for JSON and YAML; blanks are left out. */
    public List<Map<String, Object>> objects() {
        var objects = new ArrayList<Map<String, Object>>();
        for (var row : rows) {
            var object = new LinkedHashMap<String, Object>();
            for (int i = 0; i < headings.size(); i++) {
                var cell = row.get(i);
                if (cell != null && !cell.equals("")) object.put(headings.get(i), cell);
            }
            objects.add(object);
        }
        return objects;
    }

    /** Lines, each ended by a newline. */
    public String render() {
        int[] widths = widths();
        var text = new StringBuilder();
        text.append(titled(frame(widths))).append('\n');
        line(text, widths, headings);
        text.append(frame(widths)).append('\n');
        for (var row : rows) line(text, widths, row);
        if (!rows.isEmpty()) text.append(frame(widths)).append('\n');
        for (var note : notes) text.append(' ').append(note).append('\n');
        return Plain.of(text.toString());
    }

    private int[] widths() {
        int[] widths = headings.stream().mapToInt(Table::width).toArray();
        for (var row : rows)
            for (int i = 0; i < widths.length; i++)
                widths[i] = Math.max(widths[i], width(text(row.get(i))));
        return widths;
    }

    private static String frame(int[] widths) {
        var frame = new StringBuilder("+");
        for (int width : widths) frame.append("-".repeat(width + 2)).append('+');
        return frame.toString();
    }

    private String titled(String frame) {
        if (title.isEmpty()) return frame;
        String start = "+ " + title + " ";
        int length = width(start);
        return length < frame.length() ? start + frame.substring(length) : start + "+";
    }

    private static void line(StringBuilder to, int[] widths, List<? extends @Nullable Object> row) {
        for (int i = 0; i < widths.length; i++) {
            Object cell = row.get(i);
            String text = text(cell);
            String space = " ".repeat(widths[i] - width(text));
            to.append("| ");
            if (cell instanceof Number) to.append(space).append(text);
            else to.append(text).append(space);
            to.append(' ');
        }
        to.append("|\n");
    }

    private static String text(@Nullable Object cell) {
        return switch (cell) {
            case null -> "";
            case Map<?, ?> map -> entries(map);
            case Object[] array -> text(Arrays.asList(array));
            case List<?> list -> String.join(", ", list.stream().map(Table::text).toList());
            default -> cell.toString().replace('\n', ' ');
        };
    }

    private static String entries(Map<?, ?> map) {
        var sorted = new TreeSet<String>();
        map.forEach((key, value) -> sorted.add(key + ": " + text(value)));
        return String.join(", ", sorted);
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
