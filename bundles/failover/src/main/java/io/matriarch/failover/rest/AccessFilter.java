package io.matriarch.failover.rest;

import io.matriarch.access.api.AccessRole;
import io.matriarch.access.api.AuditEntry;
import io.matriarch.failover.rest.core.AccessRules;
import io.matriarch.failover.rest.core.AccessRules.Caller;
import io.matriarch.failover.rest.core.AccessRules.Denied;
import io.matriarch.failover.rest.core.Users;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

    /** Request attributes: who asks and as what, if that is known. */
    public static final String USER = "io.matriarch.access.user";

    public static final String ROLE = "io.matriarch.access.role";

    /** The subject of the certificate they are known by; empty if there is none. */
    public static final String CERTIFICATE = "io.matriarch.access.certificate";

    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

    private final transient AccessRules rules;
    private final transient @Nullable UsersFile users;
    private final transient Optional<AuditFile> audit;
    private final transient String member;
    private final transient Supplier<List<String>> memberUrls;

    /**
     * @param memberUrls the {@code api_url} of all members, as the store shows them
     */
    public AccessFilter(AccessRules rules, Supplier<List<String>> memberUrls) {
        this(rules, Optional.empty(), Optional.empty(), "", memberUrls);
    }

    /**
     * @param usersFile of users with roles; empty: whoever is let in is an administrator
     * @param audit where changes are written down
     * @param member this one's name
     */
    public AccessFilter(
            AccessRules rules,
            Optional<Path> usersFile,
            Optional<AuditFile> audit,
            String member,
            Supplier<List<String>> memberUrls) {
        this.rules = rules;
        users = usersFile.map(UsersFile::new).orElse(null);
        this.audit = audit;
        this.member = member;
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
        if (asksWhoTheyAre(request)) {
            tellWho(request, response, chain);
            return;
        }
        if (AccessRules.free(request.getMethod(), path) && !toldToOperators(request)) {
            var hidden = hidden(request);
            if (hidden.isEmpty()) chain.doFilter(request, response);
            else {
                response.setHeader("WWW-Authenticate", "Bearer");
                Reply.text(hidden.get().status(), hidden.get().text()).send(response);
            }
            return;
        }
        var at = Instant.now();
        var heard = new Heard(request);
        var verdict = verdict(request, path);
        try {
            if (verdict.denied().isPresent()) refuse(request, response, verdict.denied().get());
            else {
                request.setAttribute(ATTRIBUTE, GRANTED);
                name(request, verdict);
                request.setAttribute(CERTIFICATE, verdict.certificate());
                chain.doFilter(heard, response);
            }
        } finally {
            if (audited(request, verdict)) note(at, heard, response, verdict);
        }
    }

    /**
     * Who asks this wants to know what they may. Somebody who names themselves wrongly is told so;
     * somebody who does not is nobody yet, which is no offence.
     */
    private static boolean asksWhoTheyAre(HttpServletRequest request) {
        return request.getRequestURI().equals("/api/v1/whoami")
                && request.getMethod().equals("GET");
    }

    private void tellWho(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var at = Instant.now();
        var verdict = verdict(request, request.getRequestURI());
        boolean named = request.getHeader("Authorization") != null;
        if (named && verdict.denied().filter(denied -> denied.status() == 401).isPresent()) {
            refuse(request, response, verdict.denied().orElseThrow());
            note(at, new Heard(request), response, verdict);
            return;
        }
        name(request, verdict);
        chain.doFilter(request, response);
    }

    private static void name(HttpServletRequest request, Verdict verdict) {
        request.setAttribute(USER, verdict.user());
        verdict.role().ifPresent(role -> request.setAttribute(ROLE, role.word()));
    }

    /**
     * Who asks, and whether they may.
     *
     * @param user empty if nobody had to say who they are, or did not
     * @param certificate the subject of the one they are known by; empty: by none
     */
    private record Verdict(
            String user, Optional<AccessRole> role, Optional<Denied> denied, String certificate) {
        Verdict(String user, Optional<AccessRole> role, Optional<Denied> denied) {
            this(user, role, denied, "");
        }

        static Verdict denied(Denied why) {
            return new Verdict("", Optional.empty(), Optional.of(why));
        }
    }

    private Verdict verdict(HttpServletRequest request, String path) {
        var caller = caller(request);
        if (users == null || failsafe(request)) {
            var denied = rules.check(path, caller, resolved(path));
            return denied.map(Verdict::denied)
                    .orElseGet(() ->
                            new Verdict(
                                    rules.username().isEmpty()
                                            ? subject(request)
                                                    .flatMap(Subjects::commonName)
                                                    .orElse("")
                                            : rules.username(),
                                    Optional.of(AccessRole.ADMIN),
                                    Optional.empty(),
                                    rules.username().isEmpty() ? subject(request).orElse("") : ""));
        }
        var denied = rules.checkPlace(path, caller, resolved(path));
        if (denied.isPresent()) return Verdict.denied(denied.get());
        var known = known(request, caller, users);
        if (known.denied().isPresent()) return known;
        var needed = needed(request);
        var role = known.role().orElseThrow();
        if (role.may(needed)) return known;
        return new Verdict(
                known.user(),
                known.role(),
                Optional.of(
                        new Denied(
                                403,
                                "%s is %s; %s %s needs %s"
                                        .formatted(
                                                known.user(),
                                                role.word(),
                                                request.getMethod(),
                                                path,
                                                needed.word()))),
                known.certificate());
    }

    /** By certificate first: whoever has one need not type. */
    private Verdict known(HttpServletRequest request, Caller caller, UsersFile file) {
        var all = file.users();
        var subject = subject(request);
        var certified = subject.flatMap(Subjects::commonName).flatMap(all::certified);
        if (certified.isPresent())
            return new Verdict(
                    certified.get().name(),
                    Optional.of(certified.get().role()),
                    Optional.empty(),
                    subject.orElseThrow());
        if (caller.authorization().isEmpty())
            return Verdict.denied(new Denied(401, "no auth header received"));
        if (!rules.username().isEmpty() && rules.authenticated(caller.authorization().get()))
            return new Verdict(rules.username(), Optional.of(AccessRole.ADMIN), Optional.empty());
        var pair = UsersFile.basic(caller.authorization().get());
        var user = pair == null ? Optional.<Users.User>empty() : all.named(pair[0]);
        // Nobody of that name takes as long as a wrong password: names are not to be guessed.
        boolean right = pair != null && file.right(user.orElse(UsersFile.NOBODY), pair[1]);
        if (pair == null || user.isEmpty() || !right)
            return new Verdict(
                    pair == null ? "" : pair[0],
                    Optional.empty(),
                    Optional.of(new Denied(401, "not authenticated")));
        return new Verdict(user.get().name(), Optional.of(user.get().role()), Optional.empty());
    }

    /** By the path as it was sent and as servlets are found by, whichever needs more. */
    private static AccessRole needed(HttpServletRequest request) {
        var sent = Users.needed(request.getMethod(), request.getRequestURI());
        var found = Users.needed(request.getMethod(), servletPath(request));
        return sent.may(found) ? sent : found;
    }

    private static String servletPath(HttpServletRequest request) {
        String info = request.getPathInfo() == null ? "" : request.getPathInfo();
        return request.getServletPath() + info;
    }

    /**
     * Who did what, and what statements sessions run, is not for everybody who reaches the port.
     */
    private static boolean toldToOperators(HttpServletRequest request) {
        return Stream.of(request.getRequestURI(), servletPath(request))
                .map(path -> path.replaceAll("/+", "/"))
                .anyMatch(path ->
                        path.startsWith("/api/v1/audit") || path.startsWith("/api/v1/sessions"));
    }

    /** Looking at the log is no change; members agree to a failsafe each loop. */
    private boolean audited(HttpServletRequest request, Verdict verdict) {
        if (audit.isEmpty()) return false;
        if (toldToOperators(request) || gated(request)) return verdict.denied().isPresent();
        return verdict.denied().isPresent() || !failsafe(request);
    }

    /** Most of what comes by it looks; the gate of JMX writes down what does not. */
    private static boolean gated(HttpServletRequest request) {
        return Users.gated(request.getRequestURI()) && Users.gated(servletPath(request));
    }

    /**
     * Members ask each other this while the store is away, as members, not as users. The path
     * whole: one that only begins so may lead elsewhere.
     */
    private static boolean failsafe(HttpServletRequest request) {
        return request.getRequestURI().equals("/failsafe");
    }

    private void note(Instant at, Heard heard, HttpServletResponse response, Verdict verdict) {
        var query = heard.getQueryString();
        var entry =
                new AuditEntry(
                        at,
                        member,
                        verdict.user(),
                        verdict.role().map(AccessRole::word).orElse(""),
                        heard.getRemoteAddr(),
                        heard.getMethod(),
                        heard.getRequestURI() + (query == null ? "" : "?" + query),
                        heard.text(),
                        response.getStatus(),
                        verdict.denied().map(Denied::text).orElse(""),
                        Duration.between(at, Instant.now()).toMillis(),
                        verdict.certificate());
        audit.ifPresent(log -> log.add(entry));
    }

    /** Of a client certificate the container has verified. */
    private static Optional<String> subject(HttpServletRequest request) {
        return request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain
                        && chain.length > 0
                        && chain[0] != null
                ? Optional.of(chain[0].getSubjectX500Principal().getName())
                : Optional.empty();
    }

    /** By the path as it was sent and as servlets are found by: the two may be spelled apart. */
    private Optional<Denied> hidden(HttpServletRequest request) {
        var given = Optional.ofNullable(request.getHeader("Authorization"));
        return rules.checkMetrics(request.getRequestURI(), given)
                .or(() -> rules.checkMetrics(servletPath(request), given));
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
