package io.matriarch.cli.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One page of {@code /metrics}, to be looked into.
 *
 * @param all in the order of the page
 */
public record Samples(List<Sample> all) {
    private static final Pattern LINE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    public Samples {
        all = List.copyOf(all);
    }

    /** One line. */
    public record Sample(String name, Map<String, String> labels, double value) {
        public Sample {
            labels = Map.copyOf(labels);
        }

        /** Empty if it has no such label. */
        public String label(String label) {
            return labels.getOrDefault(label, "");
        }
    }

    /** What is no sample, or has no number, is left out. */
    public static Samples of(String page) {
        var all = new ArrayList<Sample>();
        for (String line : page.split("\n")) {
            var match = LINE.matcher(line);
            if (!match.matches()) continue;
            double value = number(match.group(3));
            if (!Double.isNaN(value))
                all.add(new Sample(match.group(1), labels(match.group(2)), value));
        }
        return new Samples(all);
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text.replace("Inf", "Infinity"));
        } catch (NumberFormatException e) {
            return Double.NaN; // not a line of ours
        }
    }

    private static Map<String, String> labels(String text) {
        var labels = new HashMap<String, String>();
        if (text == null) return labels;
        var label = LABEL.matcher(text);
        while (label.find())
            labels.put(
                    label.group(1),
                    label.group(2)
                            .replace("\\n", "\n")
                            .replace("\\\"", "\"")
                            .replace("\\\\", "\\"));
        return labels;
    }

    public Stream<Sample> named(String name) {
        return all.stream().filter(sample -> sample.name().equals(name));
    }

    /** Of all samples of that name; absent if there is none. */
    public OptionalDouble sum(String name) {
        var values = named(name).mapToDouble(Sample::value).toArray();
        return values.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(java.util.Arrays.stream(values).sum());
    }
}
