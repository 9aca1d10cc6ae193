package io.matriarch.management.osgi;

import io.matriarch.management.core.Identity;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.rest.ApiServlet;
import io.matriarch.management.rest.Handlers;
import jakarta.servlet.Servlet;
import java.time.InstantSource;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Offers {@code /api/v1} to the HTTP whiteboard; does nothing where there is none. */
@Component(
        service = Servlet.class,
        configurationPid = ManagementConfig.PID,
        property = {
            "osgi.http.whiteboard.servlet.pattern=/api/v1/*",
            "osgi.http.whiteboard.servlet.name=io.matriarch.management.api"
        })
public final class ApiComponent extends ServletComponent {
    @Activate
    public ApiComponent(
            @Reference Neighbours neighbours, BundleContext context, ManagementConfig config) {
        super(servlet(neighbours, context, config), "Matriarch /api/v1");
    }

    private static ApiServlet servlet(
            Neighbours neighbours, BundleContext context, ManagementConfig config) {
        var identity = new Identity(config.scope(), config.name(), config.version());
        return new ApiServlet(
                new Handlers(
                        neighbours,
                        new FrameworkBundles(context),
                        () -> identity,
                        InstantSource.system()));
    }
}
