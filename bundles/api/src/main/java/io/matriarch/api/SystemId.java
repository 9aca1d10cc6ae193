package io.matriarch.api;

/**
 * The identifier initdb gives a data directory and all its physical copies share.
 *
 * @param value at least ten decimal digits, as {@code pg_controldata} prints it
 */
public record SystemId(String value) {

    /**
     * @throws IllegalArgumentException if it is not at least ten digits
     */
    public SystemId {
        if (!isValid(value))
            throw new IllegalArgumentException("not a system identifier: \"" + value + "\"");
    }

    public static boolean isValid(String text) {
        return text.length() >= 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public String toString() {
        return value;
    }
}
