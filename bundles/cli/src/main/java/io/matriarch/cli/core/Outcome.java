package io.matriarch.cli.core;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.util.Locale;
import java.util.Optional;

/** What the answer to a changing request means for the exit status. */
public final class Outcome {

    private Outcome() {}

    /**
     * @param status HTTP's
     * @param text of the answer; Patroni uses 503 for "refused", "failed" and "unknown" alike, only
     *     the words tell them apart
     * @return empty if the request was done, or accepted for later
     */
    public static Optional<Code> failure(int status, String text) {
        if (status >= 200 && status < 300) return Optional.empty();
        String words = text.toLowerCase(Locale.ROOT);
        return Optional.of(
                switch (status) {
                    case 400, 411, 422 -> Code.USAGE;
                    case 401, 403, 404, 409, 412, 501 -> Code.REFUSED;
                    case 502, 503 -> unavailable(words);
                    default -> Code.INTERNAL;
                });
    }

    private static Code unavailable(String words) {
        if (words.contains("unknown") || words.contains("may still be in progress"))
            return Code.UNKNOWN_OUTCOME;
        if (words.contains("dcs") || words.contains("store")) return Code.DCS_UNREACHABLE;
        if (words.startsWith("restart failed")) return Code.POSTGRES_CONTROL;
        return Code.REFUSED;
    }

    /**
     * @param what was asked for, such as {@code switchover}
     * @param from whose answer it is
     * @throws MatriarchException unless the answer is a good one
     */
    public static void check(String what, String from, int status, String text)
            throws MatriarchException {
        var failure = failure(status, text);
        if (failure.isPresent())
            throw new MatriarchException(
                    failure.get(),
                    "%s: %s answered %d: %s".formatted(what, from, status, firstLine(text)),
                    hint(status, failure.get()));
    }

    private static String hint(int status, Code code) {
        return switch (status) {
            case 401 ->
                    "set ctl.authentication or restapi.authentication in the file given by --config"
                            + " to the members' user and password";
            case 403 ->
                    "this host is not in the members' restapi.allowlist, or they want a client"
                            + " certificate (ctl.certfile and ctl.keyfile)";
            case 404, 501 ->
                    "there is nothing to do it to, or the member does not know this request";
            case 409 -> "somebody else was faster; look again with: matriarchctl list";
            default ->
                    switch (code) {
                        case UNKNOWN_OUTCOME ->
                                "it may still happen; look with: matriarchctl list, matriarchctl events";
                        case DCS_UNREACHABLE -> "look at the store with: matriarchctl store";
                        default -> "look at the reasons with: matriarchctl events";
                    };
        };
    }

    /** HTML error pages and long texts have no place in a terminal. */
    static String firstLine(String text) {
        String plain =
                text.replaceAll("(?s)<(style|head)\\b.*?</\\1>", " ")
                        .replaceAll("<[^>]*>", " ")
                        .replaceAll("\\s+", " ")
                        .trim();
        if (plain.isEmpty()) return "(nothing more)";
        return plain.length() > 300 ? plain.substring(0, 300) + "..." : plain;
    }
}
