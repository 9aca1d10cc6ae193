package io.matriarch.management.jmx;

import java.util.List;

@Description("Who asked this member to change what, by REST and by JMX, and what came of it")
public interface AuditMXBean {
    @Description("Entries since a time, oldest first; of many, the newest 1,000")
    @Impact(value = Impact.READS, role = "operator")
    List<PastViews.Change> since(
            @Description("A time with its zone, such as 2026-11-25T02:30:00Z") String time);
}
