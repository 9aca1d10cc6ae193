package io.matriarch.backup.engine.scan;

/**
 * A file of the data directory or a tablespace.
 *
 * @param number its place in the scan, from 0; the order is the manifest's
 * @param name in the manifest: {@code pg_data/…} or {@code pg_tblspc/<oid>/…}
 * @param size bytes
 * @param modified epoch seconds
 * @param mode permission bits
 * @param user number of the owner
 * @param group number of the group
 */
public record FoundFile(
        long number, String name, long size, long modified, int mode, int user, int group) {}
