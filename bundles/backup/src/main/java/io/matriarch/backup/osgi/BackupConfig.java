package io.matriarch.backup.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The section {@code backup} of matriarch.yml. */
@ObjectClassDefinition(name = "Backup", description = "Repositories of backups and WAL")
@interface BackupConfig {
    @AttributeDefinition(description = "Name of this member")
    String name();

    @AttributeDefinition(description = "Name of this cluster")
    String scope();

    @AttributeDefinition(description = "Name of this cluster in its repositories")
    String stanza();

    @AttributeDefinition(description = "Directory of our own files")
    String stateDir();

    @AttributeDefinition(description = "Data directory of the server beside us")
    String dataDir();

    @AttributeDefinition(description = "Directory for WAL on its way")
    String spoolDir();

    @AttributeDefinition(description = "Repositories, a JSON object each")
    String[] repositories();

    @AttributeDefinition(required = false, description = "zst, lz4, gz, bz2 or none")
    String compress() default "zst";

    @AttributeDefinition(
            required = false,
            description = "Level of the compression; without: its usual one")
    String compressLevel() default "";

    @AttributeDefinition(
            required = false,
            min = "1",
            max = "64",
            description = "Files read, compressed and written at the same time")
    int processes() default 2;

    @AttributeDefinition(
            required = false,
            min = "1",
            max = "64",
            description = "WAL segments sent, or fetched, at the same time")
    int archiveProcesses() default 2;

    @AttributeDefinition(
            required = false,
            min = "0",
            description = "Bytes of WAL fetched ahead of what is asked for")
    long archivePrefetch() default 134_217_728;

    @AttributeDefinition(required = false, description = "Small files are stored together")
    boolean bundle() default true;

    @AttributeDefinition(required = false, min = "1", description = "Bytes in one bundle")
    long bundleSize() default 20_971_520;

    @AttributeDefinition(
            required = false,
            min = "1",
            description = "Bytes up to which a file is small")
    long bundleLimit() default 2_097_152;

    @AttributeDefinition(
            required = false,
            description = "Differential and incremental backups store changed blocks only")
    boolean blockIncremental() default false;

    @AttributeDefinition(required = false, description = "standby-prefer, standby or primary")
    String from() default "standby-prefer";

    @AttributeDefinition(
            required = false,
            min = "0",
            description = "Bytes read per second at most; 0: as many as replication bears")
    long rateLimit() default 0;

    @AttributeDefinition(required = false, description = "Page checksums are checked")
    boolean checksumPage() default true;

    @AttributeDefinition(required = false, description = "Begins with a fast checkpoint")
    boolean startFast() default true;

    @AttributeDefinition(required = false, description = "Paths that are left out")
    String[] exclude() default {};

    @AttributeDefinition(
            required = false,
            min = "1",
            description = "Seconds the end of a backup waits for its WAL")
    long archiveTimeout() default 60;

    @AttributeDefinition(
            required = false,
            description = "The section postgresql.authentication, a JSON object")
    String authentication() default "{}";

    @AttributeDefinition(
            required = false,
            description = "How a restored server fetches its WAL: its restore_command")
    String restoreCommand() default "";

    @AttributeDefinition(
            required = false,
            description = "Where stock pgbackrest on this host keeps its locks: its lock-path")
    String stockLockDir() default "/tmp/pgbackrest";

    @AttributeDefinition(
            required = false,
            description = "Scratch directory of restore drills; empty: in the spool directory")
    String drillDirectory() default "";

    @AttributeDefinition(
            required = false,
            description = "SQL that must succeed in a restored server, and not answer false")
    String[] drillSql() default {};
}
