package io.matriarch.storage.api;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A directory or bucket did not do what it was asked; the message names it and the path. */
public class StorageException extends MatriarchException {
    @Serial private static final long serialVersionUID = 1L;

    /** What kind of failure, for whoever has to choose what to do next. */
    public enum Fault {
        /** There is no such file, or it ends before the part asked for. */
        NOT_FOUND(Code.REPOSITORY),
        /** No answer, an answer of 5xx, or not in time; trying again later may help. */
        UNREACHABLE(Code.STORAGE_UNREACHABLE),
        /** User, key, rights, region, clock: trying again does not help. */
        DENIED(Code.STORAGE_DENIED),
        /** No room. */
        FULL(Code.STORAGE_FULL),
        /** The answer made no sense, or what was read is not what was stored. */
        BROKEN(Code.REPOSITORY);

        private final Code code;

        Fault(Code code) {
            this.code = code;
        }
    }

    private final Fault fault;

    public StorageException(Fault fault, String message, String hint, @Nullable Throwable cause) {
        super(fault.code, message, hint, cause);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }
}
