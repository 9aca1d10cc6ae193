package io.matriarch.config.core;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What applies where the file says nothing and a component's own default does not. */
public final class Defaults {
    private Defaults() {}

    public static final long TTL_SECONDS = 5;
    public static final long LOOP_WAIT_SECONDS = 2;
    public static final long RETRY_TIMEOUT_SECONDS = 1;
    private static final int JMX_PORT = 8009;
    private static final long MAXIMUM_LAG_BYTES = 1_048_576;

    /** Where this node's own files lie: beside the data directory unless set. */
    public static String stateDir(Settings settings) {
        return settings.text("matriarch.state_dir")
                .orElseGet(() -> {
                    var data = settings.text("postgresql.data_dir").orElse("");
                    return data.replaceFirst("/+$", "") + ".matriarch";
                });
    }

    /** Where JMX is served; empty if it is off. */
    public static Optional<Address> jmx(Settings settings) {
        return settings.has("matriarch.jmx.listen")
                ? settings.address("matriarch.jmx.listen")
                : Optional.of(new Address("127.0.0.1", JMX_PORT));
    }

    static boolean jmxTls(Settings settings) {
        return settings.value("matriarch.jmx.tls").filter(Boolean.TRUE::equals).isPresent();
    }

    static boolean jolokia(Settings settings) {
        return settings.value("matriarch.jmx.jolokia").filter(Boolean.TRUE::equals).isPresent();
    }

    static String jmxVerifyClient(Settings settings) {
        return settings.text("matriarch.jmx.verify_client")
                .or(() -> settings.text("restapi.verify_client"))
                .orElse("none");
    }

    /** Whether callers have to say who they are. */
    static boolean asks(Settings settings) {
        return settings.has("security.users") || settings.has("restapi.authentication");
    }

    /** The dynamic configuration a new cluster begins with: as written, over our defaults. */
    static Map<String, Object> dynamic(Settings settings) {
        var dynamic = new LinkedHashMap<String, Object>();
        dynamic.put("ttl", TTL_SECONDS);
        dynamic.put("loop_wait", LOOP_WAIT_SECONDS);
        dynamic.put("retry_timeout", RETRY_TIMEOUT_SECONDS);
        dynamic.put("maximum_lag_on_failover", MAXIMUM_LAG_BYTES);
        dynamic.put("failsafe_mode", true);
        dynamic.putAll(settings.map("bootstrap.dcs"));
        var postgresql = new LinkedHashMap<String, Object>();
        postgresql.put("use_pg_rewind", true);
        postgresql.put("use_slots", true);
        postgresql.putAll(settings.map("bootstrap.dcs.postgresql"));
        dynamic.put("postgresql", postgresql);
        return dynamic;
    }
}
