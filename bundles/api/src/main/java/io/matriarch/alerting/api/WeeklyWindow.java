package io.matriarch.alerting.api;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A time that comes again every week, such as {@code sun 02:00-04:00 Europe/Berlin} or {@code
 * mon-fri 22:00-01:00}.
 *
 * @param days on which it begins
 * @param to if not after {@code from}, of the next day
 */
public record WeeklyWindow(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {
    private static final Pattern FORM =
            Pattern.compile(
                    "\\s*([a-zA-Z,\\-]+)\\s+(\\d{1,2}:\\d{2})\\s*-\\s*(\\d{1,2}:\\d{2})(?:\\s+(\\S+))?\\s*");
    private static final List<String> NAMES =
            List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    public WeeklyWindow {
        days = Set.copyOf(days);
    }

    /**
     * @param standard the zone if none is given
     * @throws IllegalArgumentException names what is wrong with it
     */
    public static WeeklyWindow parse(String text, ZoneId standard) {
        var match = FORM.matcher(text);
        if (!match.matches())
            throw new IllegalArgumentException(
                    "\""
                            + text
                            + "\" is not DAYS FROM-TO [ZONE], such as sun 02:00-04:00"
                            + " Europe/Berlin");
        try {
            return new WeeklyWindow(
                    days(match.group(1)),
                    time(match.group(2)),
                    time(match.group(3)),
                    match.group(4) == null ? standard : ZoneId.of(match.group(4)));
        } catch (java.time.DateTimeException e) {
            throw new IllegalArgumentException("\"" + text + "\": " + e.getMessage(), e);
        }
    }

    private static LocalTime time(String text) throws DateTimeParseException {
        return LocalTime.parse(text.length() == 4 ? "0" + text : text);
    }

    private static Set<DayOfWeek> days(String text) {
        var days = EnumSet.noneOf(DayOfWeek.class);
        for (var part : text.toLowerCase(Locale.ROOT).split(",")) {
            var ends = part.split("-", 2);
            if (part.equals("daily")) days.addAll(EnumSet.allOf(DayOfWeek.class));
            else {
                int first = day(ends[0]);
                int last = day(ends[ends.length - 1]);
                for (int day = first; ; day = (day + 1) % 7) {
                    days.add(DayOfWeek.of(day + 1));
                    if (day == last) break;
                }
            }
        }
        return days;
    }

    private static int day(String name) {
        int day = name.length() < 3 ? -1 : NAMES.indexOf(name.substring(0, 3));
        if (day < 0)
            throw new IllegalArgumentException(
                    "\"" + name + "\" is no day: " + String.join(", ", NAMES) + " or daily");
        return day;
    }

    public boolean open(Instant now) {
        var here = now.atZone(zone);
        var time = here.toLocalTime();
        boolean overnight = !to.isAfter(from);
        boolean today = days.contains(here.getDayOfWeek());
        if (!overnight) return today && !time.isBefore(from) && time.isBefore(to);
        boolean yesterday = days.contains(here.getDayOfWeek().minus(1));
        return today && !time.isBefore(from) || yesterday && time.isBefore(to);
    }
}
