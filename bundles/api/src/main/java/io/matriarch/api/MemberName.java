package io.matriarch.api;

import java.util.Locale;

/**
 * The name of one node of a cluster: unique in it, also when case is ignored, because PostgreSQL
 * matches {@code application_name} that way.
 *
 * @param value not blank, no slash, not the name Patroni reserves
 */
public record MemberName(String value) implements Comparable<MemberName> {

    private static final int MAX_SLOT_NAME = 63;
    private static final String RESERVED = "__patroni_strict_sync_replica_placeholder__";

    /**
     * @throws IllegalArgumentException if the name cannot be a member's
     */
    public MemberName {
        if (!isValid(value))
            throw new IllegalArgumentException(
                    "\""
                            + value
                            + "\" cannot name a member: it must not be blank, hold a slash or be "
                            + RESERVED);
    }

    /** Whether this can name a member: a question, where {@code new} would be a claim. */
    public static boolean isValid(String value) {
        return !value.isBlank() && value.indexOf('/') < 0 && !value.equals(RESERVED);
    }

    /**
     * The name of the replication slot every node keeps for this member: lower case, {@code -} and
     * {@code .} become {@code _}, anything else outside {@code [a-z0-9_]} becomes {@code u} and its
     * code point in four decimal digits, cut to 63 characters. It is the rule of Patroni, so that
     * mixed clusters agree.
     */
    public String slotName() {
        var slot = new StringBuilder();
        value.toLowerCase(Locale.ROOT)
                .codePoints()
                .forEach(c -> {
                    if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_')
                        slot.appendCodePoint(c);
                    else if (c == '-' || c == '.') slot.append('_');
                    else slot.append("u%04d".formatted(c));
                });
        return slot.length() > MAX_SLOT_NAME ? slot.substring(0, MAX_SLOT_NAME) : slot.toString();
    }

    @Override
    public int compareTo(MemberName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
