package io.matriarch.management.jmx;

import io.matriarch.management.core.Neighbours;
import io.matriarch.monitor.api.Health;
import io.matriarch.monitor.api.Health.Aspect;
import java.util.List;

final class HealthBean implements HealthMXBean {
    private final Neighbours neighbours;

    HealthBean(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    private List<Health> health() {
        return Calls.get(() -> neighbours.monitor().health());
    }

    private String worst(Aspect aspect) {
        return PastViews.word(
                health().stream()
                        .filter(check -> check.aspect() == aspect)
                        .map(Health::status)
                        .max(Health.Status::compareTo)
                        .orElse(Health.Status.OK));
    }

    @Override
    public String getLiveness() {
        return worst(Aspect.LIVENESS);
    }

    @Override
    public String getReadiness() {
        return worst(Aspect.READINESS);
    }

    @Override
    public String getRestart() {
        return worst(Aspect.RESTART);
    }

    @Override
    public List<PastViews.Check> getChecks() {
        return health().stream().map(PastViews.Check::of).toList();
    }
}
