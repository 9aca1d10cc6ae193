package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "verify",
        description =
                "Compare every file and WAL segment of the repositories with its checksum; --watch"
                        + " follows it to its end.")
final class VerifyCommand implements Callable<Integer> {
    private final Root root;

    @Mixin private MemberChoice choice = new MemberChoice();

    VerifyCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        var to = root.session().localOr(choice.member);
        Confirmation.ask(root, "Read all of the repositories?");
        return new AskedRun(root, to, Code.REPOSITORY)
                .ask("verify", "backup/verify", new LinkedHashMap<>());
    }
}
