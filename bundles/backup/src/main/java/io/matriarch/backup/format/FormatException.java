package io.matriarch.backup.format;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A text of the repository is not what its format wants: damaged, cut short, or of another format.
 */
public final class FormatException extends MatriarchException {
    @Serial private static final long serialVersionUID = 1L;

    public FormatException(String message, String hint) {
        this(message, hint, null);
    }

    public FormatException(String message, String hint, @Nullable Throwable cause) {
        super(Code.REPOSITORY, message, hint, cause);
    }

    /** The same, with the place in front. */
    FormatException at(String place) {
        return new FormatException(place + ": " + getMessage(), hint(), this);
    }
}
