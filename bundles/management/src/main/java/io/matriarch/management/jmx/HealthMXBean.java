package io.matriarch.management.jmx;

import java.util.List;

@Description("Whether this node is alive, ready, and safe to restart")
public interface HealthMXBean {
    @Description("Whether the agent does its work: ok, warning or critical")
    String getLiveness();

    @Description("Whether this node does for clients what it is there for: ok, warning or critical")
    String getReadiness();

    @Description("Whether this node could be restarted now without harm: ok, warning or critical")
    String getRestart();

    @Description("Every check of the three, with its reason")
    List<PastViews.Check> getChecks();
}
