package io.matriarch.management.jmx;

import java.util.List;

@Description("Schedules of which one member of the cluster runs each, as the store knows them")
public interface ClusterJobsMXBean {
    @Description("Every configured schedule: when it comes due, and its newest run")
    List<Views.ClusterJob> getJobs();

    @Description(value = "How many are running, on whatever member", units = "runs")
    int getRunningCount();

    @Description("Runs of a schedule that ended, newest first")
    @Impact(Impact.READS)
    List<Views.JobRun> history(@Description("As listed in Jobs") String schedule);

    @Description("Runs a schedule now on this member; its next time stays as it is")
    @Impact(Impact.CHANGES)
    Views.Outcome start(@Description("As listed in Jobs") String schedule);

    @Description("Only says whether start would begin it")
    @Impact(Impact.READS)
    Views.Outcome startDryRun(@Description("As listed in Jobs") String schedule);

    @Description("Stops a run on whatever member it is; it may take some seconds")
    @Impact(Impact.CHANGES)
    Views.Outcome stop(@Description("As listed in Jobs") String schedule);
}
