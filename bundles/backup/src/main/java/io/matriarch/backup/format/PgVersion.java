package io.matriarch.backup.format;

import java.util.regex.Pattern;

/**
 * A major version of PostgreSQL, as the repository writes it: {@code 17}, {@code 9.6}.
 *
 * @param major first number
 * @param minor second number of versions before 10, 0 since
 */
public record PgVersion(int major, int minor) implements Comparable<PgVersion> {
    private static final Pattern TEXT = Pattern.compile("(9)\\.(\\d)|([1-9]\\d)");

    public PgVersion(int major) {
        this(major, 0);
    }

    /**
     * @throws IllegalArgumentException if it is no such version
     */
    public static PgVersion parse(String text) {
        var matcher = TEXT.matcher(text);
        if (!matcher.matches())
            throw new IllegalArgumentException(
                    "not a PostgreSQL major version: \""
                            + text
                            + "\", expected one like 17 or 9.6");
        return matcher.group(1) == null
                ? new PgVersion(Integer.parseInt(matcher.group(3)), 0)
                : new PgVersion(9, Integer.parseInt(matcher.group(2)));
    }

    public boolean atLeast(int major) {
        return this.major >= major;
    }

    @Override
    public int compareTo(PgVersion other) {
        return major != other.major
                ? Integer.compare(major, other.major)
                : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major < 10 ? major + "." + minor : Integer.toString(major);
    }
}
