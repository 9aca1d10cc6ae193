package io.matriarch.alerting.engine;

import io.matriarch.alerting.core.Figure;
import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.failover.api.NodeStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a round looks at; whoever is absent is simply not seen. From memory, never over a network.
 */
public interface Surroundings {
    /**
     * The figures of this moment.
     *
     * @param names which ones
     * @return absent if there is nobody who measures
     */
    Optional<List<Figure>> figures(Predicate<String> names);

    Optional<ClusterStatus> cluster();

    Optional<NodeStatus> node();

    /** WAL a standby may lack and still take over, in bytes. */
    long maximumLag();

    /** Messages of other parts, by the names in {@code Notes}. */
    Map<String, String> notes();
}
