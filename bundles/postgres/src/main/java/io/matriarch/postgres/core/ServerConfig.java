package io.matriarch.postgres.core;

import io.matriarch.postgres.api.ControlData;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the server is to run with.
 *
 * @param postgresqlConf the generated file
 * @param hba content of pg_hba.conf; empty leaves the file alone
 * @param ident content of pg_ident.conf; empty leaves the file alone
 * @param commandLine parameters the postmaster is started with
 * @param wanted {@code commandLine} before a standby's minimums were applied: what a restart would
 *     settle
 */
public record ServerConfig(
        String postgresqlConf,
        Optional<String> hba,
        Optional<String> ident,
        Map<String, String> commandLine,
        Map<String, String> wanted) {
    private static final String RETRY_INTERVAL = "250ms";
    public static final String BASE_CONF = "postgresql.base.conf";

    /**
     * Where a standby gets its WAL from, as PostgreSQL is told.
     *
     * @param conninfo empty: from nobody
     */
    public record Source(String conninfo, String slot) {
        public static final Source NOBODY = new Source("", "");
    }

    /**
     * @param source empty for a primary
     * @param control of a standby that is not running; empty if unknown
     */
    public static ServerConfig of(
            NodeSettings node,
            Merged merged,
            PgVersion version,
            Optional<Source> source,
            Optional<ControlData> control) {
        var wanted = new LinkedHashMap<String, String>();
        wanted.put("listen_addresses", String.join(",", node.listenHosts()));
        wanted.put("port", Integer.toString(node.port()));
        wanted.put("cluster_name", node.scope());
        wanted.putAll(merged.owned());
        Map<String, String> commandLine =
                source.isPresent() && control.isPresent()
                        ? Gucs.atLeast(wanted, control.get())
                        : wanted;
        var parameters = new LinkedHashMap<>(merged.parameters());
        parameters.putAll(commandLine);
        var walKeep = Gucs.walKeep(merged.cluster(), version);
        parameters.put(walKeep.getKey(), walKeep.getValue());
        if (!merged.hba().isEmpty())
            parameters.putIfAbsent("hba_file", file(node.configDir(), "pg_hba.conf"));
        if (!merged.ident().isEmpty())
            parameters.putIfAbsent("ident_file", file(node.configDir(), "pg_ident.conf"));
        return new ServerConfig(
                ConfText.render(
                        merged.customConf().orElse(BASE_CONF),
                        parameters,
                        source.map(from -> recovery(merged, from))
                                .orElseGet(ServerConfig::noTarget)),
                merged.hba().isEmpty() ? Optional.empty() : Optional.of(text(merged.hba())),
                merged.ident().isEmpty() ? Optional.empty() : Optional.of(text(merged.ident())),
                commandLine,
                wanted);
    }

    /**
     * While a data directory of somebody else's making recovers: no one but who runs the server
     * reaches it, its commits wait for nobody, and its WAL goes to no archive, which may be that of
     * the cluster it was copied from.
     *
     * @param control empty if unknown
     * @param recovery what is asked for; empty leaves it to the files that are there
     * @param hba the file that says who is let in
     */
    public static ServerConfig secluded(
            NodeSettings node,
            Merged merged,
            Optional<ControlData> control,
            Map<String, String> recovery,
            Path hba) {
        var commandLine = new LinkedHashMap<String, String>();
        commandLine.put("port", Integer.toString(node.port()));
        commandLine.put("cluster_name", node.scope());
        commandLine.putAll(
                control.map(found -> Gucs.atLeast(merged.owned(), found)).orElse(merged.owned()));
        commandLine.put("listen_addresses", "");
        commandLine.put("unix_socket_directories", node.stateDir().toString());
        commandLine.put("unix_socket_permissions", "0700");
        commandLine.put("hba_file", hba.toString());
        commandLine.put("ssl", "off");
        commandLine.put("archive_mode", "off");
        commandLine.put(Gucs.STANDBY_NAMES, "");
        commandLine.put("lc_messages", "C"); // we read what it says
        return new ServerConfig(
                ConfText.render(
                        merged.customConf().orElse(BASE_CONF), merged.parameters(), recovery),
                Optional.empty(),
                Optional.empty(),
                commandLine,
                commandLine);
    }

    private static Map<String, String> recovery(Merged merged, Source source) {
        var recovery = new LinkedHashMap<String, String>();
        recovery.put("primary_conninfo", source.conninfo());
        recovery.put("primary_slot_name", source.slot());
        recovery.putAll(noTarget());
        // A standby that lost its primary sleeps so long between two tries, and once more when it
        // is promoted
        // meanwhile: PostgreSQL's 5 s would be 5 s without writes.
        if (!merged.parameters().containsKey("wal_retrieve_retry_interval"))
            recovery.put("wal_retrieve_retry_interval", RETRY_INTERVAL);
        merged.recovery().forEach(recovery::putIfAbsent);
        return recovery;
    }

    /**
     * Recover all there is. A primary is told as well: these change at a start only, and lines that
     * went with its promotion would make every later reload complain.
     */
    private static Map<String, String> noTarget() {
        var none = new LinkedHashMap<String, String>();
        none.put("recovery_target_timeline", "latest");
        for (String target : List.of("", "_lsn", "_name", "_time", "_xid"))
            none.put("recovery_target" + target, "");
        return none;
    }

    private static String file(Path directory, String name) {
        return directory.resolve(name).toString();
    }

    private static String text(List<String> lines) {
        return "# Written by Matriarch, which overwrites it: change pg_hba or pg_ident in matriarch.yml"
                + " or in the\n# cluster's dynamic configuration.\n"
                + String.join("\n", lines)
                + "\n";
    }
}
