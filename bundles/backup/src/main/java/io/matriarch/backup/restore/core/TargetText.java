package io.matriarch.backup.restore.core;

import io.matriarch.api.Code;
import io.matriarch.api.Lsn;
import io.matriarch.api.MatriarchException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads where a restore shall end, and on which timeline, as people write it. */
public final class TargetText {
    private static final String FORMS =
            "expected latest, immediate, an instant with its zone such as 2026-11-30T02:00:00Z or"
                    + " 2026-11-30T03:00:00+01:00, lsn=0/3000060, xid=741 or name=POINT";

    private TargetText() {}

    /**
     * @throws MatriarchException {@code USAGE}
     */
    public static RestoreTarget target(String text) throws MatriarchException {
        try {
            return parse(text.strip());
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new MatriarchException(
                    Code.USAGE, "target \"%s\" is not understood".formatted(text), FORMS, e);
        }
    }

    private static RestoreTarget parse(String text) {
        if (text.equals("latest")) return new RestoreTarget.Latest();
        if (text.equals("immediate")) return new RestoreTarget.Immediate();
        int equals = text.indexOf('=');
        String value = text.substring(equals + 1);
        return switch (equals < 0 ? "time" : text.substring(0, equals)) {
            case "lsn" -> new RestoreTarget.Position(Lsn.parse(value), true);
            case "xid" -> new RestoreTarget.Transaction(value, true);
            case "name" -> new RestoreTarget.Point(value);
            case "time" -> new RestoreTarget.Time(time(value), true);
            default -> throw new IllegalArgumentException(text);
        };
    }

    /** A zone is a must: an hour more or less is what people restore for. */
    private static Instant time(String text) {
        return OffsetDateTime.parse(text.replaceFirst("^(\\S{10}) ", "$1T")).toInstant();
    }

    /**
     * @param text empty: the latest
     * @throws MatriarchException {@code USAGE}
     */
    public static TargetTimeline timeline(Optional<String> text) throws MatriarchException {
        String wanted = text.map(String::strip).orElse("latest");
        if (wanted.equals("latest")) return new TargetTimeline.Latest();
        if (wanted.equals("current")) return new TargetTimeline.Current();
        try {
            int number = Integer.parseInt(wanted);
            if (number >= 1) return new TargetTimeline.Number(number);
        } catch (NumberFormatException e) {
            throw unknown(wanted, e);
        }
        throw unknown(wanted, null);
    }

    private static MatriarchException unknown(String text, @Nullable Exception cause) {
        return new MatriarchException(
                Code.USAGE,
                "timeline \"%s\" is not understood".formatted(text),
                "expected latest, current (the backup's own) or a number from 1",
                cause);
    }
}
