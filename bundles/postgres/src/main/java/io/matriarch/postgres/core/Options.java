package io.matriarch.postgres.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Options of a program in Patroni's forms: {@code [data-checksums, {encoding: UTF8}]} or {@code
 * {max-rate: 100M}}.
 */
public final class Options {
    private Options() {}

    /**
     * As {@code --name} and {@code --name=value}.
     *
     * @param reserved names only we may give
     * @throws IllegalArgumentException on a reserved name, or on a form that is none of the above
     */
    public static List<String> arguments(String program, Object options, Set<String> reserved) {
        var arguments = new ArrayList<String>();
        switch (options) {
            case List<?> list -> {
                for (Object item : list)
                    if (item instanceof Map<?, ?> map) add(arguments, program, map, reserved);
                    else add(arguments, program, String.valueOf(item), "", reserved);
            }
            case Map<?, ?> map -> add(arguments, program, map, reserved);
            default ->
                    throw new IllegalArgumentException(
                            "options of "
                                    + program
                                    + " must be a list or a map, not \""
                                    + options
                                    + "\"");
        }
        return arguments;
    }

    private static void add(
            List<String> arguments, String program, Map<?, ?> map, Set<String> reserved) {
        map.forEach((name, value) -> {
            for (Object one : value instanceof List<?> several ? several : List.of(value))
                add(arguments, program, String.valueOf(name), text(one), reserved);
        });
    }

    private static String text(Object value) {
        return value.equals(true) ? "" : String.valueOf(value);
    }

    private static void add(
            List<String> arguments,
            String program,
            String option,
            String value,
            Set<String> reserved) {
        String name = option.startsWith("--") ? option.substring(2) : option;
        int equals = name.indexOf('=');
        String bare = equals < 0 ? name : name.substring(0, equals);
        if (reserved.contains(bare))
            throw new IllegalArgumentException(
                    "option " + bare + " of " + program + " is not yours to set");
        if (!bare.matches("[a-z][a-z0-9-]*"))
            throw new IllegalArgumentException(
                    "\"" + option + "\" is no option of " + program + "; give names like no-sync");
        arguments.add("--" + name + (value.isEmpty() ? "" : "=" + value));
    }

    /** Whether {@code arguments} say anything about {@code --name}. */
    public static boolean has(List<String> arguments, String name) {
        return arguments.stream()
                .anyMatch(a -> a.equals("--" + name) || a.startsWith("--" + name + "="));
    }
}
