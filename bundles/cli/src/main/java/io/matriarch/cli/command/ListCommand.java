package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.MemberTable;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "list", description = "Show the members, their roles and how far behind they are.")
final class ListCommand implements Callable<Integer> {

    private final Root root;

    ListCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        return root.show(() -> View.of(MemberTable.of(root.session().cluster())));
    }
}
