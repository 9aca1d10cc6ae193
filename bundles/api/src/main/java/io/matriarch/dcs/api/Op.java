package io.matriarch.dcs.api;

/** One change a {@link Txn} makes. */
public sealed interface Op {
    /**
     * @param leaseId the lease the key shall die with, or {@link Lease#NONE}
     */
    record Put(String key, String value, long leaseId) implements Op {}

    record Delete(String key) implements Op {}
}
