package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Nagios;
import io.matriarch.cli.rest.Api;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "check",
        description = {
            "Tell a node's health in one line, for Nagios, Icinga and the like.",
            "Ends with 0 (ok), 1 (warning), 2 (critical) or 3 (unknown)."
        })
final class CheckCommand implements Callable<Integer> {

    /** What is asked for. */
    enum Aspect {
        LIVENESS,
        READINESS,
        RESTART
    }

    private final Root root;

    @Mixin private MemberChoice choice = new MemberChoice();

    @Option(
            names = "--aspect",
            paramLabel = "ASPECT",
            description =
                    "liveness: does the agent work; readiness: does the node serve; restart: could it"
                            + " be restarted now (default: readiness).")
    private Aspect aspect = Aspect.READINESS;

    CheckCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        var result = result();
        root.surroundings().out().println(result.line());
        return result.status();
    }

    /** Whatever keeps us from knowing is an answer as well. */
    private Nagios result() {
        try {
            var session = root.session();
            var answer =
                    session.localOr(choice.member)
                            .get(
                                    "/api/v1/health?aspect="
                                            + aspect.name().toLowerCase(java.util.Locale.ROOT),
                                    root.timeout(Session.SOON));
            var json = Json.object(Api.json(answer));
            return json.containsKey("checks")
                    ? Nagios.of(json)
                    : Nagios.unknown(Json.text(json, "text"));
        } catch (MatriarchException e) {
            return Nagios.unknown(String.valueOf(e.getMessage()));
        }
    }
}
