package io.matriarch.postgres.api;

/**
 * Where a server listens.
 *
 * @param host name or address, IPv6 without brackets
 * @param port 1 to 65535
 */
public record HostPort(String host, int port) {
    public HostPort {
        if (host.isBlank()) throw new IllegalArgumentException("a host must not be blank");
        if (port < 1 || port > 65_535)
            throw new IllegalArgumentException("port " + port + " is not in 1 to 65535");
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
