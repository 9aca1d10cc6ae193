package io.matriarch.postgres.core;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Commands of the user that make a data directory, in Patroni's form and with its arguments.
 *
 * @param bootstrap makes the first one of a cluster; empty: initdb does
 * @param replica what is tried for a further one, in this order; never empty
 * @see <a href="https://patroni.readthedocs.io/en/latest/replica_bootstrap.html">Replica imaging
 *     and bootstrap</a>
 */
public record CustomMethods(Optional<Bootstrap> bootstrap, List<Replica> replica) {
    private static final String BASEBACKUP = "basebackup";
    private static final Set<String> OF_BOOTSTRAP =
            Set.of(
                    "command",
                    "no_params",
                    "keep_existing_recovery_conf",
                    "recovery_conf",
                    "scope",
                    "datadir");
    private static final Set<String> OF_REPLICA =
            Set.of(
                    "command",
                    "no_params",
                    "keep_data",
                    "no_leader",
                    "no_master",
                    "scope",
                    "role",
                    "datadir",
                    "connstring");

    /** What PostgreSQL's own programs do. */
    public static final CustomMethods NONE =
            new CustomMethods(Optional.empty(), List.of(Replica.own()));

    public CustomMethods {
        replica = replica.isEmpty() ? List.of(Replica.own()) : List.copyOf(replica);
    }

    /**
     * @param command for a shell; the arguments come behind it
     * @param keepRecovery what the command wrote about recovery stays
     * @param recovery settings of a recovery that is asked for here; empty: none is
     * @param further arguments of the user
     */
    public record Bootstrap(
            String name,
            String command,
            boolean noParams,
            boolean keepRecovery,
            Map<String, String> recovery,
            List<String> further) {
        public Bootstrap {
            recovery = Map.copyOf(recovery);
            further = List.copyOf(further);
        }

        /**
         * @throws IllegalArgumentException there is no command, or a recovery setting cannot stand
         *     in postgresql.conf
         */
        public static Bootstrap of(String name, Map<?, ?> options) {
            var recovery = new LinkedHashMap<String, String>();
            if (options.get("recovery_conf") instanceof Map<?, ?> settings)
                settings.forEach((key, value) -> setting(recovery, name, key, value));
            return new Bootstrap(
                    name,
                    commandOf(options)
                            .orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "bootstrap."
                                                    + name
                                                    + " has no command; give what is to be run")),
                    flag(options, "no_params"),
                    flag(options, "keep_existing_recovery_conf"),
                    recovery,
                    furtherOf(options, OF_BOOTSTRAP));
        }

        private static void setting(
                Map<String, String> recovery, String method, Object key, Object value) {
            if (!Gucs.RECOVERY.contains(key.toString()))
                throw new IllegalArgumentException(
                        "bootstrap."
                                + method
                                + ".recovery_conf: \""
                                + key
                                + "\" is no recovery setting; possible are "
                                + Gucs.RECOVERY.stream().sorted().toList());
            ConfText.quote(value.toString());
            recovery.put(key.toString(), value.toString());
        }

        public List<String> arguments(String scope, Path dataDir) {
            var all = new ArrayList<String>();
            if (!noParams) all.addAll(List.of("--scope=" + scope, "--datadir=" + dataDir));
            all.addAll(further);
            return all;
        }
    }

    /**
     * @param command for a shell; empty: a backup of the repository or pg_basebackup
     * @param keepData the command gets what was in the data directory
     * @param further arguments of the user
     */
    public record Replica(
            String name,
            Optional<String> command,
            boolean noParams,
            boolean keepData,
            List<String> further) {
        public Replica {
            further = List.copyOf(further);
        }

        private static Replica own() {
            return new Replica(BASEBACKUP, Optional.empty(), false, false, List.of());
        }

        /** A method without a command is a command by its name. */
        public static Replica of(String name, Map<?, ?> options) {
            if (name.equals(BASEBACKUP)) return own();
            return new Replica(
                    name,
                    commandOf(options).or(() -> Optional.of(name)),
                    flag(options, "no_params"),
                    flag(options, "keep_data"),
                    furtherOf(options, OF_REPLICA));
        }

        public List<String> arguments(String scope, Path directory, String source) {
            var all = new ArrayList<>(further);
            if (!noParams)
                all.addAll(
                        List.of(
                                "--scope=" + scope,
                                "--role=replica",
                                "--datadir=" + directory,
                                "--connstring=" + source));
            return all;
        }
    }

    private static Optional<String> commandOf(Map<?, ?> options) {
        return Optional.ofNullable(options.get("command"))
                .map(Object::toString)
                .filter(text -> !text.isBlank());
    }

    private static boolean flag(Map<?, ?> options, String name) {
        Object value = options.get(name);
        return value != null && Gucs.bool(value.toString()).orElse(false);
    }

    private static List<String> furtherOf(Map<?, ?> options, Set<String> ours) {
        return options.entrySet().stream()
                .filter(option -> !ours.contains(option.getKey().toString()))
                .map(option -> "--" + option.getKey() + "=" + option.getValue())
                .toList();
    }
}
