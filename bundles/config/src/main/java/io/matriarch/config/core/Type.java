package io.matriarch.config.core;

/** What a value may look like. */
public enum Type {
    TEXT("text"),
    /** Text that is never shown again. */
    SECRET("text, never shown"),
    INT("whole number"),
    /** A whole number of seconds, or one with a unit. */
    TIME("time: seconds, or with a unit (ms, s, min, h, d)"),
    /** A number of bytes, or one with a unit, counted as PostgreSQL does: kB is 1024. */
    SIZE("size: bytes, or with a unit (kB, MB, GB, TB; 1024 each)"),
    BOOL("true or false"),
    /** {@code true}, {@code false} or one of the choices. */
    MODE("true, false or a choice"),
    CHOICE("a choice"),
    /** {@code host:port}. */
    ADDRESS("host:port"),
    /** {@code host:port}, where several hosts may stand before the port, separated by commas. */
    LISTEN("host:port"),
    /** A file that must be there and readable. */
    FILE("path of a readable file"),
    /** A path of a file or directory that need not exist. */
    PATH("path"),
    /** A list of texts, or one text with commas. */
    TEXTS("list, or text separated by commas"),
    /** A list of lines; a comma does not separate. */
    LINES("list of lines"),
    /** A mapping of free keys to numbers, booleans or texts. */
    SCALARS("mapping"),
    /** A mapping whose inside is not looked at here. */
    MAP("mapping"),
    /** A list whose inside is not looked at here. */
    LIST("list"),
    /** A list of options, each a name or a {@code name: value}; or a mapping of them. */
    OPTIONS("list of options, or mapping");

    private final String words;

    Type(String words) {
        this.words = words;
    }

    /** For the reference and for messages. */
    public String words() {
        return words;
    }
}
