package io.matriarch.management.osgi;

import io.matriarch.management.core.Neighbours;
import io.matriarch.management.rest.AlertmanagerServlet;
import jakarta.servlet.Servlet;
import java.time.InstantSource;
import java.util.Hashtable;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Offers Alertmanager's path to the HTTP whiteboard. */
@Component(
        immediate = true,
        service = {})
public final class AlertmanagerComponent {
    private final ServiceRegistration<Servlet> servlet;

    @Activate
    public AlertmanagerComponent(BundleContext context, @Reference Neighbours neighbours) {
        servlet =
                context.registerService(
                        Servlet.class,
                        new AlertmanagerServlet(neighbours, InstantSource.system()),
                        new Hashtable<>(
                                Map.of("osgi.http.whiteboard.servlet.pattern", "/api/v2/alerts")));
    }

    @Deactivate
    public void stop() {
        servlet.unregister();
    }
}
