package io.matriarch.schedule.core;

import io.matriarch.schedule.api.ClusterJobs;
import io.matriarch.schedule.api.Schedules.Missed;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Optional;
import java.util.TimeZone;
import org.quartz.CronExpression;

/**
 * A schedule of the cluster.
 *
 * @param cron Quartz' form; empty: it comes due only when somebody asks
 * @param jitter each run begins up to this much later, the same on every member
 */
public record Timetable(
        String name, String task, String cron, ZoneId zone, Duration jitter, Missed missed) {
    private static final Duration FIRST_LOOK_BACK = Duration.ofHours(1);

    /**
     * @throws IllegalArgumentException names the part of the expression that is wrong
     */
    public Timetable {
        if (!cron.isEmpty()) Cron.parse(cron, TimeZone.getTimeZone(zone));
    }

    /** Runs a task when somebody asks for it, and at no other time. */
    public static Timetable onDemand(String task) {
        return new Timetable(
                ClusterJobs.ON_DEMAND + task, task, "", ZoneOffset.UTC, Duration.ZERO, Missed.SKIP);
    }

    /** The next time after {@code instant}, jitter left out. */
    public Optional<Instant> after(Instant instant) {
        return cron.isEmpty() ? Optional.empty() : next(expression(), instant);
    }

    private CronExpression expression() {
        try {
            var expression = new CronExpression(cron);
            expression.setTimeZone(TimeZone.getTimeZone(zone));
            return expression;
        } catch (ParseException e) {
            throw new IllegalStateException("checked before: " + cron, e);
        }
    }

    private static Optional<Instant> next(CronExpression expression, Instant instant) {
        Date date = expression.getNextValidTimeAfter(Date.from(instant));
        return Optional.ofNullable(date).map(Date::toInstant);
    }

    /** The newest time after {@code from} that is not after {@code now}. */
    public Optional<Instant> newestWithin(Instant from, Instant now) {
        if (cron.isEmpty()) return Optional.empty();
        var expression = expression();
        for (Duration back = FIRST_LOOK_BACK; ; back = back.multipliedBy(4)) {
            Instant begin = now.minus(back).isAfter(from) ? now.minus(back) : from;
            Optional<Instant> newest = Optional.empty();
            for (var time = next(expression, begin);
                    time.isPresent() && !time.get().isAfter(now);
                    time = next(expression, time.get())) newest = time;
            if (newest.isPresent() || begin.equals(from)) return newest;
        }
    }

    /** When the run of that time begins: by chance, and yet the same wherever it is asked. */
    public Instant withJitter(Instant due) {
        if (jitter.isZero()) return due;
        long mixed = (name + due.getEpochSecond()).hashCode() * 0x9E3779B97F4A7C15L;
        double part = (mixed >>> 11) / (double) (1L << 53);
        return due.plusMillis((long) (jitter.toMillis() * part));
    }
}
