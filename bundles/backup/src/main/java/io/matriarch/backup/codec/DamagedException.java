package io.matriarch.backup.codec;

import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Stored bytes are not what the format says they are: flipped, cut short, or encrypted with another
 * passphrase. Whoever knows the file's name adds it.
 */
public final class DamagedException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    public DamagedException(String message) {
        super(message);
    }

    public DamagedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
