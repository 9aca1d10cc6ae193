package io.matriarch.failover.rest;

import io.matriarch.failover.api.Answer;
import io.matriarch.failover.api.Failover;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.FailsafeAnswer;
import io.matriarch.failover.core.NodeReport;
import io.matriarch.failover.rest.core.AccessRules;
import io.matriarch.failover.rest.core.ClusterJson;
import io.matriarch.failover.rest.core.HealthCheck;
import io.matriarch.failover.rest.core.Json;
import io.matriarch.failover.rest.core.Metrics;
import io.matriarch.failover.rest.core.PeerJson;
import io.matriarch.failover.rest.core.Query;
import io.matriarch.failover.rest.core.Requests;
import io.matriarch.failover.rest.core.Requests.Asked;
import io.matriarch.failover.rest.core.Routes;
import io.matriarch.failover.rest.core.Routes.Route;
import io.matriarch.failover.rest.core.StatusJson;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Patroni's REST interface: health checks for HAProxy, status for peers, requests of {@code
 * patronictl}. Belongs at {@code /*}; paths of others' servlets are longer and win.
 *
 * <p>Changes are made only for requests that {@link AccessFilter} let through, so that nothing is
 * open while the filter is not there. While the store is away, answers are 503 or 502 at once.
 */
public final class PatroniServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient Supplier<NodeReport> report;
    private final transient Supplier<NodeReport> fresh;
    private final transient Failover failover;
    private final transient Function<Map<String, Object>, FailsafeAnswer> agreement;

    /**
     * @param report what is known, at once
     * @param fresh the same after asking the server again; takes a bounded time
     * @param agreement asked when a leader cannot reach the store
     */
    public PatroniServlet(
            Supplier<NodeReport> report,
            Supplier<NodeReport> fresh,
            Failover failover,
            Function<Map<String, Object>, FailsafeAnswer> agreement) {
        this.report = report;
        this.fresh = fresh;
        this.failover = failover;
        this.agreement = agreement;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        answer(request).send(response);
    }

    private Reply answer(HttpServletRequest request) throws IOException {
        String method = request.getMethod();
        String path = request.getRequestURI();
        return switch (Routes.of(method, path)) {
            case Route.Unsupported() ->
                    Reply.error(501, "Unsupported method ('%s')".formatted(method));
            case Route.Health() -> health(method, path, Query.parse(request.getQueryString()));
            case Route.Endpoint(var name) when method.equals("GET") ->
                    read(name, Query.parse(request.getQueryString()));
            case Route.Endpoint(_)
                    when !AccessRules.free(method, path) && !AccessFilter.granted(request) ->
                    Reply.error(503, "The access filter is not in place, so nothing is changed");
            case Route.Endpoint(var name) -> change(name, request);
        };
    }

    private Reply health(String method, String path, Map<String, String> query) {
        var now = fresh.get();
        int status = HealthCheck.status(path, query, now);
        return method.equals("GET")
                ? Reply.json(status, Json.write(StatusJson.of(now)))
                : Reply.statusOnly(status);
    }

    private Reply read(String endpoint, Map<String, String> query) {
        return switch (endpoint) {
            case "GET liveness" -> Reply.statusOnly(HealthCheck.liveness(report.get()));
            case "GET readiness" -> Reply.statusOnly(HealthCheck.readiness(query, fresh.get()));
            case "GET patroni" ->
                    Reply.json(200, Json.write(StatusJson.of(fresh.get())))
                            .with(PeerJson.TIME, String.valueOf(System.currentTimeMillis()));
            case "GET metrics" -> Reply.metrics(Metrics.of(fresh.get()));
            case "GET cluster" -> cluster(report.get());
            case "GET history" ->
                    viewed(view -> Reply.json(200, Json.write(view.history())), report.get());
            case "GET config" -> config(report.get());
            case "GET failsafe" -> failsafe(report.get());
            default -> throw new IllegalStateException("a route without a handler: " + endpoint);
        };
    }

    private static Reply cluster(NodeReport now) {
        return viewed(view -> Reply.json(200, Json.write(ClusterJson.of(view, now.scope()))), now);
    }

    private static Reply viewed(Function<ClusterView, Reply> reply, NodeReport now) {
        return now.view()
                .map(reply)
                .orElseGet(() -> Reply.json(503, Json.write(Map.of("error", storeAway(now)))));
    }

    private static Reply config(NodeReport now) {
        return now.view()
                .flatMap(ClusterView::config)
                .map(config -> Reply.json(200, Json.write(config.data())))
                .orElseGet(() ->
                        Reply.error(
                                502,
                                now.view().isEmpty()
                                        ? storeAway(now)
                                        : "The store holds no dynamic configuration"));
    }

    private static Reply failsafe(NodeReport now) {
        var members = now.failsafe().members();
        if (members.isEmpty()) return Reply.error(502, "This cluster keeps no failsafe list");
        var list = new LinkedHashMap<String, Object>();
        members.forEach((name, url) -> list.put(name.value(), url));
        return Reply.json(200, Json.write(list));
    }

    private Reply failsafe(Map<String, Object> body) {
        var answer = agreement.apply(body);
        return switch (answer) {
            case FailsafeAnswer.Accepted(var position) ->
                    Reply.text(200, "Accepted").with("lsn", String.valueOf(position.value()));
            case FailsafeAnswer.Refused(int status, var why) -> Reply.text(status, why);
        };
    }

    private static String storeAway(NodeReport now) {
        return "The store has not answered since " + now.dcsLastSeen();
    }

    private Reply change(String endpoint, HttpServletRequest request) throws IOException {
        return switch (endpoint) {
            case "PATCH config" ->
                    withBody(request, body -> configured(failover::patchConfig, body));
            case "PUT config" ->
                    withBody(request, body -> configured(failover::replaceConfig, body));
            case "POST switchover" -> withBody(request, body -> handover(endpoint, body));
            case "POST failover" -> withBody(request, body -> handover(endpoint, body));
            case "DELETE switchover" -> Reply.text(failover.cancelSwitchover());
            case "POST restart" -> withOptionalBody(request, this::restart);
            case "DELETE restart" -> Reply.text(failover.cancelRestart());
            case "POST reinitialize" -> withOptionalBody(request, this::reinitialize);
            case "POST reload" -> Reply.text(failover.reload());
            case "POST sigterm" -> Reply.text(202, "shutdown scheduled"); // Patroni's does nothing
            case "POST citus", "POST mpp" ->
                    withBody(request, _ -> Reply.text(new Answer(200, "OK")));
            case "POST failsafe" ->
                    report.get().policy().failsafe()
                            ? withBody(request, this::failsafe)
                            : Reply.error(502, "failsafe_mode is off on this member");
            default -> throw new IllegalStateException("a route without a handler: " + endpoint);
        };
    }

    private static Reply withBody(
            HttpServletRequest request, Function<Map<String, Object>, Reply> then)
            throws IOException {
        return then(Body.required(request), then);
    }

    private static Reply withOptionalBody(
            HttpServletRequest request, Function<Map<String, Object>, Reply> then)
            throws IOException {
        return then(Body.optional(request), then);
    }

    private static Reply then(Body body, Function<Map<String, Object>, Reply> then) {
        return switch (body) {
            case Body.Read(var fields) -> then.apply(fields);
            case Body.Unusable(int status, var why) -> Reply.error(status, why);
        };
    }

    private static Reply configured(Function<String, Answer> change, Map<String, Object> body) {
        var answer = change.apply(Json.write(body));
        return answer.ok()
                ? Reply.json(answer.status(), answer.text())
                : Reply.error(answer.status(), answer.text());
    }

    private Reply handover(String endpoint, Map<String, Object> body) {
        var now = report.get();
        Optional<ClusterView> view = now.view();
        if (view.isEmpty()) return Reply.text(new Answer(503, storeAway(now)));
        var asked =
                endpoint.equals("POST failover")
                        ? Requests.readFailover(body, view.get(), now.policy(), now.now())
                        : Requests.readSwitchover(body, view.get(), now.policy(), now.now());
        return Reply.text(perform(asked));
    }

    private Reply restart(Map<String, Object> body) {
        var now = report.get();
        return Reply.text(perform(Requests.readRestart(body, now.policy(), now.now())));
    }

    private Answer perform(Asked asked) {
        return switch (asked) {
            case Asked.Refused(var answer) -> answer;
            case Asked.Switchover(var leader, var candidate, var at) ->
                    failover.switchover(leader, candidate, at, false);
            case Asked.Failover(var candidate) -> failover.failover(candidate, false);
            case Asked.Restart(var request) -> failover.restart(request);
        };
    }

    private Reply reinitialize(Map<String, Object> body) {
        return Reply.text(
                failover.reinitialize(
                        Json.yes(body.get("force")), Json.yes(body.get("from_leader"))));
    }
}
