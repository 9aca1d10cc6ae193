package io.matriarch.management.jmx;

import io.matriarch.dcs.api.StoreHealth;
import io.matriarch.management.core.Neighbours;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

final class StoreBean implements StoreMXBean {
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final Recent<StoreHealth> health;

    StoreBean(Neighbours neighbours, LongSupplier nanoTime) {
        health = new Recent<>(() -> neighbours.dcs().health(DEADLINE), nanoTime);
    }

    @Override
    public String getClusterId() {
        return health.get().clusterId();
    }

    @Override
    public int getEndpointCount() {
        return health.get().endpoints().size();
    }

    @Override
    public int getAnsweringCount() {
        return (int)
                health.get().endpoints().stream().filter(StoreHealth.Endpoint::answering).count();
    }

    @Override
    public String getLeader() {
        return health.get().endpoints().stream()
                .filter(StoreHealth.Endpoint::leader)
                .map(StoreHealth.Endpoint::uri)
                .findFirst()
                .orElse("");
    }

    @Override
    public List<Views.Endpoint> getEndpoints() {
        return health.get().endpoints().stream().map(Views.Endpoint::of).toList();
    }
}
