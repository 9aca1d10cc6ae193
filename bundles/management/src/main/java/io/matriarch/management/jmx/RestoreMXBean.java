package io.matriarch.management.jmx;

import java.util.List;

@Description("Restores to directories of this node")
public interface RestoreMXBean {
    @Description("Since the agent's start, newest first; the last 20")
    List<Views.Restore> getRestores();

    @Description(value = "How many are not over", units = "restores")
    int getRunningCount();

    @Description("Says how a restore would go; touches nothing")
    @Impact(Impact.READS)
    Views.RestorePlan plan(
            @Description("latest, immediate, an instant with its zone, lsn=, xid= or name=")
                    String target,
            @Description("Absolute; not the member's own") String directory,
            @Description("latest, current or a number; empty: latest") String timeline,
            @Description("Label; empty: the newest that leads to the target") String backup,
            @Description("A directory for all tablespaces; empty: where they were")
                    String tablespaces,
            @Description("Databases that come back, separated by commas; empty: all")
                    String databases,
            @Description("A stopped cluster of the same system id may be there") boolean delta);

    @Description("Restores; the job ends with it")
    @Impact(Impact.CHANGES)
    JobView restore(
            @Description("latest, immediate, an instant with its zone, lsn=, xid= or name=")
                    String target,
            @Description("Absolute; not the member's own") String directory,
            @Description("latest, current or a number; empty: latest") String timeline,
            @Description("Label; empty: the newest that leads to the target") String backup,
            @Description("A directory for all tablespaces; empty: where they were")
                    String tablespaces,
            @Description("Databases that come back, separated by commas; empty: all")
                    String databases,
            @Description("A stopped cluster of the same system id may be there") boolean delta);

    @Description("Ends one; it can be restored over with delta")
    @Impact(Impact.CHANGES)
    Views.Outcome cancel(@Description("As listed in Restores") String id);
}
