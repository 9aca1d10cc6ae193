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

    /** Whether the guard refused because there is no such postmaster (any more). */
    public boolean meansGone() {
        return processGone(String.valueOf(getMessage()));
    }

    static boolean processGone(String answer) {
        return answer.contains("ERR no process ")
                || answer.contains(" has exited")
                || answer.contains(" started at tick ");
    }
}
