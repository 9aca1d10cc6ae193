package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
        name = "promote-cluster",
        description = "Promote a standby cluster: it follows no other any more and takes writes.")
final class PromoteClusterCommand implements Callable<Integer> {

    private final Root root;

    PromoteClusterCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        return new ClusterRoleChange(root).to(null, Map.of());
    }
}
