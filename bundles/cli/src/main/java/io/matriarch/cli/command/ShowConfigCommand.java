package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "show-config", description = "Show the cluster's dynamic configuration.")
final class ShowConfigCommand implements Callable<Integer> {

    private final Root root;

    ShowConfigCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        return root.show(() -> {
            var config = root.session().config();
            return new View(() -> Documents.yaml(config), config);
        });
    }
}
