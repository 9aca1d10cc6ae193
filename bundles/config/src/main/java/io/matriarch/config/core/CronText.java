package io.matriarch.config.core;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Cron expressions: the five fields everybody knows, or Quartz' six or seven with seconds before
 * them and a year behind. Both become Quartz' form.
 */
final class CronText {
    private static final List<String> FIELDS =
            List.of("second", "minute", "hour", "day of month", "month", "day of week", "year");
    private static final int[] LOWEST = {0, 0, 0, 1, 1, 1, 1970};
    private static final int[] HIGHEST = {59, 59, 23, 31, 12, 7, 2099};
    private static final int DAY_OF_MONTH = 3;
    private static final int MONTH = 4;
    private static final int DAY_OF_WEEK = 5;
    private static final List<String> MONTHS =
            List.of(
                    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV",
                    "DEC");
    private static final List<String> DAYS =
            List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");
    private static final Map<String, String> NICKNAMES =
            Map.of(
                    "@hourly", "0 0 * * * ?",
                    "@daily", "0 0 0 * * ?",
                    "@weekly", "0 0 0 ? * SUN",
                    "@monthly", "0 0 0 1 * ?");
    private static final Pattern ITEM =
            Pattern.compile("(\\*|[0-9A-Z]+)(?:-([0-9A-Z]+))?(?:/([0-9]+))?");
    private static final Pattern MONTH_DAY = Pattern.compile("\\?|LW?|L-[0-9]{1,2}|[0-9]{1,2}W");
    private static final Pattern WEEK_DAY =
            Pattern.compile("\\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5])");

    private CronText() {}

    /** The expression in Quartz' form, or what is wrong with it. */
    sealed interface Read {
        record Good(String quartz) implements Read {}

        record Bad(String why, String hint) implements Read {}
    }

    static Read read(String text) {
        String stripped = text.strip();
        String nickname = NICKNAMES.get(stripped);
        if (nickname != null) return new Read.Good(nickname);
        String[] fields = stripped.toUpperCase(Locale.ROOT).split("\\s+");
        if (fields.length == 5) return unix(fields);
        if (fields.length == 6 || fields.length == 7) return quartz(fields);
        return new Read.Bad(
                "has " + (stripped.isEmpty() ? 0 : fields.length) + " fields",
                "Write minute, hour, day of month, month and day of week, such as 30 1 * * SUN");
    }

    private static Read unix(String[] five) {
        String[] six = new String[6];
        six[0] = "0";
        System.arraycopy(five, 0, six, 1, 5);
        boolean anyMonthDay = isAny(six[DAY_OF_MONTH]);
        boolean anyWeekDay = isAny(six[DAY_OF_WEEK]);
        if (!anyMonthDay && !anyWeekDay)
            return new Read.Bad(
                    "names both a day of month and a day of week",
                    "Write two schedules, or * for one");
        for (int i = 1; i < six.length; i++) {
            String wrong = wrong(six[i], i, i == DAY_OF_WEEK ? 0 : LOWEST[i], HIGHEST[i]);
            if (!wrong.isEmpty()) return new Read.Bad(wrong, "");
        }
        if (anyWeekDay) {
            six[DAY_OF_WEEK] = "?";
            six[DAY_OF_MONTH] = "*";
            if (!anyMonthDay) six[DAY_OF_MONTH] = five[2];
        } else {
            six[DAY_OF_MONTH] = "?";
            six[DAY_OF_WEEK] = daysByName(six[DAY_OF_WEEK]);
        }
        return new Read.Good(String.join(" ", six));
    }

    private static boolean isAny(String field) {
        return field.equals("*") || field.equals("?");
    }

    /** Sunday is 0 or 7 there and 1 in Quartz; names mean the same in both. */
    private static String daysByName(String field) {
        var named = new StringBuilder();
        int step = field.indexOf('/');
        String days = step < 0 ? field : field.substring(0, step);
        for (int i = 0; i < days.length(); i++) {
            char c = days.charAt(i);
            boolean single =
                    Character.isDigit(c)
                            && (i == 0 || !Character.isLetterOrDigit(days.charAt(i - 1)));
            if (single) named.append(DAYS.get((c - '0') % 7));
            else named.append(c);
        }
        return named + (step < 0 ? "" : field.substring(step));
    }

    private static Read quartz(String[] fields) {
        for (int i = 0; i < fields.length; i++) {
            if (i == DAY_OF_MONTH && MONTH_DAY.matcher(fields[i]).matches()) continue;
            if (i == DAY_OF_WEEK && WEEK_DAY.matcher(fields[i]).matches()) continue;
            String wrong = wrong(fields[i], i, LOWEST[i], HIGHEST[i]);
            if (!wrong.isEmpty()) return new Read.Bad(wrong, "");
        }
        boolean anyMonthDay = fields[DAY_OF_MONTH].equals("?");
        if (anyMonthDay == fields[DAY_OF_WEEK].equals("?"))
            return new Read.Bad(
                    "must have ? as day of month or as day of week, and not as both",
                    "Such as 0 30 1 ? * SUN; or write the five fields of cron");
        return new Read.Good(String.join(" ", fields));
    }

    private static String wrong(String field, int index, int lowest, int highest) {
        if (field.equals("?") && (index == DAY_OF_MONTH || index == DAY_OF_WEEK)) return "";
        for (String item : field.split(",", -1)) {
            var match = ITEM.matcher(item);
            if (!match.matches()) return told(item, index, "is not understood");
            for (int group = 1; group <= 2; group++) {
                String value = match.group(group);
                if (value == null || value.equals("*")) continue;
                int number = number(value, index);
                if (number < lowest || number > highest)
                    return told(value, index, "is not from " + lowest + " to " + highest);
            }
            if (match.group(3) != null && Integer.parseInt(match.group(3)) == 0)
                return told(item, index, "has a step of 0");
        }
        return "";
    }

    private static String told(String value, int index, String what) {
        return FIELDS.get(index) + " \"" + value + "\" " + what;
    }

    private static int number(String value, int index) {
        if (value.matches("[0-9]{1,4}")) return Integer.parseInt(value);
        int named =
                index == MONTH
                        ? MONTHS.indexOf(value)
                        : index == DAY_OF_WEEK ? DAYS.indexOf(value) : -1;
        return named < 0 ? -1 : named + 1;
    }
}
