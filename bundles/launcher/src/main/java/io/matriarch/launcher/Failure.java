package io.matriarch.launcher;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why the launcher ends.
 *
 * @param hint empty if there is none
 */
record Failure(Code code, String message, String hint) {

    static Failure of(Throwable thrown) {
        return known(thrown)
                .orElseGet(() ->
                        new Failure(
                                Code.INTERNAL,
                                thrown.toString(),
                                "this is a defect of Matriarch: please report it with the"
                                        + " log"));
    }

    /** Empty unless a {@link MatriarchException} is among the causes. */
    static Optional<Failure> known(Throwable thrown) {
        for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof MatriarchException ours)
                return Optional.of(new Failure(ours.code(), text(ours), ours.hint()));
            var foreign = foreign(cause);
            if (foreign.isPresent()) return foreign;
        }
        return Optional.empty();
    }

    /** A component's exception is of the same name, from the api bundle's own class loader. */
    private static Optional<Failure> foreign(Throwable cause) {
        for (Class<?> type = cause.getClass(); type != null; type = type.getSuperclass()) {
            if (!type.getName().equals(MatriarchException.class.getName())) continue;
            try {
                var code = (Enum<?>) type.getMethod("code").invoke(cause);
                var hint = (String) type.getMethod("hint").invoke(cause);
                return Optional.of(new Failure(Code.valueOf(code.name()), text(cause), hint));
            } catch (ReflectiveOperationException | IllegalArgumentException e) {
                return Optional.of(new Failure(Code.INTERNAL, text(cause), e.toString()));
            }
        }
        return Optional.empty();
    }

    private static String text(Throwable thrown) {
        return Optional.ofNullable(thrown.getMessage()).orElse(thrown.toString());
    }

    @Override
    public String toString() {
        return "matriarch: "
                + message
                + (hint.isEmpty() ? "" : "\nHINT: " + hint)
                + "\n(exit code "
                + code.exitStatus()
                + ", "
                + code
                + ")";
    }
}
