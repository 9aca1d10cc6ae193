package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.MetricLines;
import io.matriarch.cli.core.Outcome;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "metrics", description = "Show what a node's /metrics tells.")
final class MetricsCommand implements Callable<Integer> {

    private final Root root;

    @Parameters(
            arity = "0..1",
            paramLabel = "PART",
            description = "Only names with this in them, such as replication.")
    private String part = "";

    @Mixin private MemberChoice choice = new MemberChoice();

    @Option(names = "--explain", description = "Also what each one means.")
    private boolean explain;

    MetricsCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        return root.show(() -> {
            var answer =
                    root.session()
                            .localOr(choice.member)
                            .get("/metrics", root.timeout(Session.SOON));
            Outcome.check("GET /metrics", answer.from().toString(), answer.status(), answer.body());
            var lines = MetricLines.filter(answer.body(), part, explain);
            return new View(
                    () -> lines.isEmpty() ? "" : String.join("\n", lines) + "\n",
                    MetricLines.objects(lines));
        });
    }
}
