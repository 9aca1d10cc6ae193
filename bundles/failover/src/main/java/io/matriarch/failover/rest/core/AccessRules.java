package io.matriarch.failover.rest.core;

import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who may change something [2.8]. Reading is free for all.
 *
 * @param allowlist host names, addresses and networks such as {@code 10.0.0.0/8}; empty: from
 *     everywhere
 * @param includeMembers whether the hosts of all members' {@code api_url} belong to the list
 * @param verifyClient {@code required} and {@code optional} both demand a verified client
 *     certificate for changes under TLS; anything else does not
 * @param username empty: no password is asked for
 * @param metricsToken without it {@code /metrics} is not told; empty: none is asked for
 */
public record AccessRules(
        List<String> allowlist,
        boolean includeMembers,
        String verifyClient,
        String username,
        String password,
        String metricsToken) {
    private static final String BEARER = "bearer ";
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    public AccessRules {
        allowlist = List.copyOf(allowlist);
    }

    /** What is known of a caller. Nothing of it is trusted but the address. */
    public record Caller(
            String address, boolean tls, boolean certificate, Optional<String> authorization) {}

    /** Why not. */
    public record Denied(int status, String text) {}

    /** Whether the request is free for all: it only reads, or Patroni leaves its path open. */
    public static boolean free(String method, String path) {
        return SAFE.contains(method)
                || (method.equals("POST") && Routes.firstSegment(path).equals("mpp"));
    }

    /** Whether {@code /metrics} is refused, whoever would serve it. */
    public Optional<Denied> checkMetrics(String path, Optional<String> authorization) {
        if (metricsToken.isEmpty() || !Routes.firstSegment(path).equals("metrics"))
            return Optional.empty();
        boolean right =
                authorization
                        .filter(header -> header.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                        .map(header -> header.substring(BEARER.length()).strip())
                        .map(token -> same(metricsToken, token))
                        .orElse(false);
        return right
                ? Optional.empty()
                : Optional.of(
                        new Denied(401, "a bearer token is asked for (monitor.metrics_token)"));
    }

    /** Takes as long for any wrong one. */
    private static boolean same(String expected, String given) {
        return MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * {@code POST /failsafe} comes from members while the store is away, and does not count them.
     */
    public boolean asksMembers(String path) {
        return includeMembers && !Routes.firstSegment(path).equals("failsafe");
    }

    public boolean asksAddress(String path) {
        return !allowlist.isEmpty() || asksMembers(path);
    }

    /** The entries of the allowlist that are names and must be looked up. */
    public List<String> hostNames() {
        return allowlist.stream().filter(entry -> network(entry).isEmpty()).toList();
    }

    /**
     * Asks in Patroni's order: address, certificate, password.
     *
     * @param resolved addresses of {@link #hostNames}, and of the members if they count
     * @return empty if the caller may
     */
    public Optional<Denied> check(String path, Caller caller, Collection<String> resolved) {
        var place = checkPlace(path, caller, resolved);
        if (place.isPresent() || username.isEmpty()) return place;
        if (caller.authorization().isEmpty())
            return Optional.of(new Denied(401, "no auth header received"));
        return authenticated(caller.authorization().get())
                ? Optional.empty()
                : Optional.of(new Denied(401, "not authenticated"));
    }

    /** {@link #check} without the password: address and certificate. */
    public Optional<Denied> checkPlace(String path, Caller caller, Collection<String> resolved) {
        if (asksAddress(path) && !listed(caller.address(), resolved))
            return Optional.of(new Denied(403, "Access is denied"));
        boolean certificateAsked =
                verifyClient.equals("required") || verifyClient.equals("optional");
        if (caller.tls() && certificateAsked && !caller.certificate())
            return Optional.of(new Denied(403, "client certificate required"));
        return Optional.empty();
    }

    /** Whether the header of HTTP Basic is that of the one user of the configuration. */
    public boolean authenticated(String header) {
        if (!header.toLowerCase(Locale.ROOT).startsWith("basic ")) return false;
        var expected =
                Base64.getEncoder()
                        .encode((username + ":" + password).getBytes(StandardCharsets.UTF_8));
        var given = header.substring("basic ".length()).strip().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(expected, given); // takes as long for any wrong one
    }

    /** Whether these are name and password of the one user of the configuration. */
    public boolean authenticated(String user, String given) {
        if (username.isEmpty()) return false;
        return same(username + ":" + password, user + ":" + given);
    }

    private boolean listed(String address, Collection<String> resolved) {
        var caller = address(address);
        if (caller.isEmpty()) return false;
        var entries = new ArrayList<>(allowlist);
        entries.addAll(resolved);
        return entries.stream()
                .map(AccessRules::network)
                .flatMap(Optional::stream)
                .anyMatch(network -> network.contains(caller.get()));
    }

    /**
     * @param base as a number of {@code bits} bits
     * @param prefix how many of them, from the left, belong to the network
     */
    private record Network(BigInteger base, int bits, int prefix) {
        boolean contains(Network address) {
            int host = bits - prefix;
            return bits == address.bits
                    && base.shiftRight(host).equals(address.base.shiftRight(host));
        }
    }

    /** An address is a network of one. Empty if the entry is a name. */
    private static Optional<Network> network(String entry) {
        int slash = entry.indexOf('/');
        var address = address(slash < 0 ? entry : entry.substring(0, slash));
        if (address.isEmpty() || slash < 0) return address;
        String prefix = entry.substring(slash + 1);
        if (!prefix.matches("\\d{1,3}")) return Optional.empty();
        int length = Integer.parseInt(prefix);
        return address.filter(it -> length <= it.bits())
                .map(it -> new Network(it.base(), it.bits(), length));
    }

    /** Read without asking anybody; empty if it is a name. */
    private static Optional<Network> address(String text) {
        int zone = text.indexOf('%');
        String plain = zone < 0 ? text : text.substring(0, zone);
        try {
            byte[] bytes = InetAddress.ofLiteral(plain).getAddress();
            int bits = bytes.length * 8;
            return Optional.of(new Network(new BigInteger(1, bytes), bits, bits));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
