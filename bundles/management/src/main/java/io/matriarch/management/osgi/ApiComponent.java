package io.matriarch.management.osgi;

import io.matriarch.management.core.Identity;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.rest.ApiServlet;
import io.matriarch.management.rest.Handlers;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
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
public final class ApiComponent implements Servlet {
    private final ApiServlet servlet;

    @Activate
    public ApiComponent(
            @Reference Neighbours neighbours, BundleContext context, ManagementConfig config) {
        var identity = new Identity(config.scope(), config.name(), config.version());
        var handlers =
                new Handlers(
                        neighbours,
                        new FrameworkBundles(context),
                        () -> identity,
                        InstantSource.system());
        servlet = new ApiServlet(handlers);
    }

    @Override
    public void init(ServletConfig config) throws ServletException {
        servlet.init(config);
    }

    @Override
    public ServletConfig getServletConfig() {
        return servlet.getServletConfig();
    }

    @Override
    public void service(ServletRequest request, ServletResponse response)
            throws ServletException, IOException {
        servlet.service(request, response);
    }

    @Override
    public String getServletInfo() {
        return "Matriarch /api/v1";
    }

    @Override
    public void destroy() {
        servlet.destroy();
    }
}
