package io.matriarch.management.rest;

import io.matriarch.management.core.Json;
import io.matriarch.management.core.Origin;
import io.matriarch.management.core.Parameters;
import io.matriarch.management.core.Refused;
import io.matriarch.management.core.Route;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /api/v1}: finds the {@link Route}, checks access and parameters, lets {@link Handlers}
 * answer. Whoever may change something is decided by a filter in front, which sets {@value
 * #ACCESS}; without it every changing request is refused, so a missing filter opens nothing.
 */
public final class ApiServlet extends HttpServlet {
    @Serial private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ApiServlet.class);

    /** The request attribute that must be {@value #GRANTED} for a changing request. */
    public static final String ACCESS = "io.matriarch.access";

    public static final String GRANTED = "granted";

    /** Bytes; the largest real body is far below. */
    static final int MAX_BODY = 65_536;

    /** Request attributes: who asks and as what, as the filter in front has found. */
    private static final String USER = "io.matriarch.access.user";

    private static final String ROLE = "io.matriarch.access.role";

    private final transient Handlers handlers;
    private final transient ChangeStream stream;

    public ApiServlet(Handlers handlers) {
        this.handlers = handlers;
        stream = new ChangeStream(handlers::told);
    }

    @Override
    public void destroy() {
        stream.end();
    }

    private static Handlers.Reply refusal(Refused refused) {
        var body = new LinkedHashMap<String, Object>();
        body.put("status", refused.status());
        body.put("text", refused.text());
        body.put("hint", refused.hint());
        return new Handlers.Reply(refused.status(), Json.text(body));
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Handlers.Reply reply;
        letMembersRead(request, response);
        try {
            reply = reply(request, response);
        } catch (Refused e) {
            reply = refusal(e);
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
            reply =
                    refusal(
                            new Refused(
                                    500,
                                    "this is a defect of ours: " + e,
                                    "the log of this node has the details"));
        }
        if (reply == Handlers.Reply.STREAM) {
            stream.write(response);
            return;
        }
        write(request, response, reply);
        if (reply.last()) {
            response.flushBuffer(); // who asked shall hear that it is done
            handlers.end();
        }
    }

    private Handlers.Reply reply(HttpServletRequest request, HttpServletResponse response)
            throws Refused, IOException {
        String path = request.getPathInfo() == null ? "" : request.getPathInfo();
        String method = request.getMethod().equals("HEAD") ? "GET" : request.getMethod();
        var match = Route.find(method, path).orElse(null);
        if (match == null) throw unknown(method, path, response);
        Map<String, ?> raw;
        if (match.route().changes()) {
            requireAccess(request);
            raw = body(request);
        } else {
            if (match.route().toldToOperators()) requireAccess(request);
            raw = query(request);
        }
        if (match.route() == Route.STREAM && raw.isEmpty()) {
            stream.requireRoom();
            return Handlers.Reply.STREAM;
        }
        if (match.route() == Route.WHOAMI && raw.isEmpty())
            return handlers.whoAmI(request.getAttribute(USER), request.getAttribute(ROLE));
        return handlers.answer(match, Parameters.of(match.route().fields(), raw));
    }

    /** Only what is free for all to read; a changing request of theirs is foreign. */
    private void letMembersRead(HttpServletRequest request, HttpServletResponse response) {
        String origin = request.getHeader("Origin");
        if (!request.getMethod().equals("GET") || !handlers.fromMember(origin)) return;
        response.setHeader("Access-Control-Allow-Origin", origin);
        response.setHeader("Vary", "Origin");
    }

    private static Refused unknown(String method, String path, HttpServletResponse response) {
        Set<String> methods = Route.methodsOf(path);
        if (methods.isEmpty())
            return new Refused(
                    404,
                    "there is no /api/v1" + path,
                    "GET /api/v1/openapi.json describes what there is");
        String allowed = String.join(", ", methods);
        response.setHeader("Allow", allowed);
        return new Refused(
                405, "/api/v1%s does not know %s".formatted(path, method), "it knows " + allowed);
    }

    static void requireAccess(HttpServletRequest request) throws Refused {
        if (!GRANTED.equals(request.getAttribute(ACCESS)))
            throw new Refused(
                    503,
                    "nobody has checked whether you may do this, so it is not done",
                    "the failover bundle, which checks access, is absent or starting; see GET"
                            + " /api/v1/bundles");
        if (Origin.foreign(request.getHeader("Origin"), request.getHeader("Host")))
            throw new Refused(
                    403,
                    "this request comes from a web page of " + request.getHeader("Origin"),
                    "changing requests are taken from programs and from this node's own pages");
    }

    private static Map<String, ?> query(HttpServletRequest request) throws Refused {
        var query = new LinkedHashMap<String, String>();
        for (var entry : request.getParameterMap().entrySet()) {
            if (entry.getValue().length > 1)
                throw Refused.malformed(
                        "field \"" + entry.getKey() + "\" is given more than once", "give it once");
            query.put(entry.getKey(), entry.getValue()[0]);
        }
        return query;
    }

    /** An empty body is an empty object; a query on a changing request is refused, not ignored. */
    private static Map<String, Object> body(HttpServletRequest request)
            throws Refused, IOException {
        if (request.getQueryString() != null && !request.getQueryString().isEmpty())
            throw Refused.malformed(
                    "fields of this request stand in its body, not after \"?\"",
                    "send them as a JSON object");
        byte[] bytes = request.getInputStream().readNBytes(MAX_BODY + 1);
        if (bytes.length > MAX_BODY)
            throw new Refused(413, "the body is longer than " + MAX_BODY + " bytes", "send less");
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.isBlank() ? Map.of() : Json.object(text);
    }

    private static void write(
            HttpServletRequest request, HttpServletResponse response, Handlers.Reply reply)
            throws IOException {
        byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
        response.setStatus(reply.status());
        response.setContentType(reply.type());
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentLength(bytes.length);
        if (!request.getMethod().equals("HEAD")) response.getOutputStream().write(bytes);
    }
}
