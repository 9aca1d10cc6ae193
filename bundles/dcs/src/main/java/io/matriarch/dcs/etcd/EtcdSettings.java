package io.matriarch.dcs.etcd;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to reach the store.
 *
 * @param endpoints asked in this order
 * @param username empty: no authentication
 * @param cacert PEM; absent: the authorities the Java runtime knows
 * @param cert PEM, our certificate with its chain; absent: none is shown
 * @param key PEM, its private key (PKCS#8, PKCS#1 or SEC1, not encrypted)
 * @param silence an endpoint that owes an answer for this long gets a new connection
 */
public record EtcdSettings(
        List<String> endpoints,
        String username,
        String password,
        @Nullable Path cacert,
        @Nullable Path cert,
        @Nullable Path key,
        Duration silence) {
    public EtcdSettings {
        endpoints = List.copyOf(endpoints);
    }

    /** Plain connections, no user. */
    public static EtcdSettings plain(List<String> endpoints) {
        return new EtcdSettings(endpoints, "", "", null, null, null, Duration.ofSeconds(1));
    }

    List<EndpointAddress> addresses() throws MatriarchException {
        List<EndpointAddress> parsed = new ArrayList<>();
        for (String endpoint : endpoints) {
            parsed.add(EndpointAddress.parse(endpoint));
        }
        if (parsed.isEmpty()) {
            throw new MatriarchException(
                    Code.CONFIG, "etcd3.hosts is empty", "name at least one endpoint, host:2379");
        }
        if ((cert == null) != (key == null)) {
            throw new MatriarchException(
                    Code.CONFIG,
                    "etcd3: only one of cert (%s) and key (%s) is set".formatted(cert, key),
                    "set both, or neither");
        }
        return parsed;
    }
}
