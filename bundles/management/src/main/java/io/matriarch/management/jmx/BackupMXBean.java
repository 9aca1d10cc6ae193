package io.matriarch.management.jmx;

import java.util.List;

@Description(
        "Backups and what lies in the repositories; every look asks them, so look seldom. What is"
                + " asked for runs on the member that is placed best, and ClusterJobs shows it too")
public interface BackupMXBean {
    @Description(
            "Every repository with its backups, oldest first; takes as long as their servers do")
    @Impact(Impact.READS)
    List<Views.BackupRepository> repositories();

    @Description("What the retention of each repository would remove now; removes nothing")
    @Impact(Impact.READS)
    List<Views.Expiry> expiry();

    @Description("Has a backup made; the job ends with it")
    @Impact(Impact.CHANGES)
    JobView backup(
            @Description(
                            "full, diff or incr; what has nothing to build on becomes a full one."
                                    + " Empty: incr")
                    String type);

    @Description("Only says whether a backup of that type would be taken")
    @Impact(Impact.READS)
    Views.Outcome backupDryRun(@Description("full, diff or incr; empty: incr") String type);

    @Description("Compares every file and WAL segment with its checksum; the job ends with it")
    @Impact(Impact.CHANGES)
    JobView verify();

    @Description("Only says whether a comparison would begin")
    @Impact(Impact.READS)
    Views.Outcome verifyDryRun();

    @Description("Applies the retention, as every backup does at its end; expiry shows what goes")
    @Impact(Impact.CHANGES)
    JobView expire();

    @Description("Only says whether the retention would be applied; expiry shows what goes")
    @Impact(Impact.READS)
    Views.Outcome expireDryRun();

    @Description(
            "Restores the newest backup to a scratch directory, starts it, and checks it; the job"
                    + " ends with it")
    @Impact(Impact.CHANGES)
    JobView drill();

    @Description("Only says whether a drill would begin")
    @Impact(Impact.READS)
    Views.Outcome drillDryRun();
}
