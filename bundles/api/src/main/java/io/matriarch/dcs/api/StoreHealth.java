package io.matriarch.dcs.api;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the store is seen from here.
 *
 * @param clusterId hexadecimal, as etcdctl prints it; empty if no endpoint answered
 * @param endpoints in the order configured
 */
public record StoreHealth(String clusterId, List<Endpoint> endpoints) {
    public StoreHealth {
        endpoints = List.copyOf(endpoints);
    }

    /**
     * @param version of the server; empty if it did not answer
     * @param latency of the status call; zero if it did not answer
     * @param error empty if it answered
     * @param storage what it says of its database; empty if it did not answer, or tells nothing
     */
    public record Endpoint(
            String uri,
            boolean answering,
            boolean leader,
            String version,
            Duration latency,
            String error,
            Optional<Storage> storage) {
        public Endpoint(
                String uri,
                boolean answering,
                boolean leader,
                String version,
                Duration latency,
                String error) {
            this(uri, answering, leader, version, latency, error, Optional.empty());
        }
    }

    /**
     * @param bytes the database takes on disk
     * @param bytesInUse of these; the rest comes back by defragmentation
     * @param term of the consensus: one more by each election of a leader
     * @param quota bytes the database may take on disk before the server refuses writes; empty if
     *     there is no limit, or it does not say
     */
    public record Storage(long bytes, long bytesInUse, long term, OptionalLong quota) {}
}
