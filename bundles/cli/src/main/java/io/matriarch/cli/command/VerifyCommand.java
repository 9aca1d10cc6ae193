package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "verify",
        description =
                "Compare every file and WAL segment of the repositories with its checksum; --watch"
                        + " follows it to its end.")
final class VerifyCommand implements Callable<Integer> {
    private final Root root;

    @Option(
            names = {"-m", "--member"},
            paramLabel = "MEMBER",
            description = "Who is asked (default: the node the configuration file is of).")
    private @Nullable String member;

    VerifyCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        var to = root.session().localOr(member);
        Confirmation.ask(root, "Read all of the repositories?");
        return new AskedRun(root, to, Code.REPOSITORY)
                .ask("verify", "backup/verify", new LinkedHashMap<>());
    }
}
