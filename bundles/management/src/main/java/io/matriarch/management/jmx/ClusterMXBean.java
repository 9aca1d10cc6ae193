package io.matriarch.management.jmx;

import java.util.List;

@Description("The cluster as the store shows it, and what can be done to it as a whole")
public interface ClusterMXBean {
    @Description("The cluster's name")
    String getScope();

    @Description("PostgreSQL's system identifier; empty until the cluster is initialised")
    String getSystemId();

    @Description("Who leads; empty if nobody does")
    String getLeader();

    @Description("Whether the agents only watch and do nothing")
    boolean isPaused();

    @Description("The switchover that waits for its time, as a sentence; empty if none")
    String getScheduledSwitchover();

    @Description("The member table")
    List<Views.Member> getMembers();

    @Description(value = "The store's revision this view is of", units = "revision")
    long getStoreRevision();

    @Description(value = "How old this view is", units = "ms")
    long getAgeMillis();

    @Description("All of one instant; read this one to compare figures with each other")
    Views.Cluster getSnapshot();

    @Description("The timeline history as JSON, as Patroni keeps it")
    String getHistory();

    @Description("The dynamic configuration as JSON; empty if the store has none")
    String getConfig();

    @Description("Hands leadership over in order; a job, see the Jobs MBean")
    @Impact(Impact.CHANGES)
    JobView switchover(
            @Description("Who leads now, so that a request based on an old view is refused")
                    String leader,
            @Description("Who shall lead; empty: the best") String candidate,
            @Description("When, such as 2026-11-23T02:30:00Z; empty: now") String at);

    @Description("Says whether a switchover would be done, and does nothing")
    @Impact(Impact.READS)
    Views.Outcome switchoverDryRun(
            @Description("Who leads now") String leader,
            @Description("Who shall lead; empty: the best") String candidate,
            @Description("When, such as 2026-11-23T02:30:00Z; empty: now") String at);

    @Description("Makes a member the leader, also if there is none now; a job, see the Jobs MBean")
    @Impact(Impact.CHANGES)
    JobView failover(@Description("Who shall lead") String candidate);

    @Description("Says whether a failover would be done, and does nothing")
    @Impact(Impact.READS)
    Views.Outcome failoverDryRun(@Description("Who shall lead") String candidate);

    @Description("Forgets a scheduled switchover")
    @Impact(Impact.CHANGES)
    Views.Outcome cancelSwitchover();

    @Description(
            "Ends the following of a standby cluster: its leader is promoted; a job, see the Jobs"
                    + " MBean")
    @Impact(value = Impact.CHANGES, role = "admin")
    JobView promoteCluster();

    @Description("Says whether the standby cluster would be promoted, and does nothing")
    @Impact(Impact.READS)
    Views.Outcome promoteClusterDryRun();

    @Description(
            "Makes the cluster follow another: its leader sends out its WAL and stops taking writes;"
                    + " a job, see the Jobs MBean")
    @Impact(value = Impact.CHANGES, role = "admin")
    JobView demoteCluster(
            @Description("Of the other cluster's primary; several separated by commas; empty: none")
                    String host,
            @Description("One for all hosts, or one for each; empty: 5432") String port,
            @Description("Fetches WAL from the other cluster's archive; empty: none")
                    String restoreCommand,
            @Description("Replication slot of the other cluster to stream by; empty: none")
                    String primarySlotName);

    @Description("Says whether the cluster would be demoted, and does nothing")
    @Impact(Impact.READS)
    Views.Outcome demoteClusterDryRun(
            @Description("Of the other cluster's primary; several separated by commas; empty: none")
                    String host,
            @Description("One for all hosts, or one for each; empty: 5432") String port,
            @Description("Fetches WAL from the other cluster's archive; empty: none")
                    String restoreCommand,
            @Description("Replication slot of the other cluster to stream by; empty: none")
                    String primarySlotName);

    @Description(
            "A restored directory takes the place of this leader's data, the other members are"
                    + " brought onto it; a job, see the Jobs MBean")
    @Impact(value = Impact.CHANGES, role = "admin")
    JobView replaceData(
            @Description("Beside the leader's data directory; empty: DIR.replacement")
                    String directory);

    @Description("Says whether the data would be replaced, and does nothing")
    @Impact(Impact.READS)
    Views.Outcome replaceDataDryRun(
            @Description("Beside the leader's data directory; empty: DIR.replacement")
                    String directory);

    @Description("Takes a replacement of the data back, as long as the old data is in place")
    @Impact(value = Impact.CHANGES, role = "admin")
    Views.Outcome cancelReplacement(
            @Description("Also if the member that carries it out is lost, with what it wrote since")
                    boolean force);

    @Description("From now on the agents watch and do nothing; the guards stand down")
    @Impact(Impact.CHANGES)
    Views.Outcome pause();

    @Description("The agents act again")
    @Impact(Impact.CHANGES)
    Views.Outcome resume();

    @Description("Merges a JSON object into the dynamic configuration; null deletes a key")
    @Impact(value = Impact.CHANGES, role = "admin")
    Views.Outcome patchConfig(
            @Description("Such as {\"postgresql\":{\"parameters\":{\"work_mem\":\"8MB\"}}}")
                    String json);

    @Description("Shows the dynamic configuration as it would be, and changes nothing")
    @Impact(Impact.READS)
    Views.Outcome patchConfigDryRun(@Description("A JSON object to merge") String json);
}
