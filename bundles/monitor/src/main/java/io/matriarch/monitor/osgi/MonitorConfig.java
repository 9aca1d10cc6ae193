package io.matriarch.monitor.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What {@code matriarch.yml} says about monitoring. */
@ObjectClassDefinition(name = "Monitor", description = "What is measured, how often, for whom")
public @interface MonitorConfig {
    String PID = "io.matriarch.monitor";

    @AttributeDefinition(name = "Scope", description = "Name of the cluster")
    String scope();

    @AttributeDefinition(name = "Name", description = "Name of this member")
    String name();

    @AttributeDefinition(name = "Version", description = "Of Matriarch")
    String version() default "unknown";

    @AttributeDefinition(
            name = "Login",
            description =
                    "JSON object: username, password and libpq settings of a role with pg_monitor;"
                            + " without: PostgreSQL is not asked")
    String login() default "";

    @AttributeDefinition(name = "Database", description = "Database the role connects to")
    String database() default "postgres";

    @AttributeDefinition(name = "State directory", description = "Where history and ledger lie")
    String stateDir();

    @AttributeDefinition(name = "Data directory", description = "Of PostgreSQL")
    String dataDir();

    @AttributeDefinition(name = "Fast tier", min = "1", description = "Seconds")
    int fastSeconds() default 1;

    @AttributeDefinition(name = "Normal tier", min = "1", description = "Seconds")
    int normalSeconds() default 10;

    @AttributeDefinition(name = "Slow tier", min = "1", description = "Seconds")
    int slowSeconds() default 60;

    @AttributeDefinition(name = "Hourly tier", min = "1", description = "Seconds")
    int hourlySeconds() default 3600;

    @AttributeDefinition(
            name = "Tables",
            description = "Whether each database is asked for tables, sequences and statements")
    boolean tables() default true;

    @AttributeDefinition(name = "Excluded databases", description = "Not asked for their tables")
    String[] excludeDatabases() default {};

    @AttributeDefinition(name = "Names of postgres_exporter")
    boolean compatPostgresExporter() default true;

    @AttributeDefinition(name = "Names of Patroni")
    boolean compatPatroni() default true;

    @AttributeDefinition(name = "patroni_master", description = "Patroni's name before version 4")
    boolean compatPatroniMaster() default false;

    @AttributeDefinition(name = "Certificates", description = "USE=FILE whose end is watched")
    String[] certificates() default {};

    @AttributeDefinition(
            name = "PgBouncer",
            description =
                    "JSON object: host, port, username and password for its console; empty: none")
    String pgbouncer() default "";

    @AttributeDefinition(name = "HAProxy", description = "URL of its CSV; empty: none")
    String haproxyUrl() default "";

    @AttributeDefinition(name = "History", min = "1", max = "90", description = "Days kept")
    int historyDays() default 7;

    @AttributeDefinition(name = "RPO objective", description = "Seconds; 0: none")
    int rpoObjectiveSeconds() default 0;

    @AttributeDefinition(name = "RTO objective", description = "Seconds; 0: none")
    int rtoObjectiveSeconds() default 0;
}
