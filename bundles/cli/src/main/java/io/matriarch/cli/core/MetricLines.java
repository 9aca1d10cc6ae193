package io.matriarch.cli.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The lines of {@code /metrics}. */
public final class MetricLines {
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");

    private MetricLines() {}

    /**
     * @param part that the name contains; empty: all
     * @param help also what each means
     */
    public static List<String> filter(String page, String part, boolean help) {
        var lines = new ArrayList<String>();
        for (String line : page.split("\n")) {
            boolean comment = line.startsWith("#");
            if (line.isEmpty() || comment && !(help && line.startsWith("# HELP "))) continue;
            String name = comment ? line.split(" ", 4)[2] : line.split("[{ ]", 2)[0];
            if (name.contains(part)) lines.add(line);
        }
        return lines;
    }

    /** For programs: name, labels as they stand, value. */
    public static List<Map<String, Object>> objects(List<String> lines) {
        var objects = new ArrayList<Map<String, Object>>();
        for (String line : lines) {
            var sample = SAMPLE.matcher(line);
            if (!sample.matches()) continue;
            var object = new LinkedHashMap<String, Object>();
            object.put("name", sample.group(1));
            object.put("labels", sample.group(2) == null ? "" : sample.group(2));
            object.put("value", sample.group(3));
            objects.add(object);
        }
        return objects;
    }
}
