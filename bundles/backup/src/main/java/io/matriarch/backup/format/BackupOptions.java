package io.matriarch.backup.format;

/**
 * How a backup was made, as {@code backup.info} tells it.
 *
 * @param archiveCheck its WAL was seen in the archive before it counted as complete
 * @param archiveCopy its WAL was also stored with it
 * @param fromStandby most of it was read from a standby
 * @param checksumPage page checksums were checked
 * @param compress files are compressed
 * @param hardlink files of earlier backups are there as hard links
 * @param online PostgreSQL was running
 */
public record BackupOptions(
        boolean archiveCheck,
        boolean archiveCopy,
        boolean fromStandby,
        boolean checksumPage,
        boolean compress,
        boolean hardlink,
        boolean online) {}
