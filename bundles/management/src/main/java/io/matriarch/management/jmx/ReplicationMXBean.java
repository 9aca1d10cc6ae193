package io.matriarch.management.jmx;

import java.util.List;

@Description(
        "Replication as this node sees it: the standbys of a primary, the upstream of a standby")
public interface ReplicationMXBean {
    @Description("On a primary: its standbys, and how far each is behind")
    List<PastViews.Standby> getStandbys();

    @Description(
            value = "On a primary: synchronous standbys a commit waits for; -1 elsewhere",
            units = "standbys")
    int getSynchronousRequired();

    @Description(
            value = "On a primary: standbys that count as synchronous and stream; -1 elsewhere",
            units = "standbys")
    int getSynchronousAvailable();

    @Description("On a standby: whether it streams from its upstream")
    boolean isReceiving();

    @Description("On a standby: whether replay is paused")
    boolean isReplayPaused();

    @Description(
            value = "WAL not in the archive; -1 if unknown, or nothing is archived",
            units = "bytes")
    long getUnarchivedBytes();

    @Description("Age in seconds of the oldest WAL not in the archive; -1 if unknown")
    double getRpoSeconds();
}
