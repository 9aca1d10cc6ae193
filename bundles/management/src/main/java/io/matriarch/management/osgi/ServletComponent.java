package io.matriarch.management.osgi;

import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/**
 * A component that is a servlet to the whiteboard; what it does is in a servlet that knows no OSGi.
 */
abstract class ServletComponent implements Servlet {
    private final Servlet servlet;
    private final String info;

    /**
     * @param info what the container shows of it
     */
    ServletComponent(Servlet servlet, String info) {
        this.servlet = servlet;
        this.info = info;
    }

    @Override
    public final void init(ServletConfig config) throws ServletException {
        servlet.init(config);
    }

    @Override
    public final ServletConfig getServletConfig() {
        return servlet.getServletConfig();
    }

    @Override
    public final void service(ServletRequest request, ServletResponse response)
            throws ServletException, IOException {
        servlet.service(request, response);
    }

    @Override
    public final String getServletInfo() {
        return info;
    }

    @Override
    public final void destroy() {
        servlet.destroy();
    }
}
