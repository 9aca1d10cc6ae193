package io.matriarch.management.jmx;

import java.util.List;

@Description("Long operations asked for by JMX since this bundle started")
public interface JobsMXBean {
    @Description("The latest 50, oldest first")
    List<JobView> getJobs();

    @Description(value = "How many are not over", units = "jobs")
    int getRunningCount();

    @Description("One job by its id")
    @Impact(Impact.READS)
    JobView job(@Description("As the operation answered it, such as switchover-1") String id);
}
