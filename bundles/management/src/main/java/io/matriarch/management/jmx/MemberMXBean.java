package io.matriarch.management.jmx;

import io.matriarch.failover.api.NodeStatus;
import java.util.List;

@Description("This node: its role, lease and guard, why it decided as it did, what it can be asked")
public interface MemberMXBean {
    @Description("The cluster's name")
    String getScope();

    @Description("This member's name")
    String getName();

    @Description("Of this appliance")
    String getVersion();

    @Description("primary, replica, demoted, promoted or uninitialized")
    String getRole();

    @Description("Of PostgreSQL, in Patroni's words")
    String getState();

    @Description(value = "PostgreSQL's timeline; 0 if unknown", units = "timeline")
    int getTimeline();

    @Description(value = "How far this server has WAL, since its start", units = "bytes")
    long getPositionBytes();

    @Description("Whether this node holds the leader lease")
    boolean isLeader();

    @Description(
            value =
                    "Until this node must have stopped writing unless the lease is renewed; 0 if it"
                            + " does not lead",
            units = "ms")
    long getLeaseLeftMillis();

    @Description("The guard process: armed, standing down, or absent: WHY")
    String getGuard();

    @Description("The long action under way; empty if none")
    String getAction();

    @Description("The latest decision, such as Promote")
    String getLastDecision();

    @Description("The sentence that explains the latest decision")
    String getLastReason();

    @Description("All of one instant; read this one to compare figures with each other")
    NodeStatus getSnapshot();

    @Description("Why: the decisions of this node, oldest first; at least the last hour is kept")
    @Impact(Impact.READS)
    List<Views.Decision> decisions(
            @Description("From so many seconds ago on, 1 to 604800") long sinceSeconds);

    @Description("Restarts PostgreSQL of this node; a job, see the Jobs MBean")
    @Impact(Impact.CHANGES)
    JobView restart(
            @Description("When, such as 2026-11-23T02:30:00Z; empty: now") String at,
            @Description("Only if this member then is primary or replica; empty: always")
                    String role,
            @Description("Only if the server is older, such as 17.5; empty: always")
                    String olderThan,
            @Description("Only if a changed parameter waits for it") boolean onlyIfPending,
            @Description(
                            "Seconds the start may take before a leader gives up the lease; 0: as"
                                    + " configured")
                    long timeoutSeconds);

    @Description("Says what a restart would do, and does nothing")
    @Impact(Impact.READS)
    Views.Outcome restartDryRun(
            @Description("When; empty: now") String at,
            @Description("Only if this member then is primary or replica; empty: always")
                    String role,
            @Description("Only if the server is older, such as 17.5; empty: always")
                    String olderThan,
            @Description("Only if a changed parameter waits for it") boolean onlyIfPending,
            @Description("Seconds the start may take; 0: as configured") long timeoutSeconds);

    @Description("Forgets a scheduled restart")
    @Impact(Impact.CHANGES)
    Views.Outcome cancelRestart();

    @Description(
            "Clones this node's data anew; the old data is kept until the new streams. A job, see"
                    + " the Jobs MBean")
    @Impact(Impact.CHANGES)
    JobView reinitialize(
            @Description("Also while another action is under way") boolean force,
            @Description("Clone from the leader, whatever the tags say") boolean fromLeader);

    @Description("Says what a reinitialisation would do, and does nothing")
    @Impact(Impact.READS)
    Views.Outcome reinitializeDryRun(
            @Description("Also while another action is under way") boolean force,
            @Description("Clone from the leader, whatever the tags say") boolean fromLeader);

    @Description("Reads matriarch.yml again")
    @Impact(Impact.CHANGES)
    Views.Outcome reload();

    @Description(
            "Stretches lease and guard, so that this agent can be stopped and started while"
                    + " PostgreSQL serves on")
    @Impact(Impact.CHANGES)
    Views.Outcome prepareRestart(
            @Description("5 to 600; after so many seconds another member takes over") long seconds);

    @Description(
            "Steps down in order and stops PostgreSQL (with the cluster paused: leaves it). A job,"
                    + " see the Jobs MBean")
    @Impact(value = Impact.CHANGES, role = "admin")
    JobView shutDown();

    @Description("Says what a shutdown would do, and does nothing")
    @Impact(Impact.READS)
    Views.Outcome shutDownDryRun();
}
