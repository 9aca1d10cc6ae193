package io.matriarch.config.core;

import java.util.Optional;

/**
 * A host, or several separated by commas, and a port.
 *
 * @param host as written, IPv6 without brackets
 * @param port 1 to 65535
 */
public record Address(String host, int port) {

    /** Empty if it is not {@code host:port}. */
    public static Optional<Address> parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.substring(colon + 1).matches("[0-9]{1,5}")) return Optional.empty();
        int port = Integer.parseInt(text.substring(colon + 1));
        var host = text.substring(0, colon).strip();
        if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
        if (port < 1
                || port > 65_535
                || host.isBlank()
                || host.chars().anyMatch(c -> c == '/' || c == ' ')) return Optional.empty();
        return Optional.of(new Address(host, port));
    }

    /** The first of several hosts. */
    public Address first() {
        int comma = host.indexOf(',');
        return comma < 0 ? this : new Address(host.substring(0, comma).strip(), port);
    }

    /** Whether this means every address of the machine, so that nobody could connect to it. */
    public boolean wildcard() {
        return host.equals("*") || host.equals("0.0.0.0") || host.equals("::");
    }

    /** Whether it is a number, so that nobody need be asked for it. */
    public boolean literal() {
        return host.indexOf(':') >= 0 || host.matches("[0-9]+(\\.[0-9]+){3}");
    }

    public boolean loopback() {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
    }

    /** Whether both cannot be listened on at the same time. */
    public boolean collidesWith(Address other) {
        return port == other.port && (wildcard() || other.wildcard() || host.equals(other.host));
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
