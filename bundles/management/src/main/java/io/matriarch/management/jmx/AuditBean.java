package io.matriarch.management.jmx;

import io.matriarch.management.core.Neighbours;
import java.util.List;

final class AuditBean implements AuditMXBean {
    private final Neighbours neighbours;

    AuditBean(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    @Override
    public List<PastViews.Change> since(String time) {
        return Calls.get(() -> neighbours.audit().since(Calls.instant(time))).stream()
                .map(PastViews.Change::of)
                .toList();
    }
}
