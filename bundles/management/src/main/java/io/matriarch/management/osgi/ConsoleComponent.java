package io.matriarch.management.osgi;

import io.matriarch.management.console.ConsoleServlet;
import jakarta.servlet.Servlet;
import org.osgi.service.component.annotations.Activate;
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
public final class ConsoleComponent extends ServletComponent {
    @Activate
    public ConsoleComponent() {
        super(new ConsoleServlet(), "Matriarch console");
    }
}
