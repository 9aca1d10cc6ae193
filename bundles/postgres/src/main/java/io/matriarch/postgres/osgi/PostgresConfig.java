package io.matriarch.postgres.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of the server beside us; the objects among them are compact JSON. */
@ObjectClassDefinition(
        name = "PostgreSQL",
        description = "Where the server beside us lies, how it is reached and whom we log in as")
@interface PostgresConfig {
    @AttributeDefinition(description = "Name of the cluster; becomes cluster_name")
    String scope();

    @AttributeDefinition(description = "Name of this member; becomes application_name")
    String name();

    @AttributeDefinition(description = "HOST[,HOST]:PORT the server listens on. Needs a restart.")
    String listen();

    @AttributeDefinition(
            required = false,
            description = "HOST:PORT others reach it by; without: the first of listen")
    String connectAddress() default "";

    @AttributeDefinition(description = "Data directory")
    String dataDir();

    @AttributeDefinition(
            required = false,
            description = "Where postgresql.conf lies, if not in the data directory")
    String configDir() default "";

    @AttributeDefinition(
            required = false,
            description = "Directory of PostgreSQL's programs; without: searched for")
    String binDir() default "";

    @AttributeDefinition(
            required = false,
            description = "Other names of programs, JSON: {\"postgres\":\"my-postgres\"}")
    String binName() default "";

    @AttributeDefinition(required = false, description = "Database for our own connections")
    String database() default "postgres";

    @AttributeDefinition(
            required = false,
            description = "Directory of our own files: passwords for libpq, the server's log")
    String stateDir() default "";

    @AttributeDefinition(
            required = false,
            description = "Password file for libpq; without: pgpass in stateDir")
    String pgpass() default "";

    @AttributeDefinition(
            required = false,
            min = "1",
            description = "Seconds a start may take while a cluster is made")
    int pgCtlTimeout() default 60;

    @AttributeDefinition(
            required = false,
            description =
                    "Roles, JSON: {\"superuser\":{\"username\":…,\"password\":…},"
                            + "\"replication\":{…},\"rewind\":{…}}")
    String authentication() default "";

    @AttributeDefinition(required = false, description = "Parameters of this node only, JSON")
    String parameters() default "";

    @AttributeDefinition(required = false, description = "Further settings of a standby, JSON")
    String recoveryConf() default "";

    @AttributeDefinition(required = false, description = "Lines of pg_hba.conf")
    String[] pgHba() default {};

    @AttributeDefinition(required = false, description = "Lines of pg_ident.conf")
    String[] pgIdent() default {};

    @AttributeDefinition(required = false, description = "Options of initdb, JSON list")
    String initdb() default "";

    @AttributeDefinition(required = false, description = "Options of pg_basebackup, JSON")
    String basebackup() default "";

    @AttributeDefinition(
            required = false,
            description = "pg_hba.conf of a cluster made here; without: SCRAM for everybody")
    String[] bootstrapPgHba() default {};

    @AttributeDefinition(
            required = false,
            description = "Shell command run once in a new cluster, with its URL as argument")
    String postBootstrap() default "";

    @AttributeDefinition(
            required = false,
            description =
                    "What makes the first data directory instead of initdb, JSON:"
                            + " {\"name\":…,\"options\":{\"command\":…}}")
    String bootstrapMethod() default "";

    @AttributeDefinition(
            required = false,
            description =
                    "What makes a replica, in this order, JSON list of"
                            + " {\"name\":…,\"options\":{…}}; without: pg_basebackup")
    String replicaMethods() default "";

    @AttributeDefinition(
            required = false,
            description =
                    "archive_command where nobody set one; without: WAL is not archived by us")
    String archiveCommand() default "";

    @AttributeDefinition(
            required = false,
            description = "restore_command of a standby where nobody set one; without: none")
    String restoreCommand() default "";

    @AttributeDefinition(
            required = false,
            min = "0",
            description =
                    "Bytes of WAL that only this server had which are kept before it is discarded;"
                            + " the oldest goes first, 0 keeps none")
    long divergedWalBytes() default 1_073_741_824L;

    @AttributeDefinition(
            required = false,
            description = "Base of postgresql.conf instead of postgresql.base.conf")
    String customConf() default "";

    @AttributeDefinition(
            required = false,
            description = "true or false; without: what the cluster says")
    String usePgRewind() default "";
}
