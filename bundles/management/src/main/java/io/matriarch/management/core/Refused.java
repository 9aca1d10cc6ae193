package io.matriarch.management.core;

import io.matriarch.api.MatriarchException;
import java.io.Serial;

/** A request that is not carried out, in the shape every surface shows: status, text, hint. */
public final class Refused extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    private final int status;
    private final String text;
    private final String hint;

    /**
     * @param status HTTP's number
     * @param text what is wrong, with the value and its place
     * @param hint what would be right; may be empty
     */
    public Refused(int status, String text, String hint) {
        super(hint.isEmpty() ? text : text + " (" + hint + ")");
        this.status = status;
        this.text = text;
        this.hint = hint;
    }

    public static Refused malformed(String text, String hint) {
        return new Refused(400, text, hint);
    }

    /** What a neighbour refused or could not do. */
    public static Refused of(MatriarchException e) {
        int status =
                switch (e.code()) {
                    case USAGE -> 400;
                    case REFUSED, RESTORE -> 412;
                    case DCS_UNREACHABLE, STORAGE_UNREACHABLE, UNKNOWN_OUTCOME -> 503;
                    default -> 500;
                };
        return new Refused(status, String.valueOf(e.getMessage()), e.hint());
    }

    public int status() {
        return status;
    }

    public String text() {
        return text;
    }

    public String hint() {
        return hint;
    }
}
