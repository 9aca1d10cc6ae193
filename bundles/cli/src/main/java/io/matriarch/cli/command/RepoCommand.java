package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.BackupView;
import io.matriarch.cli.core.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "repo", description = "Show the repositories, and whether each can be used.")
final class RepoCommand implements Callable<Integer> {
    private final Root root;

    @Mixin private MemberChoice choice = new MemberChoice();

    RepoCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        return root.show(() -> {
            var session = root.session();
            var json = Json.object(session.read(session.localOr(choice.member), "/api/v1/backups"));
            return View.of(BackupView.repositories(json), json);
        });
    }
}
