package io.matriarch.postgres.osgi;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.api.MemberName;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.core.Account;
import io.matriarch.postgres.core.CustomMethods;
import io.matriarch.postgres.core.NodeSettings;
import io.matriarch.postgres.core.WalCommands;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link NodeSettings} of a configuration. What is wrong is refused with the key, the value
 * and what would be right.
 */
final class SettingsReader {
    private static final String DEFAULT_PORT = "5432";
    private static final int DEFAULT_TIMEOUT_SECONDS = 60;
    private static final long DEFAULT_DIVERGED_WAL_BYTES = 1L << 30;

    /** Local keys the cluster's section has as well, by property: how Patroni spells them. */
    private static final Map<String, String> SHARED =
            Map.of(
                    "parameters", "parameters",
                    "recoveryConf", "recovery_conf",
                    "pgHba", "pg_hba",
                    "pgIdent", "pg_ident",
                    "basebackup", "basebackup",
                    "customConf", "custom_conf",
                    "usePgRewind", "use_pg_rewind");

    private final Map<String, Object> properties;

    private SettingsReader(Map<String, Object> properties) {
        this.properties = properties;
    }

    /**
     * @throws IllegalArgumentException a key is missing, or its value cannot be used
     */
    static NodeSettings read(Map<String, Object> properties) {
        return new SettingsReader(properties).read();
    }

    private NodeSettings read() {
        String listen = text("listen", "");
        if (listen.isEmpty()) throw missing("listen", "HOST:PORT, such as 0.0.0.0:5432");
        int port = port("listen", listen);
        List<String> hosts = hosts(listen);
        Path dataDir = path("dataDir", "/var/lib/postgresql/15/main");
        Path stateDir = optionalPath("stateDir").orElse(dataDir.resolveSibling("matriarch"));
        return new NodeSettings(
                required("scope", "the name of the cluster"),
                new MemberName(required("name", "the name of this member")),
                hosts,
                port,
                connectAddress(hosts, port),
                text("database", "postgres"),
                dataDir,
                optionalPath("configDir").orElse(dataDir),
                optionalPath("binDir"),
                names(json("binName")),
                stateDir,
                optionalPath("pgpass").orElse(stateDir.resolve("pgpass")),
                Duration.ofSeconds(number("pgCtlTimeout", DEFAULT_TIMEOUT_SECONDS)),
                account("superuser", "postgres"),
                account("replication", "replicator"),
                rewindAccount(),
                monitorAccount(),
                initdb(),
                strings("bootstrapPgHba"),
                text("postBootstrap", ""),
                methods(),
                new WalCommands(text("archiveCommand", ""), text("restoreCommand", "")),
                divergedWalBytes(),
                shared());
    }

    private HostPort connectAddress(List<String> hosts, int port) {
        String address = text("connectAddress", "");
        if (address.isEmpty()) return new HostPort(NodeSettings.reachableHost(hosts), port);
        return new HostPort(
                hosts(address).getFirst(),
                hasPort(address) ? port("connectAddress", address) : port);
    }

    // HOST:PORT, [V6]:PORT, HOST,HOST:PORT; Patroni takes a missing port as 5432

    private static boolean hasPort(String address) {
        int colon = address.lastIndexOf(':');
        return colon > address.lastIndexOf(']')
                && (address.indexOf(':') == colon || address.indexOf(']') >= 0 || list(address));
    }

    private static boolean list(String address) {
        return address.indexOf(',') >= 0;
    }

