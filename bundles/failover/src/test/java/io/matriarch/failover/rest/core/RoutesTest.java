package io.matriarch.failover.rest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.failover.rest.core.Routes.Route;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A request goes")
class RoutesTest {
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "GET,/patroni", "GET,/patroni/x", "GET,/cluster", "GET,/history", "GET,/config",
        "GET,/metrics", "GET,/failsafe", "GET,/liveness", "GET,/readiness", "POST,/reload",
        "POST,/failsafe", "POST,/sigterm", "POST,/restart", "POST,/reinitialize", "POST,/failover",
        "POST,/switchover", "POST,/citus", "POST,/mpp", "PATCH,/config", "PUT,/config",
        "DELETE,/restart", "DELETE,/switchover"
    })
    @DisplayName("to the endpoint its method and first segment name")
    void endpoints(String method, String path) {
        String segment = path.split("/", -1)[1];
        assertThat(Routes.of(method, path)).isEqualTo(new Route.Endpoint(method + " " + segment));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "GET,/",
        "GET,/primary",
        "GET,/anything",
        "HEAD,/patroni",
        "HEAD,/liveness",
        "OPTIONS,/liveness",
        "OPTIONS,/primary",
        "OPTIONS,/config",
        "GET,/switchover"
    })
    @DisplayName("to the health check if it reads")
    void health(String method, String path) {
        assertThat(Routes.of(method, path)).isEqualTo(new Route.Health());
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "POST,/",
        "POST,/patroni",
        "DELETE,/failover",
        "PUT,/restart",
        "PATCH,/patroni",
        "TRACE,/primary",
        "POST,/nosuch",
        "DELETE,/config"
    })
    @DisplayName("nowhere else")
    void unsupported(String method, String path) {
        assertThat(Routes.of(method, path)).isEqualTo(new Route.Unsupported());
    }

    @Test
    @DisplayName("with its query read as Patroni reads it")
    void query() {
        assertThat(Query.parse("lag=10MB&lag=1&tag_zone=&tag_a=b%20c&x&=y&p=%zz"))
                .containsOnly(
                        java.util.Map.entry("lag", "10MB"),
                        java.util.Map.entry("tag_a", "b c"),
                        java.util.Map.entry("p", "%zz"));
        assertThat(Query.parse(null)).isEmpty();
    }
}
