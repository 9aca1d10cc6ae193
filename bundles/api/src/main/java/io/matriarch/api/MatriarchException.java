package io.matriarch.api;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A failure a person can act on: what happened, its code, and what to do about it. */
public class MatriarchException extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    private final Code code;
    private final String hint;

    /**
     * @param message names the value and the place
     * @param hint what would be right, or the first thing to look at; a sentence
     */
    public MatriarchException(Code code, String message, String hint) {
        this(code, message, hint, null);
    }

    public MatriarchException(Code code, String message, String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.hint = hint;
    }

    public Code code() {
        return code;
    }

    public String hint() {
        return hint;
    }
}
