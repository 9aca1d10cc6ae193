package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demote-cluster",
        description = {
            "Make the cluster a standby cluster that follows another: it takes no more writes.",
            "At least --host or --restore-command is needed."
        })
final class DemoteClusterCommand implements Callable<Integer> {

    private final Root root;

    @Option(
            names = "--host",
            paramLabel = "HOST[,HOST]",
            description = "Where the primary of the other cluster is, or may be.")
    private @Nullable String host;

    @Option(
            names = "--port",
            paramLabel = "PORT[,PORT]",
            description = "Its port; one for all hosts or one for each (default: 5432).")
    private @Nullable String port;

    @Option(
            names = "--restore-command",
            paramLabel = "COMMAND",
            description = "Fetches WAL from the archive of the other cluster.")
    private @Nullable String restoreCommand;

    @Option(
            names = "--primary-slot-name",
            paramLabel = "SLOT",
            description = "Replication slot of the other cluster to stream by (default: none).")
    private @Nullable String slot;

    DemoteClusterCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        if (host == null && restoreCommand == null)
            throw new MatriarchException(
                    Code.USAGE,
                    "neither --host nor --restore-command is given",
                    "name what the cluster shall follow, such as --host 10.1.0.11,10.1.0.12");
        var section = new LinkedHashMap<String, @Nullable Object>();
        var body = new LinkedHashMap<String, @Nullable Object>();
        put(section, "host", body, "host", host);
        put(section, "port", body, "port", port);
        put(section, "restore_command", body, "restoreCommand", restoreCommand);
        put(section, "primary_slot_name", body, "primarySlotName", slot);
        return new ClusterRoleChange(root).to(section, body);
    }

    private static void put(
            Map<String, @Nullable Object> section,
            String key,
            Map<String, @Nullable Object> body,
            String name,
            @Nullable String value) {
        if (value == null) return;
        section.put(key, value);
        body.put(name, value);
    }
}
