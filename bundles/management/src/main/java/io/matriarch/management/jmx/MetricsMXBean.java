package io.matriarch.management.jmx;

import java.util.List;

@Description("The figures of this node, as /metrics tells them, and their past")
public interface MetricsMXBean {
    @Description("Names of what is kept of this node's past")
    List<String> getSeriesNames();

    @Description("The figures of this moment in Prometheus' text form 0.0.4")
    @Impact(Impact.READS)
    String text(@Description("Only what has this in its name; empty: all") String part);

    @Description("This node's past, averaged to the number of points")
    @Impact(Impact.READS)
    List<PastViews.Past> values(
            @Description("As listed in SeriesNames, separated by commas") String names,
            @Description("From so many seconds ago on, 1 to 7776000") long sinceSeconds,
            @Description("How many values at most, 1 to 2000") long points);
}
