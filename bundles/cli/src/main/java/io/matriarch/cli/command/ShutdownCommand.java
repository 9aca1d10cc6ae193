package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "shutdown",
        hidden = true,
        description = {
            "Let this node step down in order, stop PostgreSQL (while paused, leave it), and end",
            "its agent."
        })
final class ShutdownCommand implements Callable<Integer> {

    /** A fast shutdown writes a checkpoint and sends all WAL to the standbys first. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Root root;

    @Mixin private MemberChoice choice = new MemberChoice();

    ShutdownCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        var session = root.session();
        var to = session.localOr(choice.member);
        Confirmation.ask(
                root, "Stop PostgreSQL and the agent of %s?".formatted(to.bases().getFirst()));
        root.say(session.change(to, "shutdown", "POST", "/api/v1/shutdown", null, PATIENCE));
        return 0;
    }
}
