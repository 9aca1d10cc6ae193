package io.matriarch.postgres.api;

import java.util.ArrayList;
import java.util.List;

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

    /**
     * Reads hosts and ports as libpq does: each separated by commas, one port for all hosts or one
     * for each.
     *
     * @param ports blank: 5432
     * @return in the order given; empty if {@code hosts} is blank
     * @throws IllegalArgumentException it cannot be read; the message names the value
     */
    public static List<HostPort> list(String hosts, String ports) {
        if (hosts.isBlank()) return List.of();
        var names = hosts.split(",", -1);
        var numbers = (ports.isBlank() ? "5432" : ports).split(",", -1);
        if (numbers.length != 1 && numbers.length != names.length)
            throw new IllegalArgumentException(
                    "%d ports (%s) do not fit %d hosts (%s)"
                            .formatted(numbers.length, ports, names.length, hosts));
        var all = new ArrayList<HostPort>();
        for (int i = 0; i < names.length; i++)
            all.add(
                    new HostPort(
                            name(names[i].strip()),
                            number(numbers[numbers.length == 1 ? 0 : i].strip())));
        return List.copyOf(all);
    }

    private static String name(String host) {
        int colon = host.indexOf(':');
        if (host.startsWith("["))
            throw new IllegalArgumentException(
                    "host \"" + host + "\" stands in brackets; an IPv6 address goes without them");
        if (colon >= 0 && colon == host.lastIndexOf(':'))
            throw new IllegalArgumentException(
                    "host \"%s\" has a port in it; they stand apart: host %s, port %s"
                            .formatted(host, host.substring(0, colon), host.substring(colon + 1)));
        return host;
    }

    private static int number(String port) {
        try {
            return Integer.parseInt(port);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("port \"" + port + "\" is not a number", e);
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
