package io.matriarch.schedule.core;

import java.text.ParseException;
import java.util.List;
import java.util.TimeZone;
import org.quartz.CronExpression;

/** Reads Quartz' cron form and says which field is wrong, which Quartz itself does not. */
public final class Cron {
    private static final List<String> FIELDS =
            List.of("second", "minute", "hour", "day-of-month", "month", "day-of-week", "year");
    private static final int DAY_OF_MONTH = 3;
    private static final int DAY_OF_WEEK = 5;
    private static final String FORM =
            "expected \"second minute hour day-of-month month day-of-week [year]\", such as \"0 30 2 ?"
                    + " * SUN\"";

    private Cron() {}

    /**
     * @throws IllegalArgumentException names the field, its value and what Quartz says of it
     */
    public static CronExpression parse(String expression, TimeZone zone) {
        String[] fields = expression.strip().split("\\s+", -1);
        if (fields.length < 6 || fields.length > 7)
            throw new IllegalArgumentException(
                    "cron expression \"%s\" has %d fields; %s"
                            .formatted(expression, expression.isBlank() ? 0 : fields.length, FORM));
        for (int i = 0; i < fields.length; i++) checkField(expression, i, fields[i]);
        boolean anyMonthDay = fields[DAY_OF_MONTH].equals("?");
        boolean anyWeekDay = fields[DAY_OF_WEEK].equals("?");
        if (anyMonthDay == anyWeekDay)
            throw new IllegalArgumentException(
                    "cron expression \"%s\": exactly one of day-of-month (\"%s\") and day-of-week (\"%s\") must be \"?\""
                            .formatted(expression, fields[DAY_OF_MONTH], fields[DAY_OF_WEEK]));
        try {
            var cron = new CronExpression(expression.strip());
            cron.setTimeZone(zone);
            return cron;
        } catch (ParseException e) {
            throw new IllegalArgumentException(
                    "cron expression \"%s\": %s".formatted(expression, e.getMessage()), e);
        }
    }

    /** One field alone among harmless others: if that fails, this field is to blame. */
    private static void checkField(String expression, int index, String value) {
        String[] probe = {"0", "0", "0", "*", "*", "?", "*"};
        if (index == DAY_OF_WEEK && !value.equals("?")) probe[DAY_OF_MONTH] = "?";
        if (index == DAY_OF_MONTH && value.equals("?")) probe[DAY_OF_WEEK] = "*";
        probe[index] = value;
        try {
            new CronExpression(String.join(" ", probe));
        } catch (ParseException | RuntimeException e) { // Quartz leaks index errors on odd input
            throw new IllegalArgumentException(
                    "%s \"%s\" of cron expression \"%s\" is wrong: %s"
                            .formatted(FIELDS.get(index), value, expression, e.getMessage()),
                    e);
        }
    }
}
