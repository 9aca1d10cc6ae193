package io.matriarch.dcs.api;

import java.time.Duration;
import java.util.List;

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
     */
    public record Endpoint(
            String uri,
            boolean answering,
            boolean leader,
            String version,
            Duration latency,
            String error) {}
}
