package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "resume", description = "Let the agents act again.")
final class ResumeCommand implements Callable<Integer> {

    private final Root root;

    @Option(names = "--wait", description = "Wait until every member has noticed.")
    private boolean wait;

    ResumeCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        return new Maintenance(root, root.session()).turn(false, wait);
    }
}
