package io.matriarch.postgres.api;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** PostgreSQL or one of its programs did not do what was asked; the message holds its own words. */
public final class PostgresException extends MatriarchException {
    @Serial private static final long serialVersionUID = 1L;

    public PostgresException(Code code, String message, String hint) {
        super(code, message, hint);
    }

    public PostgresException(Code code, String message, String hint, @Nullable Throwable cause) {
        super(code, message, hint, cause);
    }
}
