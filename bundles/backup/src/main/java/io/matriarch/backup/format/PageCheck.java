package io.matriarch.backup.format;

import java.util.ArrayList;
import java.util.List;

/**
 * What came of checking a file's page checksums.
 *
 * @param valid all were right
 * @param errors pages that were not, counted over the whole relation; empty also if the file is no
 *     whole number of pages
 */
public record PageCheck(boolean valid, List<Range> errors) {
    public static final PageCheck VALID = new PageCheck(true, List.of());

    /** The file's size is no multiple of the page size. */
    public static final PageCheck MISALIGNED = new PageCheck(false, List.of());

    /** Pages from first to last, both counted. */
    public record Range(long first, long last) {
        @Override
        public String toString() {
            return first == last ? Long.toString(first) : first + "-" + last;
        }
    }

    public PageCheck {
        errors = List.copyOf(errors);
        if (valid && !errors.isEmpty())
            throw new IllegalArgumentException("valid, and errors in pages " + errors);
    }

    static List<Range> readErrors(JsonReader json) throws FormatException {
        var errors = new ArrayList<Range>();
        json.beginArray();
        while (json.nextElement()) {
            if (!json.atArray()) {
                long page = json.number();
                errors.add(new Range(page, page));
                continue;
            }
            json.beginArray();
            json.nextElement();
            long first = json.number();
            json.nextElement();
            errors.add(new Range(first, json.number()));
            if (json.nextElement())
                throw new FormatException("a page range has two ends", "the file is damaged");
        }
        return errors;
    }

    void writeErrors(JsonWriter json) {
        json.beginArray();
        for (var range : errors) {
            if (range.first == range.last) json.value(range.first);
            else json.beginArray().value(range.first).value(range.last).endArray();
        }
        json.endArray();
    }
}
