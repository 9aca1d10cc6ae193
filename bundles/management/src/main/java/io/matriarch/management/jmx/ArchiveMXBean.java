package io.matriarch.management.jmx;

import java.util.List;

@Description("This member's part in the WAL archive, since the agent's start")
public interface ArchiveMXBean {
    @Description(
            value = "Files PostgreSQL has ready and was not told to be archived",
            units = "files")
    long getWaitingFiles();

    @Description(value = "Their content; 0 while the segment size is not known", units = "bytes")
    long getWaitingBytes();

    @Description("The oldest of them; empty if none waits")
    String getOldestWaiting();

    @Description("When it became ready, ISO 8601; empty if none waits")
    String getOldestWaitingSince();

    @Description("WAL content archived over the last minutes, in bytes per second")
    double getArchivedBytesPerSecond();

    @Description("WAL content produced over the same time; more than archived is falling behind")
    double getProducedBytesPerSecond();

    @Description("The newest failure with its file and hint; empty if it was archived since")
    String getLastFailure();

    @Description("Every repository, and how far it is")
    List<Views.WalRepository> getRepositories();

    @Description("What the last check found, in one line; empty if there was none")
    String getLastCheck();

    @Description("Compares every archive with what restores need, and stores what can be found")
    @Impact(Impact.CHANGES)
    JobView check(@Description("Whether to store what is missing; false only looks") boolean heal);
}
