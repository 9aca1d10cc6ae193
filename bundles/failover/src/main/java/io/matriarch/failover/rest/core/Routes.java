package io.matriarch.failover.rest.core;

import java.util.Map;
import java.util.Set;

/** Which handler a request goes to [2.1]. */
public final class Routes {
    private static final Map<String, Set<String>> ENDPOINTS =
            Map.of(
                    "GET",
                    Set.of(
                            "liveness",
                            "readiness",
                            "patroni",
                            "cluster",
                            "history",
                            "config",
                            "metrics",
                            "failsafe"),
                    "POST",
                    Set.of(
                            "reload",
                            "failsafe",
                            "sigterm",
                            "restart",
                            "reinitialize",
                            "failover",
                            "switchover",
                            "citus",
                            "mpp"),
                    "PATCH",
                    Set.of("config"),
                    "PUT",
                    Set.of("config"),
                    "DELETE",
                    Set.of("restart", "switchover"));
    private static final Set<String> HEALTH = Set.of("GET", "HEAD", "OPTIONS");

    private Routes() {}

    /** Where to. */
    public sealed interface Route {
        /** Named by method and first segment, such as {@code POST switchover}. */
        record Endpoint(String name) implements Route {}

        record Health() implements Route {}

        record Unsupported() implements Route {}
    }

    /** Of a path without its query string. */
    public static Route of(String method, String path) {
        String segment = firstSegment(path);
        if (ENDPOINTS.getOrDefault(method, Set.of()).contains(segment))
            return new Route.Endpoint(method + " " + segment);
        return HEALTH.contains(method) ? new Route.Health() : new Route.Unsupported();
    }

    static String firstSegment(String path) {
        return path.replaceFirst("^/+", "").split("/", 2)[0];
    }
}
