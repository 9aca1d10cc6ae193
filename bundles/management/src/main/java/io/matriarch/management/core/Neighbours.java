package io.matriarch.management.core;

import io.matriarch.access.api.Access;
import io.matriarch.access.api.AuditLog;
import io.matriarch.alerting.api.Alerts;
import io.matriarch.backup.api.Backups;
import io.matriarch.backup.api.Restoring;
import io.matriarch.backup.api.WalArchive;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.failover.api.Failover;
import io.matriarch.monitor.api.Monitor;
import io.matriarch.monitor.api.Sessions;
import io.matriarch.postgres.api.LocalPostgres;
import io.matriarch.schedule.api.ClusterJobs;
import io.matriarch.schedule.api.Schedules;

/** The services of other bundles at this moment. Ask for each call; never keep one. */
public interface Neighbours {
    /**
     * @throws Refused 503, naming the absent part; so do the others
     */
    Failover failover() throws Refused;

    Dcs dcs() throws Refused;

    LocalPostgres postgres() throws Refused;

    Schedules schedules() throws Refused;

    ClusterJobs clusterJobs() throws Refused;

    WalArchive walArchive() throws Refused;

    Monitor monitor() throws Refused;

    Sessions sessions() throws Refused;

    /**
     * Asks the launcher to end this process in order; returns at once. Does nothing if nobody
     * launched it.
     */
    void endProcess();

    Backups backups() throws Refused;

    Alerts alerts() throws Refused;

    Restoring restoring() throws Refused;

    AuditLog audit() throws Refused;

    Access access() throws Refused;
}
