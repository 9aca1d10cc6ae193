package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Cause;
import io.matriarch.alerting.api.Unit;

/** Why clients do not get through what stands before a server. */
final class ProxyCauses {
    private ProxyCauses() {}

    static Cause waiting(Facts facts) {
        String database = facts.label("database");
        return new Inquiry()
                .seen(
                        "whether the database is paused",
                        facts.atLeast(
                                1,
                                Unit.COUNT,
                                "matriarch_pgbouncer_database_paused",
                                "database",
                                database),
                        "somebody paused the database on PgBouncer's console")
                .probable(
                        "a primary",
                        facts.fires("ClusterNoPrimary"),
                        "there is no primary to connect to")
                .probable(
                        "blocked sessions",
                        facts.fires("BlockedSessions"),
                        "sessions wait for each other's locks and hold the pool's connections")
                .probable(
                        "long transactions",
                        facts.fires("LongTransaction"),
                        "long transactions hold the pool's connections")
                .answer();
    }

    static Cause noServer(Facts facts) {
        return new Inquiry()
                .probable(
                        "a primary",
                        facts.fires("ClusterNoPrimary"),
                        "no member leads, so none passes the check for writes")
                .probable(
                        "standbys",
                        facts.fires("StandbyNotStreaming"),
                        "a standby does not stream and fails the check for reads")
                .answer();
    }
}
