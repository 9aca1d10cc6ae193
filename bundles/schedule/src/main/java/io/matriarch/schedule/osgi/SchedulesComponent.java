package io.matriarch.schedule.osgi;

import io.matriarch.schedule.api.Schedules;
import io.matriarch.schedule.quartz.QuartzSchedules;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Immediate: schedules live in this instance, and a delayed one would die with its last user. */
@Component(immediate = true)
public final class SchedulesComponent implements Schedules {
    private final QuartzSchedules schedules;

    @Activate
    public SchedulesComponent(BundleContext context) {
        schedules = new QuartzSchedules(new RegisteredTasks(context));
    }

    @Deactivate
    public void stop() {
        schedules.close();
    }

    @Override
    public void at(String name, Instant when, String task) {
        schedules.at(name, when, task);
    }

    @Override
    public void cron(String name, String expression, ZoneId zone, Missed missed, String task) {
        schedules.cron(name, expression, zone, missed, task);
    }

    @Override
    public boolean cancel(String name) {
        return schedules.cancel(name);
    }

    @Override
    public List<Entry> list() {
        return schedules.list();
    }
}
