package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Targets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "reload", description = "Let members read their configuration files again.")
final class ReloadCommand implements Callable<Integer> {

    private final Root root;
    @Mixin private MemberNames members = new MemberNames();

    ReloadCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        var targets =
                Targets.of(root.session().cluster(), members.names, Targets.Role.of(members.role));
        return EachMember.change(root, targets, "reload", "POST", "/reload", null, Session.SOON);
    }
}
