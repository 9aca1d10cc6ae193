package io.matriarch.failover.rest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.failover.rest.core.AccessRules.Caller;
import io.matriarch.failover.rest.core.AccessRules.Denied;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A changing request")
class AccessRulesTest {
    private static final Denied OUTSIDER = new Denied(403, "Access is denied");

    @Test
    @DisplayName("is let in when nothing is configured")
    void open() {
        assertThat(check(rules(List.of(), false, "none", ""), "10.9.8.7", "")).isEmpty();
    }

    @ParameterizedTest(name = "{1} is let in by {0}: {2}")
    @CsvSource({
        "10.0.0.0/8,10.9.8.7,true",
        "10.0.0.0/8,11.9.8.7,false",
        "192.168.1.128/25,192.168.1.127,false",
        "192.168.1.128/25,192.168.1.129,true",
        "192.168.1.5,192.168.1.5,true",
        "192.168.1.5,192.168.1.6,false",
        "0.0.0.0/0,8.8.8.8,true",
        "0.0.0.0/0,::1,false",
        "fd00::/8,fd12::1,true",
        "fd00::/8,fe80::1%eth0,false",
        "10.0.0.0/33,10.0.0.1,false",
        "127.0.0.1,::ffff:127.0.0.1,true"
    })
    @DisplayName("comes from a listed address or network")
    void allowlist(String entry, String address, boolean in) {
        var denied = check(rules(List.of(entry), false, "none", ""), address, "");
        assertThat(denied).isEqualTo(in ? Optional.empty() : Optional.of(OUTSIDER));
    }

    @Test
    @DisplayName("comes from a listed name or from a member, as far as they have addresses")
    void names() {
        var rules = rules(List.of("ops.example", "10.0.0.0/8"), true, "none", "");
        assertThat(rules.hostNames()).containsExactly("ops.example");
        var caller = new Caller("192.0.2.7", false, false, Optional.empty());
        assertThat(rules.check("/restart", caller, List.of("192.0.2.7"))).isEmpty();
        assertThat(rules.check("/restart", caller, List.of("192.0.2.8"))).contains(OUTSIDER);
        assertThat(rules.check("/restart", caller, List.of())).contains(OUTSIDER);
    }

    @Test
    @DisplayName("of the failsafe protocol is not measured by the members")
    void failsafe() {
        var rules = rules(List.of(), true, "none", "");
        assertThat(rules.asksAddress("/failsafe")).isFalse();
        assertThat(rules.asksAddress("/restart")).isTrue();
    }

    @ParameterizedTest(name = "verify_client {0}, tls {1}, certificate {2}: let in {3}")
    @CsvSource({
        "required,true,false,false",
        "optional,true,false,false",
        "required,true,true,true",
        "none,true,false,true",
        "required,false,false,true"
    })
    @DisplayName("brings a certificate where one is asked for")
    void certificate(String verify, boolean tls, boolean certificate, boolean in) {
        var caller = new Caller("127.0.0.1", tls, certificate, Optional.empty());
        var denied = rules(List.of(), false, verify, "").check("/restart", caller, List.of());
        assertThat(denied)
                .isEqualTo(
                        in
                                ? Optional.empty()
                                : Optional.of(new Denied(403, "client certificate required")));
    }

    @Test
    @DisplayName("brings user and password exactly")
    void basic() {
        var rules = rules(List.of(), false, "none", "admin");
        assertThat(check(rules, "127.0.0.1", ""))
                .contains(new Denied(401, "no auth header received"));
        assertThat(check(rules, "127.0.0.1", basic("admin:wrong")))
                .contains(new Denied(401, "not authenticated"));
        assertThat(check(rules, "127.0.0.1", "Bearer " + basic("admin:secret").substring(6)))
                .contains(new Denied(401, "not authenticated"));
        assertThat(check(rules, "127.0.0.1", basic("admin:secret"))).isEmpty();
    }

    @Test
    @DisplayName("is told by its verb, but /mpp")
    void verbs() {
        assertThat(List.of("GET", "HEAD", "OPTIONS"))
                .allMatch(verb -> AccessRules.free(verb, "/config"));
        assertThat(List.of("POST", "PUT", "PATCH", "DELETE", "TRACE"))
                .noneMatch(verb -> AccessRules.free(verb, "/config"));
        assertThat(AccessRules.free("POST", "/mpp")).isTrue();
        assertThat(AccessRules.free("POST", "/citus")).isFalse();
        assertThat(AccessRules.free("DELETE", "/mpp")).isFalse();
    }

    private static AccessRules rules(
            List<String> allowlist, boolean members, String verify, String username) {
        return new AccessRules(allowlist, members, verify, username, "secret", "");
    }

    private static Optional<Denied> check(AccessRules rules, String address, String header) {
        var authorization = Optional.of(header).filter(it -> !it.isEmpty());
        return rules.check("/restart", new Caller(address, false, false, authorization), List.of());
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
}
