package io.matriarch.management.osgi;

import io.matriarch.management.console.ConsoleServlet;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.core.Refused;
import io.matriarch.management.rest.MemberOrigins;
import jakarta.servlet.Servlet;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

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
    public ConsoleComponent(@Reference Neighbours neighbours) {
        super(new ConsoleServlet(() -> members(neighbours)), "Matriarch console");
    }

    private static Set<String> members(Neighbours neighbours) {
        try {
            return MemberOrigins.of(neighbours.failover());
        } catch (Refused e) {
            return Set.of(); // while the agent is being replaced the page asks this member only
        }
    }
}
