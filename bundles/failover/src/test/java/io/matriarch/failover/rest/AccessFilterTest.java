package io.matriarch.failover.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.failover.rest.core.AccessRules;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The access filter")
class AccessFilterTest {
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";
    private boolean passed;

    @Test
    @DisplayName("lets reading pass without the mark, whatever the rules")
    void reading() throws Exception {
        var strict = rules(List.of("192.0.2.1"), false, "admin");
        for (String verb : List.of("GET", "HEAD", "OPTIONS")) {
            var exchange = through(strict, Exchange.of(verb, "/api/v1/node"), List.of());
            assertThat(passed).isTrue();
            assertThat(exchange.attributes()).isEmpty();
        }
    }

    @Test
    @DisplayName("marks a change it lets in, on paths of others too")
    void marks() throws Exception {
        var exchange =
                through(
                        rules(List.of(), false, "admin"),
                        Exchange.of("POST", "/api/v1/pause")
                                .header("Authorization", basic("secret")),
                        List.of());
        assertThat(passed).isTrue();
        assertThat(exchange.attributes()).containsEntry("io.matriarch.access", "granted");
    }

    @Test
    @DisplayName("asks for the password, and says so as browsers and curl understand it")
    void password() throws Exception {
        var exchange =
                through(
                        rules(List.of(), false, "admin"),
                        Exchange.of("POST", "/restart").header("Authorization", basic("wrong")),
                        List.of());
        assertThat(passed).isFalse();
        assertThat(exchange.status()).isEqualTo(401);
        assertThat(exchange.text()).isEqualTo("not authenticated");
        assertThat(exchange.headers()).containsEntry("WWW-Authenticate", "Basic realm=\"Patroni\"");
        assertThat(exchange.attributes()).isEmpty();
    }

    @Test
    @DisplayName("lets in the hosts of members' api_url, looked up by name too")
    void members() throws Exception {
        var rules = rules(List.of("192.0.2.0/24"), true, "");
        var urls = List.of("http://localhost:8008/patroni", "http://[fd00::7]:8008/patroni", "%");
        assertThat(through(rules, Exchange.of("POST", "/restart"), urls).status()).isZero();
        assertThat(passed).isTrue();
        through(rules, Exchange.of("POST", "/restart").from("fd00:0:0:0:0:0:0:7"), urls);
        assertThat(passed).isTrue();
        var stranger = Exchange.of("POST", "/restart").from("198.51.100.1");
        assertThat(through(rules, stranger, urls).status()).isEqualTo(403);
        assertThat(stranger.text()).isEqualTo("Access is denied");
        assertThat(passed).isFalse();
    }

    @Test
    @DisplayName("takes a verified certificate from where the container puts it")
    void certificate() throws Exception {
        var rules = new AccessRules(List.of(), false, "optional", "", "", "");
        var without = Exchange.of("POST", "/restart").overTls();
        assertThat(through(rules, without, List.of()).status()).isEqualTo(403);
        var with =
                Exchange.of("POST", "/restart")
                        .overTls()
                        .attribute(CERTIFICATES, new X509Certificate[1]);
        through(rules, with, List.of());
        assertThat(passed).isTrue();
    }

    @Test
    @DisplayName("tells /metrics only to whoever has the token, however the path is spelled")
    void metricsToken() throws Exception {
        var rules = rules(List.of(), false, "");
        for (String path : List.of("/metrics", "//metrics", "/metrics/x")) {
            var refused = through(rules, Exchange.of("GET", path), List.of());
            assertThat(passed).as(path).isFalse();
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.headers()).containsEntry("WWW-Authenticate", "Bearer");
        }
        var spelled = Exchange.of("GET", "/%6detrics").mapped("/metrics", null);
        through(rules, spelled, List.of());
        assertThat(passed).isFalse();
        for (String header : List.of("Bearer wrong", "Basic scrape", "scrape")) {
            through(
                    rules,
                    Exchange.of("GET", "/metrics").header("Authorization", header),
                    List.of());
            assertThat(passed).as(header).isFalse();
        }
        through(
                rules,
                Exchange.of("GET", "/metrics").header("Authorization", "bearer scrape"),
                List.of());
        assertThat(passed).isTrue();
    }

    private Exchange through(AccessRules rules, Exchange exchange, List<String> urls)
            throws IOException, ServletException {
        passed = false;
        return exchange.sentThrough(new AccessFilter(rules, () -> urls), (_, _) -> passed = true);
    }

    private static AccessRules rules(List<String> allowlist, boolean members, String username) {
        return new AccessRules(allowlist, members, "none", username, "secret", "scrape");
    }

    private static String basic(String password) {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString(("admin:" + password).getBytes(StandardCharsets.UTF_8));
    }
}