    private static int port(String key, String address) {
        String text =
                hasPort(address) ? address.substring(address.lastIndexOf(':') + 1) : DEFAULT_PORT;
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65_535) return port;
            throw new NumberFormatException(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "postgresql."
                            + key
                            + ": \""
                            + address
                            + "\" has no port of 1 to 65535; expected HOST:PORT",
                    e);
        }
    }

    private static List<String> hosts(String address) {
        String part = hasPort(address) ? address.substring(0, address.lastIndexOf(':')) : address;
        var hosts = new ArrayList<String>();
        for (String host : part.split(",", -1)) {
            String bare = host.strip().replaceAll("^\\[|]$", "");
            if (!bare.isEmpty()) hosts.add(bare);
        }
        if (hosts.isEmpty())
            throw new IllegalArgumentException(
                    "postgresql: \"" + address + "\" names no host; expected HOST:PORT");
        return hosts;
    }

    private Account rewindAccount() {
        return json("authentication").get("rewind") instanceof Map<?, ?>
                ? account("rewind", "rewinder")
                : account("superuser", "postgres"); // as Patroni does without one
    }

    private Optional<Account> monitorAccount() {
        return json("authentication").get("monitor") instanceof Map<?, ?>
                ? Optional.of(account("monitor", "monitor"))
                : Optional.empty();
    }

    private Account account(String role, String fallback) {
        Object section = json("authentication").get(role);
        var options = section instanceof Map<?, ?> map ? names(map) : Map.<String, String>of();
        var rest = new LinkedHashMap<>(options);
        String user = Optional.ofNullable(rest.remove("username")).orElse(fallback);
        String password = Optional.ofNullable(rest.remove("password")).orElse("");
        return new Account(user, password, rest);
    }

    private static Map<String, String> names(Map<?, ?> map) {
        var texts = new LinkedHashMap<String, String>();
        map.forEach((key, value) -> {
            if (value != null) texts.put(String.valueOf(key), String.valueOf(value));
        });
        return texts;
    }

    private List<Object> initdb() {
        return switch (value("initdb")) {
            case null -> List.of();
            case List<?> list -> List.copyOf(list);
            case Map<?, ?> map -> List.of(map);
            case Object other ->
                    throw new IllegalArgumentException(
                            "bootstrap.initdb must be a list, not \"" + other + "\"");
        };
    }

    private CustomMethods methods() {
        Optional<CustomMethods.Bootstrap> bootstrap =
                json("bootstrapMethod").get("name") instanceof String name
                        ? Optional.of(
                                CustomMethods.Bootstrap.of(name, options(json("bootstrapMethod"))))
                        : Optional.empty();
        var replica = new ArrayList<CustomMethods.Replica>();
        if (value("replicaMethods") instanceof List<?> list)
            for (Object item : list)
                if (item instanceof Map<?, ?> method)
                    replica.add(
                            CustomMethods.Replica.of(
                                    String.valueOf(method.get("name")), options(method)));
        return new CustomMethods(bootstrap, replica);
    }

    private static Map<?, ?> options(Map<?, ?> method) {
        return method.get("options") instanceof Map<?, ?> options ? options : Map.of();
    }

    private Map<String, Object> shared() {
        var section = new LinkedHashMap<String, Object>();
        SHARED.forEach((property, key) -> {
            Object value = value(property);
            if (value != null) section.put(key, value);
        });
        return section;
    }

    private Map<?, ?> json(String key) {
        return switch (value(key)) {
            case null -> Map.of();
            case Map<?, ?> map -> map;
            case Object other ->
                    throw new IllegalArgumentException(
                            "postgresql." + key + " must be a map, not \"" + other + "\"");
        };
    }

    /** Strings that hold JSON objects or lists are read, arrays become lists. */
    private @Nullable Object value(String key) {
        Object value = properties.get(key);
        if (value instanceof Object[] array) return List.of(array);
        if (!(value instanceof String text)) return value;
        String bare = text.strip();
        if (!bare.startsWith("{") && !bare.startsWith("[")) return bare.isEmpty() ? null : text;
        try {
            return JSON.std.anyFrom(bare);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "postgresql." + key + " is no JSON: " + e.getMessage(), e);
        }
    }

    private String text(String key, String fallback) {
        Object value = properties.get(key);
        return value == null || value.toString().isBlank() ? fallback : value.toString().strip();
    }

    private String required(String key, String what) {
        String text = text(key, "");
        if (text.isEmpty()) throw missing(key, what);
        return text;
    }

    private static IllegalArgumentException missing(String key, String what) {
        return new IllegalArgumentException("postgresql: " + key + " is missing; give " + what);
    }

    private List<String> strings(String key) {
        return value(key) instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    private int number(String key, int fallback) {
        String text = text(key, String.valueOf(fallback));
        try {
            int number = Integer.parseInt(text);
            if (number > 0) return number;
            throw new NumberFormatException(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "postgresql." + key + ": \"" + text + "\" is no number of seconds above 0", e);
        }
    }

    private long divergedWalBytes() {
        String text = text("divergedWalBytes", String.valueOf(DEFAULT_DIVERGED_WAL_BYTES));
        try {
            long bytes = Long.parseLong(text);
            if (bytes >= 0) return bytes;
            throw new NumberFormatException(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "matriarch.diverged_wal_limit: \""
                            + text
                            + "\" is no number of bytes, 0 or more",
                    e);
        }
    }

    private Path path(String key, String example) {
        return optionalPath(key).orElseThrow(() -> missing(key, "a directory, such as " + example));
    }

    private Optional<Path> optionalPath(String key) {
        String text = text(key, "");
        return text.isEmpty()
                ? Optional.empty()
                : Optional.of(Path.of(text).toAbsolutePath().normalize());
    }
}
