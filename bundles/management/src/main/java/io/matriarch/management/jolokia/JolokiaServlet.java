package io.matriarch.management.jolokia;

import io.matriarch.management.core.Json;
import io.matriarch.management.core.Origin;
import io.matriarch.management.core.Refused;
import io.matriarch.management.jmx.Caller;
import io.matriarch.management.jmx.Gate;
import io.matriarch.management.rest.ApiServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jolokia.server.core.http.HttpRequestHandler;
import org.jolokia.server.core.request.BadRequestException;
import org.jolokia.server.core.request.EmptyResponseException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /jolokia}: reading, writing, calling, listing and searching MBeans by JSON. The
 * filter in front knows who asks; the {@link Gate} of JMX decides about each call and writes it
 * down. A refusal of the gate is an answer with the status 403 in it, as Jolokia's clients expect;
 * what is wrong with the request as a whole has that status itself.
 *
 * @see <a href="https://jolokia.org/reference/html/manual/jolokia_protocol.html">Jolokia's
 *     protocol</a>
 */
public final class JolokiaServlet extends HttpServlet {
    @Serial private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(JolokiaServlet.class);

    /** Where it is served. */
    public static final String PATH = "/jolokia";

    /** The request attributes by which the filter in front says who asks; texts. */
    public static final String USER = "io.matriarch.access.user";

    public static final String CERTIFICATE = "io.matriarch.access.certificate";

    /** Bytes; the largest bulk request of a console is far below. */
    static final int MAX_BODY = 262_144;

    private static final int MOST_REQUESTS = 500;

    private final transient HttpRequestHandler handler;

    public JolokiaServlet(Gate gate) {
        handler = new HttpRequestHandler(new Context(gate.guarded()));
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        int status = HttpServletResponse.SC_OK;
        String body;
        try {
            body = answer(request, response);
        } catch (Refused e) {
            status = e.status();
            body = error(status, String.valueOf(e.getMessage()));
        } catch (Exception e) {
            LOG.error("POST {} failed", PATH, e);
            status = HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
            body = error(status, "this is a defect of ours: " + e);
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("application/json;charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    /** In Jolokia's form, so that its clients show the text. */
    private static String error(int status, String text) {
        var body = new LinkedHashMap<String, Object>();
        body.put("status", status);
        body.put("error_type", "refused");
        body.put("error", text);
        return Json.text(body);
    }

    private String answer(HttpServletRequest request, HttpServletResponse response)
            throws Exception {
        if (!request.getMethod().equals("POST")) {
            response.setHeader("Allow", "POST");
            throw new Refused(
                    405,
                    PATH + " does not know " + request.getMethod(),
                    "it knows POST with a JSON body, so that no link and no image can ask for"
                            + " anything");
        }
        mayAsk(request);
        byte[] body = body(request);
        return text(attribute(request, USER), attribute(request, CERTIFICATE), request, body);
    }

    private String text(String user, String certificate, HttpServletRequest request, byte[] body)
            throws Exception {
        try {
            return new Caller(user, request.getRemoteAddr(), certificate)
                    .call(() ->
                            handler.handlePostRequest(
                                            PATH,
                                            new ByteArrayInputStream(body),
                                            StandardCharsets.UTF_8.name(),
                                            Map.of())
                                    .toJSONString());
        } catch (BadRequestException | IllegalArgumentException e) {
            throw malformed(String.valueOf(e.getMessage()), e);
        } catch (EmptyResponseException e) {
            throw malformed("this asks for an answer that does not end", e);
        }
    }

    private static Refused malformed(String text, Exception cause) {
        var refused =
                Refused.malformed(
                        "not a request of Jolokia's: " + text,
                        "expected a form like {\"type\": \"read\", \"mbean\":"
                                + " \"io.matriarch:type=Member\"}, or a list of such");
        refused.initCause(cause);
        return refused;
    }

    private static String attribute(HttpServletRequest request, String name) {
        return request.getAttribute(name) instanceof String text ? text : "";
    }

    private static void mayAsk(HttpServletRequest request) throws Refused {
        if (!ApiServlet.GRANTED.equals(request.getAttribute(ApiServlet.ACCESS)))
            throw new Refused(
                    503,
                    "nobody has checked who you are, so nothing is told",
                    "the failover bundle, which checks access, is absent or starting; see GET"
                            + " /api/v1/bundles");
        String host = request.getHeader("Host");
        for (String header : List.of("Origin", "Referer"))
            if (Origin.foreign(request.getHeader(header), host))
                throw new Refused(
                        403,
                        "this request comes from a web page of " + request.getHeader(header),
                        "it is taken from programs and from this node's own pages");
        if (!json(request.getContentType()))
            throw new Refused(
                    415,
                    "the body is said to be " + request.getContentType(),
                    "send it as Content-Type: application/json, which no form of a web page can");
    }

    private static boolean json(@Nullable String type) {
        return type != null
                && type.split(";", 2)[0]
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .equals("application/json");
    }

    private static byte[] body(HttpServletRequest request) throws Refused, IOException {
        if (request.getQueryString() != null && !request.getQueryString().isEmpty())
            throw Refused.malformed(
                    "options of this request stand in its body, not after \"?\"",
                    "send them as \"config\" beside \"type\"");
        byte[] bytes = request.getInputStream().readNBytes(MAX_BODY + 1);
        if (bytes.length > MAX_BODY)
            throw new Refused(413, "the body is longer than " + MAX_BODY + " bytes", "send less");
        var all = Json.listOrObject(new String(bytes, StandardCharsets.UTF_8));
        if (all.size() > MOST_REQUESTS)
            throw new Refused(
                    413,
                    "%d requests at once".formatted(all.size()),
                    "send at most " + MOST_REQUESTS);
        for (var each : all) {
            if (each.get("type") instanceof String type && Context.leftOut(type))
                throw new Refused(
                        403,
                        "requests of type \"" + type + "\" are not answered here",
                        "read, write, exec, list, search and version are; notifications are told by"
                                + " JMX itself");
            if (each.containsKey("target") || options(each).containsKey("target"))
                throw new Refused(
                        403,
                        "\"target\" asks this node to call another JVM, which it does not do",
                        "ask that one itself");
        }
        return bytes;
    }

    private static Map<?, ?> options(Map<?, ?> request) {
        return request.get("config") instanceof Map<?, ?> options ? options : Map.of();
    }
}
