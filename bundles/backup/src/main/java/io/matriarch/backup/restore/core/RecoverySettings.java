package io.matriarch.backup.restore.core;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How the restored server recovers: settings of {@code postgresql.auto.conf} and a signal file,
 * PostgreSQL 12 and newer.
 *
 * @param settings in the order they are written
 * @param signalFile {@code recovery.signal} or {@code standby.signal}; empty: none
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-wal.html">Recovery
 *     targets</a>
 */
public record RecoverySettings(Map<String, String> settings, Optional<String> signalFile) {
    private static final String HEAD = "# Recovery settings by Matriarch's restore of ";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS'+00'");

    /** What the server becomes. */
    public enum Role {
        /** Ends recovery at the target. */
        PRIMARY,
        /** Goes on as a standby. */
        STANDBY,
        /** Crash recovery only, with the WAL that is in the data directory. */
        NONE
    }

    /** What happens at the target. */
    public enum Action {
        PAUSE,
        PROMOTE,
        SHUTDOWN;

        String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * How recovery is wanted.
     *
     * @param restoreCommand as PostgreSQL runs it, with {@code %f} and {@code %p}
     * @param archiveOff the restored server archives nothing, such as one for a look
     */
    public record Wish(
            RestoreTarget target,
            TargetTimeline timeline,
            Role role,
            Action action,
            String restoreCommand,
            boolean archiveOff) {}

    public static RecoverySettings of(Wish wish) {
        var settings = new LinkedHashMap<String, String>();
        if (wish.role != Role.NONE) {
            settings.put("restore_command", wish.restoreCommand);
            target(wish.target, settings);
            settings.put("recovery_target_timeline", timeline(wish));
            if (!(wish.target instanceof RestoreTarget.Latest) && wish.role == Role.PRIMARY)
                settings.put("recovery_target_action", wish.action.text());
        }
        if (wish.archiveOff) settings.put("archive_mode", "off");
        return new RecoverySettings(settings, signal(wish.role));
    }

    private static void target(RestoreTarget target, Map<String, String> settings) {
        switch (target) {
            case RestoreTarget.Latest _ -> {}
            case RestoreTarget.Immediate _ -> settings.put("recovery_target", "immediate");
            case RestoreTarget.Time(var at, var inclusive) -> {
                settings.put("recovery_target_time", time(at));
                inclusive(settings, inclusive);
            }
            case RestoreTarget.Position(var lsn, var inclusive) -> {
                settings.put("recovery_target_lsn", lsn.toString());
                inclusive(settings, inclusive);
            }
            case RestoreTarget.Transaction(var xid, var inclusive) -> {
                settings.put("recovery_target_xid", xid);
                inclusive(settings, inclusive);
            }
            case RestoreTarget.Point(var name) -> settings.put("recovery_target_name", name);
        }
    }

    private static String time(Instant at) {
        return TIME.format(at.atOffset(ZoneOffset.UTC));
    }

    /** On is the default. */
    private static void inclusive(Map<String, String> settings, boolean inclusive) {
        if (!inclusive) settings.put("recovery_target_inclusive", "off");
    }

    /** A consistent state is one on the backup's own timeline. */
    private static String timeline(Wish wish) {
        if (wish.target instanceof RestoreTarget.Immediate) return "current";
        return switch (wish.timeline) {
            case TargetTimeline.Latest _ -> "latest";
            case TargetTimeline.Current _ -> "current";
            case TargetTimeline.Number(int number) -> Integer.toUnsignedString(number);
        };
    }

    private static Optional<String> signal(Role role) {
        return switch (role) {
            case PRIMARY -> Optional.of("recovery.signal");
            case STANDBY -> Optional.of("standby.signal");
            case NONE -> Optional.empty();
        };
    }

    /**
     * The text of {@code postgresql.auto.conf} with these settings at its end. Targets of earlier
     * recoveries become comments: two of them at once would keep the server from starting.
     *
     * @param existing its text so far; empty if there is none
     */
    public String appendTo(String existing, Instant now) {
        var text = new StringBuilder();
        for (String line : existing.lines().toList()) {
            if (isTarget(line)) text.append("# of an earlier recovery: ");
            text.append(line).append('\n');
        }
        if (settings.isEmpty()) return text.toString();
        text.append('\n')
                .append(HEAD)
                .append(now.truncatedTo(java.time.temporal.ChronoUnit.SECONDS))
                .append('\n');
        settings.forEach((key, value) ->
                text.append(key).append(" = '").append(value.replace("'", "''")).append("'\n"));
        return text.toString();
    }

    /** The text of {@code postgresql.auto.conf} without what {@link #appendTo} put at its end. */
    public static String cutFrom(String text) {
        int head = text.lastIndexOf(HEAD);
        return head < 0 ? text : text.substring(0, head).stripTrailing() + "\n";
    }

    private static boolean isTarget(String line) {
        return line.strip().startsWith("recovery_target");
    }
}
