package io.matriarch.cli.command;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "generate-completion",
        description = "Print the completion for bash and zsh, to be sourced by the shell.")
final class GenerateCompletionCommand implements Callable<Integer> {

    private final Root root;
    @Spec private @Nullable CommandSpec spec;

    GenerateCompletionCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        if (spec == null) throw new IllegalStateException("not made by picocli");
        root.surroundings()
                .out()
                .print(AutoComplete.bash("matriarchctl", spec.root().commandLine()));
        return 0;
    }
}
