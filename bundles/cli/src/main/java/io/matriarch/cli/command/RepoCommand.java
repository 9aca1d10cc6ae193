package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.BackupView;
import io.matriarch.cli.core.Json;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "repo", description = "Show the repositories, and whether each can be used.")
final class RepoCommand implements Callable<Integer> {
    private final Root root;

    @Option(
            names = {"-m", "--member"},
            paramLabel = "MEMBER",
            description = "Who looks (default: the node the configuration file is of).")
    private @Nullable String member;

    RepoCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        return root.show(() -> {
            var session = root.session();
            var json = Json.object(session.read(session.localOr(member), "/api/v1/backups"));
            return View.of(BackupView.repositories(json), json);
        });
    }
}
