package io.matriarch.management.core;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.net.InetAddress;

/**
 * Where the JMX connector listens.
 *
 * @param address of this machine; one that others reach only if TLS and users guard it
 * @param port 1 to 65535
 */
public record ListenAddress(InetAddress address, int port) {
    private static final String FORM =
            "expected an address of this machine and a port, such as 127.0.0.1:8009";

    /**
     * Reads {@code ADDRESS:PORT}; IPv6 in brackets; no name but {@code localhost} is looked up.
     *
     * @param guarded whether TLS is on and callers have to say who they are
     * @throws MatriarchException CONFIG; also for an address others could reach unless guarded, and
     *     for one that means every address: clients are told which to call
     */
    public static ListenAddress parse(String text, boolean guarded) throws MatriarchException {
        int colon = text.lastIndexOf(':');
        if (colon < 1) throw wrong(text, "it has no port");
        var address = address(text, text.substring(0, colon));
        if (guarded && address.isAnyLocalAddress())
            throw wrong(text, "clients are told by JMX which address to call, so it must be one");
        if (!guarded && !address.isLoopbackAddress())
            throw new MatriarchException(
                    Code.CONFIG,
                    "matriarch.jmx.listen is \"%s\", which other machines can reach"
                            .formatted(text),
                    "JMX can stop PostgreSQL and load code: set matriarch.jmx.tls and security.users,"
                            + " or use 127.0.0.1:8009 and an SSH tunnel");
        return new ListenAddress(address, port(text, text.substring(colon + 1)));
    }

    private static InetAddress address(String text, String host) throws MatriarchException {
        String literal =
                switch (host) {
                    case "localhost" -> "127.0.0.1";
                    default ->
                            host.startsWith("[") && host.endsWith("]")
                                    ? host.substring(1, host.length() - 1)
                                    : host;
                };
        try {
            return InetAddress.ofLiteral(literal); // a literal, so no name service is asked
        } catch (IllegalArgumentException e) {
            throw wrong(text, "\"" + host + "\" is not an address");
        }
    }

    private static int port(String text, String digits) throws MatriarchException {
        try {
            int port = Integer.parseInt(digits);
            if (port >= 1 && port <= 65_535) return port;
        } catch (NumberFormatException e) {
            throw wrong(text, "\"" + digits + "\" is not a port");
        }
        throw wrong(text, "port " + digits + " is not in 1 to 65535");
    }

    private static MatriarchException wrong(String text, String why) {
        return new MatriarchException(
                Code.CONFIG, "matriarch.jmx.listen is \"%s\": %s".formatted(text, why), FORM);
    }

    public String host() {
        String literal = address.getHostAddress();
        return literal.indexOf(':') >= 0 ? "[" + literal + "]" : literal;
    }
}
