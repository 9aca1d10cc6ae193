package io.matriarch.management.jmx;

import java.util.List;

@Description("Failovers, switchovers, outages and the like that this node saw")
public interface EventsMXBean {
    @Description("Those of the last 30 days, the newest first; at most 200")
    List<PastViews.Occurrence> getRecent();

    @Description("The events that ended since a time, oldest first")
    @Impact(Impact.READS)
    List<PastViews.Occurrence> since(
            @Description("A time with its zone, such as 2026-11-25T02:30:00Z") String time);
}
