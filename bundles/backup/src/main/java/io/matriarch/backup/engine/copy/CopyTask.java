package io.matriarch.backup.engine.copy;

import org.jspecify.annotations.Nullable;

/**
 * A file to be read.
 *
 * @param number its place in the scan
 * @param name in the manifest
 * @param size as scanned: no more of it is read
 * @param modified as scanned, epoch seconds
 * @param prior what the prior backup holds of it; null if nothing
 */
record CopyTask(long number, String name, long size, long modified, @Nullable PriorCopy prior) {}
