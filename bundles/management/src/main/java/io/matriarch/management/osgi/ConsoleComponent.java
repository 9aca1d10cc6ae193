package io.matriarch.management.osgi;

import io.matriarch.management.console.ConsoleServlet;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import org.osgi.service.component.annotations.Component;

/**
 * Offers the page to the HTTP whiteboard. Not at {@code /}: load balancers ask there whether this
 * node is the primary.
 */
@Component(
        service = Servlet.class,
        property = {
            "osgi.http.whiteboard.servlet.pattern=/console/*",
            "osgi.http.whiteboard.servlet.name=io.matriarch.management.console"
        })
public final class ConsoleComponent implements Servlet {
    private final ConsoleServlet servlet = new ConsoleServlet();

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
        return "Matriarch console";
    }

    @Override
    public void destroy() {
        servlet.destroy();
    }
}
