package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.MemberTable;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "topology", description = "Show who replicates from whom.")
final class TopologyCommand implements Callable<Integer> {

    private final Root root;

    TopologyCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        return root.show(() -> View.of(MemberTable.topology(root.session().cluster())));
    }
}
