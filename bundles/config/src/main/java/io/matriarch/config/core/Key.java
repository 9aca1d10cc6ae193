package io.matriarch.config.core;

import java.util.List;

/**
 * One setting: the single definition that checks it, explains it and documents it.
 *
 * @param path from the top of the file; {@code *} stands for a free name, {@code []} behind a name
 *     for each item of a list
 * @param unit empty if it has none
 * @param fallback what applies if it is absent; a sentence or a value, empty if nothing does
 * @param since the first version that knows it
 * @param note for a standing other than {@link Standing#SUPPORTED}: why, in a sentence
 */
public record Key(
        String path,
        Type type,
        String unit,
        long min,
        long max,
        List<String> choices,
        String fallback,
        boolean required,
        String description,
        String since,
        Standing standing,
        String note) {

    /** What becomes of a key. */
    public enum Standing {
        SUPPORTED,
        /** Accepted for the sake of existing files; a warning says that it does nothing here. */
        IGNORED,
        /** Refused: ignoring it would change what the person asked for. */
        REFUSED,
        /** Refused unless it is off (false, empty, absent). */
        REFUSED_IF_ON
    }

    public static Key of(String path, Type type, String description) {
        return new Key(
                path,
                type,
                "",
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                List.of(),
                "",
                false,
                description,
                "0.1",
                Standing.SUPPORTED,
                "");
    }

    /** A key Patroni knows that does nothing here. */
    public static Key ignored(String path, String why) {
        return of(path, Type.TEXT, "Accepted and without effect.").standing(Standing.IGNORED, why);
    }

    /** A key Patroni knows that is refused. */
    public static Key refused(String path, String why) {
        return of(path, Type.TEXT, "Not supported.").standing(Standing.REFUSED, why);
    }

    Key standing(Standing other, String why) {
        return new Key(
                path,
                type,
                unit,
                min,
                max,
                choices,
                fallback,
                required,
                description,
                since,
                other,
                why);
    }

    Key range(long low, long high, String of) {
        return new Key(
                path,
                type,
                of,
                low,
                high,
                choices,
                fallback,
                required,
                description,
                since,
                standing,
                note);
    }

    Key choices(String... of) {
        return new Key(
                path,
                type,
                unit,
                min,
                max,
                List.of(of),
                fallback,
                required,
                description,
                since,
                standing,
                note);
    }

    Key fallback(String value) {
        return new Key(
                path,
                type,
                unit,
                min,
                max,
                choices,
                value,
                required,
                description,
                since,
                standing,
                note);
    }

    Key must() {
        return new Key(
                path,
                type,
                unit,
                min,
                max,
                choices,
                fallback,
                true,
                description,
                since,
                standing,
                note);
    }

    /** The last part of the path. */
    public String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** All but the last part of the path; empty for a key at the top. */
    public String section() {
        int dot = path.lastIndexOf('.');
        return dot < 0 ? "" : path.substring(0, dot);
    }
}
