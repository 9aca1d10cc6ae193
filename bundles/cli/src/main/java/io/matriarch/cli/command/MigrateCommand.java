package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Migration.Direction;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "migrate",
        description = {
            "Change the agent of this node, from Patroni to Matriarch or back.",
            "PostgreSQL runs on all the while; the cluster is paused for as long as it takes."
        })
final class MigrateCommand implements Callable<Integer> {
    private static final String PATRONIS_FILE = "/etc/patroni/config.yml";

    private final Root root;
    @Spec private @Nullable CommandSpec spec;

    MigrateCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        if (spec == null) throw new IllegalStateException("not made by picocli");
        throw new ParameterException(
                spec.commandLine(), "migrate: a command is missing: from-patroni or to-patroni");
    }

    @Command(
            name = "from-patroni",
            description = {
                "Let Matriarch take this node over from Patroni. Run it on the node, as a user who may",
                "stop and start both; standbys first, the leader last. --dry-run judges and tells the steps."
            })
    int fromPatroni(
            @Parameters(paramLabel = "PATRONI_YML", description = "The file Patroni runs with.")
                    Path file,
            @Option(
                            names = "--write",
                            paramLabel = "FILE",
                            description =
                                    "Where Matriarch's file shall be (default: that of --config).")
                    @Nullable Path write,
            @Option(
                            names = "--stop",
                            paramLabel = "COMMAND",
                            defaultValue = "systemctl stop patroni",
                            description = "Stops Patroni (default: ${DEFAULT-VALUE}).")
                    String stop,
            @Option(
                            names = "--start",
                            paramLabel = "COMMAND",
                            defaultValue = "systemctl start matriarch",
                            description = "Starts Matriarch (default: ${DEFAULT-VALUE}).")
                    String start)
            throws MatriarchException {
        Path target = write == null ? root.ownFile() : write;
        return new MigrationRun(root, Direction.FROM_PATRONI, file, target, stop, start).run();
    }

    @Command(
            name = "to-patroni",
            description = {
                "Let Patroni take this node over from Matriarch. Run it on the node, as a user who may",
                "stop and start both; standbys first, the leader last. --dry-run judges and tells the steps."
            })
    int toPatroni(
            @Parameters(paramLabel = "MATRIARCH_YML", description = "The file Matriarch runs with.")
                    Path file,
            @Option(
                            names = "--write",
                            paramLabel = "FILE",
                            defaultValue = PATRONIS_FILE,
                            description =
                                    "Where Patroni's file shall be (default: ${DEFAULT-VALUE}).")
                    Path write,
            @Option(
                            names = "--stop",
                            paramLabel = "COMMAND",
                            defaultValue = "systemctl stop matriarch",
                            description = "Stops Matriarch (default: ${DEFAULT-VALUE}).")
                    String stop,
            @Option(
                            names = "--start",
                            paramLabel = "COMMAND",
                            defaultValue = "systemctl start patroni",
                            description = "Starts Patroni (default: ${DEFAULT-VALUE}).")
                    String start)
            throws MatriarchException {
        return new MigrationRun(root, Direction.TO_PATRONI, file, write, stop, start).run();
    }
}
