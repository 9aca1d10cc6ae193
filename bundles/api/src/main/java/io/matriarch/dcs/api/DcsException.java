package io.matriarch.dcs.api;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The store did not do what was asked, or nobody knows whether it did. */
public final class DcsException extends MatriarchException {
    @Serial private static final long serialVersionUID = 1L;

    /** What became of the request. */
    public enum Fate {
        /** The store did not carry it out. */
        NOT_DONE,
        /** It may have been carried out, now or a moment later: read again before acting. */
        UNKNOWN
    }

    private final Fate fate;

    public DcsException(
            Code code, Fate fate, String message, String hint, @Nullable Throwable cause) {
        super(code, message, hint, cause);
        this.fate = fate;
    }

    public Fate fate() {
        return fate;
    }
}
