package io.matriarch.monitor.osgi;

import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.MetricSource;
import io.matriarch.monitor.micrometer.Meters;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Offers Micrometer's {@code MeterRegistry} as a service. It comes into being when somebody first
 * takes it: nobody of ours does, and an idle node does not pay for it.
 */
@Component(immediate = true, service = MetricSource.class)
public final class MetersComponent implements MetricSource, ServiceFactory<Object> {
    /** By name, so that nothing of Micrometer is loaded for the registration. */
    private static final String REGISTRY = "io.micrometer.core.instrument.MeterRegistry";

    private final ServiceRegistration<?> registration;
    private @Nullable Meters meters; // guarded by this

    @Activate
    public MetersComponent(BundleContext context) {
        registration = context.registerService(REGISTRY, this, null);
    }

    @Override
    public synchronized Object getService(Bundle bundle, ServiceRegistration<Object> of) {
        var present = meters;
        if (present == null) {
            present = new Meters();
            meters = present;
        }
        return present.registry();
    }

    /** The meters of a bundle that goes stay until it removes them: their counters go on. */
    @Override
    public void ungetService(Bundle bundle, ServiceRegistration<Object> of, Object service) {}

    @Override
    public List<Family> families() {
        Meters present;
        synchronized (this) {
            present = meters;
        }
        return present == null ? List.of() : present.families();
    }

    @Deactivate
    public synchronized void stop() {
        registration.unregister();
        if (meters != null) meters.close();
    }
}
