package io.matriarch.management.osgi;

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
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Whoever is there at this moment: a neighbour may be absent, or be swapped between two calls. */
@Component(service = Neighbours.class)
public final class BoundNeighbours implements Neighbours {
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Failover failover;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Dcs dcs;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable LocalPostgres postgres;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Schedules schedules;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable ClusterJobs clusterJobs;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable WalArchive walArchive;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Backups backups;

    @Reference(
            target = "(io.matriarch.role=end-process)",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Runnable end;

    @Override
    public void endProcess() {
        var launcher = end;
        if (launcher != null) launcher.run();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Monitor monitor;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Sessions sessions;

    @Override
    public Sessions sessions() throws Refused {
        return present(sessions, "the look at sessions", "matriarch-monitor");
    }

    @Override
    public Monitor monitor() throws Refused {
        return present(monitor, "monitoring", "matriarch-monitor");
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Alerts alerts;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable AuditLog audit;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Access access;

    @Override
    public Access access() throws Refused {
        return present(access, "the check of users", "matriarch-failover");
    }

    @Override
    public AuditLog audit() throws Refused {
        return present(audit, "the audit log", "matriarch-failover");
    }

    @Override
    public Alerts alerts() throws Refused {
        return present(alerts, "alerting", "matriarch-alerting");
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Restoring restoring;

    @Override
    public Restoring restoring() throws Refused {
        return configured(restoring, "restores");
    }

    @Override
    public Failover failover() throws Refused {
        return present(failover, "the failover agent", "matriarch-failover");
    }

    @Override
    public Dcs dcs() throws Refused {
        return present(dcs, "the store client", "matriarch-dcs");
    }

    @Override
    public LocalPostgres postgres() throws Refused {
        return present(postgres, "the control of PostgreSQL", "matriarch-postgres");
    }

    @Override
    public Schedules schedules() throws Refused {
        return present(schedules, "the scheduler", "matriarch-schedule");
    }

    @Override
    public ClusterJobs clusterJobs() throws Refused {
        return configured(clusterJobs, "schedules of the cluster");
    }

    @Override
    public WalArchive walArchive() throws Refused {
        return configured(walArchive, "the WAL archive");
    }

    @Override
    public Backups backups() throws Refused {
        return configured(backups, "backups");
    }

    /** What is there only while {@code matriarch.yml} has a section about it. */
    private static <T> T configured(@Nullable T service, String what) throws Refused {
        if (service != null) return service;
        throw new Refused(
                503,
                "there is no service for " + what + " on this node",
                "is there a section backup in matriarch.yml, and is bundle matriarch-backup active?");
    }

    private static <T> T present(@Nullable T service, String what, String bundle) throws Refused {
        if (service != null) return service;
        throw new Refused(
                503,
                what + " is absent on this node",
                "is bundle "
                        + bundle
                        + " active, and its configuration right? See the bundles and the log");
    }
}
