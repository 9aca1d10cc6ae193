package io.matriarch.management.fake;

import io.matriarch.access.api.Access;
import io.matriarch.access.api.AuditLog;
import io.matriarch.alerting.api.Alerts;
import io.matriarch.backup.api.Backups;
import io.matriarch.backup.api.Restoring;
import io.matriarch.backup.api.WalArchive;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.failover.api.Failover;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.core.Refused;
import io.matriarch.monitor.api.Monitor;
import io.matriarch.monitor.api.Sessions;
import io.matriarch.postgres.api.LocalPostgres;
import io.matriarch.schedule.api.ClusterJobs;
import io.matriarch.schedule.api.Schedules;
import java.util.List;
import java.util.OptionalDouble;

/** Everybody is there, or nobody. */
public final class FakeNeighbours implements Neighbours {
    public final FakeFailover failover = new FakeFailover();
    public final FakePostgres postgres = new FakePostgres();
    public boolean absent;
    public int ends;

    private <T> T present(T service, String what) throws Refused {
        if (absent) throw new Refused(503, what + " is absent on this node", "see the bundles");
        return service;
    }

    @Override
    public Failover failover() throws Refused {
        return present(failover, "the failover agent");
    }

    @Override
    public Dcs dcs() throws Refused {
        return present(new FakeDcs(), "the store client");
    }

    @Override
    public LocalPostgres postgres() throws Refused {
        return present(postgres.service(), "the control of PostgreSQL");
    }

    @Override
    public Schedules schedules() throws Refused {
        return present(schedules, "the scheduler");
    }

    @Override
    public void endProcess() {
        ends++;
    }

    @Override
    public ClusterJobs clusterJobs() throws Refused {
        return present(clusterJobs, "schedules of the cluster");
    }

    @Override
    public WalArchive walArchive() throws Refused {
        return present(walArchive, "the WAL archive");
    }

    @Override
    public Backups backups() throws Refused {
        return present(new FakeBackups(), "backups");
    }

    @Override
    public Monitor monitor() throws Refused {
        return present(monitor, "monitoring");
    }

    @Override
    public Sessions sessions() throws Refused {
        return present(sessions, "the look at sessions");
    }

    @Override
    public Alerts alerts() throws Refused {
        return present(alerts, "alerting");
    }

    @Override
    public Restoring restoring() throws Refused {
        return present(restoring, "restores");
    }

    public final FakeRestoring restoring = new FakeRestoring();

    @Override
    public AuditLog audit() throws Refused {
        return present(audit, "the audit log");
    }

    @Override
    public Access access() throws Refused {
        return present(access, "the check of users");
    }

    /** One waits for the other. */
    public Sessions sessions =
            () ->
                    List.of(
                            new Sessions.ClientSession(
                                    42,
                                    "shop",
                                    "ada",
                                    "till",
                                    "10.0.0.9",
                                    "active",
                                    "Lock:transactionid",
                                    OptionalDouble.of(12.5),
                                    OptionalDouble.of(12),
                                    List.of(41),
                                    "update stock set n = n - 1"),
                            new Sessions.ClientSession(
                                    41,
                                    "shop",
                                    "bob",
                                    "",
                                    "local",
                                    "idle in transaction",
                                    "Client:ClientRead",
                                    OptionalDouble.of(60),
                                    OptionalDouble.empty(),
                                    List.of(),
                                    "select 1 for update"));

    public final FakeAudit audit = new FakeAudit();
    public final FakeAccess access = new FakeAccess();
    public final FakeAlerts alerts = new FakeAlerts();
    public final FakeMonitor monitor = new FakeMonitor();
    public final FakeClusterJobs clusterJobs = new FakeClusterJobs();
    public final FakeWalArchive walArchive = new FakeWalArchive();
    private final FakeSchedules schedules = new FakeSchedules();
}
