package io.matriarch.management.jmx;

import io.matriarch.postgres.api.PendingRestart;
import java.util.List;

@Description("The PostgreSQL server beside us, looked at no more than once a second")
public interface PostgresMXBean {
    @Description("In Patroni's words, such as running or stopped")
    String getState();

    @Description(value = "How long the state has lasted", units = "ms")
    long getInStateMillis();

    @Description("empty, present or inaccessible")
    String getDataDirectory();

    @Description("Why the directory or the server does not answer; empty if nothing is wrong")
    String getTrouble();

    @Description("Whether a postmaster runs")
    boolean isRunning();

    @Description(value = "The postmaster's process id; 0 if none runs", units = "pid")
    long getPostmasterPid();

    @Description("Where clients reach it")
    String getAddress();

    @Description("PostgreSQL's system identifier; empty if the control data cannot be read")
    String getSystemId();

    @Description("Whether data pages carry checksums; false if the control data cannot be read")
    boolean isChecksums();

    @Description(
            value = "As server_version_num, such as 170005; 0 if it does not answer",
            units = "version number")
    int getServerVersion();

    @Description("Whether it is read-only; false if it does not answer")
    boolean isInRecovery();

    @Description(value = "PostgreSQL's timeline; 0 if unknown", units = "timeline")
    int getTimeline();

    @Description("How far it has WAL, such as 0/3000060; empty if it does not answer")
    String getPosition();

    @Description(value = "How far it has WAL, since its start; -1 if unknown", units = "bytes")
    long getPositionBytes();

    @Description("streaming, in archive recovery, or empty")
    String getReplicationState();

    @Description("Where primary_conninfo points, whether or not it streams; empty if nowhere")
    String getUpstream();

    @Description("Who streams from here")
    List<Views.Standby> getStandbys();

    @Description("Parameters whose new value waits for a restart")
    List<PendingRestart> getPendingRestart();

    @Description("WAL that only this server had, kept before it was rewound or cloned")
    List<PastViews.Diverged> getDivergedWal();

    @Description("Takes what was kept away for good; nobody can tell afterwards what was lost")
    @Impact(Impact.CHANGES)
    Views.Outcome removeDivergedWal(@Description("As listed in DivergedWal") String id);

    @Description("Says what would be taken away, and does nothing")
    @Impact(Impact.READS)
    Views.Outcome removeDivergedWalDryRun(@Description("As listed in DivergedWal") String id);
}
