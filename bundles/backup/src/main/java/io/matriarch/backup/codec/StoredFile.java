package io.matriarch.backup.codec;

import java.util.Optional;

/**
 * What became of a file on its way into the repository.
 *
 * @param size bytes of content read
 * @param checksum SHA-1 of the content
 * @param storedSize bytes handed to the sink, the block map's included
 * @param storedChecksum SHA-1 of them; empty where they are the content itself
 * @param pages empty if they were not to be checked
 * @param mapSize bytes of the block map as stored, at the end; 0 if the file is stored whole, or is
 *     not changed
 * @param changed false if every block is as the prior map says: then nothing was stored, and the
 *     prior backup's copy stands
 */
public record StoredFile(
        long size,
        String checksum,
        long storedSize,
        Optional<String> storedChecksum,
        Optional<PageReport> pages,
        int mapSize,
        boolean changed) {}
