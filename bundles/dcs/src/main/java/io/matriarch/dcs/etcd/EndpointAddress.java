package io.matriarch.dcs.etcd;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where one etcd server listens.
 *
 * @param uri as configured, for messages
 * @param host a name, an IPv4 address, or an IPv6 address in brackets
 */
record EndpointAddress(String uri, boolean tls, String host, int port) {
    private static final int DEFAULT_PORT = 2379;

    /** Reads {@code http://host:port}, {@code https://host:port} or {@code host:port}. */
    static EndpointAddress parse(String text) throws MatriarchException {
        String full = text.contains("://") ? text.strip() : "http://" + text.strip();
        URI uri;
        try {
            uri = new URI(full);
        } catch (URISyntaxException e) {
            throw wrong(text, e.getReason());
        }
        String scheme = String.valueOf(uri.getScheme());
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw wrong(text, "the scheme is " + scheme);
        }
        if (uri.getHost() == null) {
            throw wrong(text, "no host name in it");
        }
        if (!uri.getPath().isEmpty() && !uri.getPath().equals("/")) {
            throw wrong(text, "it has a path");
        }
        int port = uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort();
        return new EndpointAddress(text.strip(), scheme.equals("https"), uri.getHost(), port);
    }

    private static MatriarchException wrong(String text, String why) {
        return new MatriarchException(
                Code.CONFIG,
                "etcd endpoint '%s': %s".formatted(text, why),
                "write it as http://host:2379 or https://host:2379");
    }

    /** For HTTP, without a slash at its end. */
    String root() {
        return (tls ? "https://" : "http://") + host + ":" + port;
    }

    String target() {
        return "dns:///" + host + ":" + port;
    }
}
