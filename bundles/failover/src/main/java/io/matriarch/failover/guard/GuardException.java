package io.matriarch.failover.guard;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The guard could not be started, did not answer in time or refused. Unless it refused, it may have
 * carried out what was asked all the same.
 */
public final class GuardException extends MatriarchException {
    @Serial private static final long serialVersionUID = 1L;

    GuardException(String message, String hint) {
        this(message, hint, null);
    }

    GuardException(String message, String hint, @Nullable Throwable cause) {
        super(Code.GUARD, message, hint, cause);
    }
}
