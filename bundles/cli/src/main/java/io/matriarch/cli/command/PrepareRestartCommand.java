package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Times;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "prepare-restart",
        description = {
            "Stretch this node's lease, so that its agent can be restarted while PostgreSQL serves on.",
            "The guard's deadline is stretched with it."
        })
final class PrepareRestartCommand implements Callable<Integer> {

    private final Root root;

    @Option(
            names = "--within",
            paramLabel = "TIME",
            description = "Until the agent is back, 5s to 10m (default: matriarch.restart_grace).")
    private @Nullable String within;

    @Mixin private MemberChoice choice = new MemberChoice();

    PrepareRestartCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        Map<String, Object> body = within == null ? Map.of() : Map.of("seconds", seconds(within));
        var session = root.session();
        root.say(
                session.change(
                        session.localOr(choice.member),
                        "prepare-restart",
                        "POST",
                        "/api/v1/prepare-restart",
                        body,
                        Session.SOON));
        return 0;
    }

    private static long seconds(String within) throws MatriarchException {
        long seconds = Times.span(within, "--within").toSeconds();
        if (seconds < 5 || seconds > 600)
            throw new MatriarchException(
                    Code.USAGE, "--within: %s is out of range".formatted(within), "give 5s to 10m");
        return seconds;
    }
}
