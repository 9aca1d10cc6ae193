package io.matriarch.management.jmx;

import io.matriarch.failover.api.Answer;
import io.matriarch.management.core.Neighbours;
import java.util.List;

final class SchedulesBean implements SchedulesMXBean {
    private final Neighbours neighbours;

    SchedulesBean(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    @Override
    public List<Views.Schedule> getSchedules() {
        return Calls.get(
                () -> neighbours.schedules().list().stream().map(Views.Schedule::of).toList());
    }

    @Override
    public Views.Outcome cancel(String name) {
        return Calls.perform(() ->
                neighbours.schedules().cancel(name)
                        ? new Answer(200, "schedule \"" + name + "\" is cancelled")
                        : new Answer(404, "there is no schedule \"" + name + "\""));
    }
}
