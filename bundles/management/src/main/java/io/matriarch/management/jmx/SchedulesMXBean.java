package io.matriarch.management.jmx;

import java.util.List;

@Description("What runs when on this node, and how it last ended")
public interface SchedulesMXBean {
    @Description("All schedules by name; single runs that are over stay for a while")
    List<Views.Schedule> getSchedules();

    @Description("Forgets a schedule; who made it may make it again")
    @Impact(Impact.CHANGES)
    Views.Outcome cancel(@Description("As listed in Schedules") String name);
}
