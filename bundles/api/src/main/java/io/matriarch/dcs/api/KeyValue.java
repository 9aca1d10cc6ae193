package io.matriarch.dcs.api;

/**
 * One key as the store holds it.
 *
 * @param createRevision the store's revision when the key came into being
 * @param modRevision the store's revision when it was last written
 * @param leaseId the lease the key dies with, or {@link Lease#NONE}
 */
public record KeyValue(
        String key, String value, long createRevision, long modRevision, long leaseId) {}
