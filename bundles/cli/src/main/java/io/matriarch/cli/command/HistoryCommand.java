package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.History;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "history", description = "Show every change of the timeline: when, where, to whom.")
final class HistoryCommand implements Callable<Integer> {

    private final Root root;

    HistoryCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        var session = root.session();
        return root.show(() -> View.of(History.table(session.read(session.api(), "/history"))));
    }
}
