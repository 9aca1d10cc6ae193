package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "drill",
        description =
                "Restore the newest backup to a scratch directory, start it, check it and remove it;"
                        + " --watch follows it to its end.")
final class DrillCommand implements Callable<Integer> {
    private final Root root;

    @Mixin private MemberChoice choice = new MemberChoice();

    DrillCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        var to = root.session().localOr(choice.member);
        Confirmation.ask(root, "Restore the newest backup to a scratch directory?");
        return new AskedRun(root, to, Code.RESTORE)
                .ask("drill", "backup/drill", new LinkedHashMap<>());
    }
}
