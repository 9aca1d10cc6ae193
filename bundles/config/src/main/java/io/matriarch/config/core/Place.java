package io.matriarch.config.core;

/**
 * Where a value was written.
 *
 * @param source a file, or the name of an environment variable
 * @param line counts from 1; 0 if the source has no lines
 */
public record Place(String source, int line) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
        int bySource = source.compareTo(other.source);
        return bySource != 0 ? bySource : Integer.compare(line, other.line);
    }

    @Override
    public String toString() {
        return line == 0 ? source : source + ":" + line;
    }
}
