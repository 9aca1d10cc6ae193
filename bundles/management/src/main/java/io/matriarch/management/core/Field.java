package io.matriarch.management.core;

/**
 * One parameter of a {@link Route}: in the query of a GET, in the body of the others.
 *
 * @param min of an integer, else 0
 * @param max of an integer, else 0
 */
public record Field(String name, Type type, boolean required, long min, long max) {
    /** The kinds of value, and their names in OpenAPI. */
    public enum Type {
        TEXT,
        FLAG,
        INSTANT,
        INTEGER
    }

    static Field text(String name) {
        return new Field(name, Type.TEXT, false, 0, 0);
    }

    static Field flag(String name) {
        return new Field(name, Type.FLAG, false, 0, 0);
    }

    static Field instant(String name) {
        return new Field(name, Type.INSTANT, false, 0, 0);
    }

    static Field integer(String name, long min, long max) {
        return new Field(name, Type.INTEGER, false, min, max);
    }

    Field must() {
        return new Field(name, type, true, min, max);
    }
}
