package io.matriarch.cli.rest;

import java.io.IOException;
import java.io.Serial;

/** No answer came, or none that HTTP knows. */
public final class HttpException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    private final boolean sent;

    HttpException(String message, boolean sent, Throwable cause) {
        super(message, cause);
        this.sent = sent;
    }

    /**
     * Whether the request may have reached the member. If not, another member can be asked the
     * same; if so, a changing request may have been begun.
     */
    public boolean sent() {
        return sent;
    }
}
