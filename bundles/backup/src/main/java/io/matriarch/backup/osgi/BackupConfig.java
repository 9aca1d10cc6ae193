package io.matriarch.backup.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The section {@code backup} of matriarch.yml. */
@ObjectClassDefinition(name = "Backup", description = "Repositories of backups and WAL")
@interface BackupConfig {
    @AttributeDefinition(description = "Name of this member")
    String name();

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
}
