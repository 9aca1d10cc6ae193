package io.matriarch.failover.rest;

import io.matriarch.failover.rest.core.AccessRules;
import io.matriarch.failover.rest.core.AccessRules.Caller;
import io.matriarch.failover.rest.core.AccessRules.Denied;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before every path of the port and lets changing requests through only if {@link
 * AccessRules} do; those it marks, and servlets that change something look for the mark.
 */
public final class AccessFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(AccessFilter.class);

    /** The mark: a request attribute with the value {@link #GRANTED}. */
    public static final String ATTRIBUTE = "io.matriarch.access";

    public static final String GRANTED = "granted";
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

    private final transient AccessRules rules;
    private final transient Supplier<List<String>> memberUrls;

    /**
     * @param memberUrls the {@code api_url} of all members, as the store shows them
     */
    public AccessFilter(AccessRules rules, Supplier<List<String>> memberUrls) {
        this.rules = rules;
        this.memberUrls = memberUrls;
    }

    static boolean granted(HttpServletRequest request) {
        return GRANTED.equals(request.getAttribute(ATTRIBUTE));
    }

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String path = request.getRequestURI();
        if (AccessRules.free(request.getMethod(), path)) {
            var hidden = hidden(request);
            if (hidden.isEmpty()) chain.doFilter(request, response);
            else {
                response.setHeader("WWW-Authenticate", "Bearer");
                Reply.text(hidden.get().status(), hidden.get().text()).send(response);
            }
            return;
        }
        var denied = rules.check(path, caller(request), resolved(path));
        if (denied.isPresent()) {
            refuse(request, response, denied.get());
            return;
        }
        request.setAttribute(ATTRIBUTE, GRANTED);
        chain.doFilter(request, response);
    }

    /** By the path as it was sent and as servlets are found by: the two may be spelled apart. */
    private Optional<Denied> hidden(HttpServletRequest request) {
        var given = Optional.ofNullable(request.getHeader("Authorization"));
        String info = request.getPathInfo() == null ? "" : request.getPathInfo();
        return rules.checkMetrics(request.getRequestURI(), given)
                .or(() -> rules.checkMetrics(request.getServletPath() + info, given));
    }

    private static void refuse(
            HttpServletRequest request, HttpServletResponse response, Denied denied)
            throws IOException {
        LOG.warn(
                "refused {} {} from {}: {}",
                request.getMethod(),
                request.getRequestURI(),
                request.getRemoteAddr(),
                denied.text());
        if (denied.status() == 401)
            response.setHeader("WWW-Authenticate", "Basic realm=\"Patroni\"");
        Reply.text(denied.status(), denied.text()).send(response);
    }

    private static Caller caller(HttpServletRequest request) {
        boolean certificate =
                request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain
                        && chain.length > 0;
        return new Caller(
                request.getRemoteAddr(),
                request.isSecure(),
                certificate,
                Optional.ofNullable(request.getHeader("Authorization")));
    }

    private List<String> resolved(String path) {
        if (!rules.asksAddress(path)) return List.of();
        var names = new ArrayList<>(rules.hostNames());
        if (rules.asksMembers(path))
            memberUrls.get().stream()
                    .map(AccessFilter::host)
                    .flatMap(Optional::stream)
                    .forEach(names::add);
        return names.stream().distinct().flatMap(name -> addresses(name).stream()).toList();
    }

    private static Optional<String> host(String url) {
        try {
            return Optional.ofNullable(URI.create(url).getHost());
        } catch (IllegalArgumentException e) {
            LOG.debug("not an api_url: {}", url, e);
            return Optional.empty();
        }
    }

    private static List<String> addresses(String name) {
        try {
            return Arrays.stream(InetAddress.getAllByName(name))
                    .map(InetAddress::getHostAddress)
                    .toList();
        } catch (UnknownHostException e) {
            LOG.warn("restapi.allowlist: no address for \"{}\"; nobody is let in by it", name);
            return List.of();
        }
    }
}
