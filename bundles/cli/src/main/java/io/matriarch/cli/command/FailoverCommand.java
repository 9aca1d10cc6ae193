package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.command.SwitchoverCommand.AfterChange;
import io.matriarch.cli.core.Cluster;
import io.matriarch.cli.core.Member;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "failover",
        description = {
            "Make a member the leader, also if nobody leads now.",
            "If the leader is healthy, switchover is the better way."
        })
final class FailoverCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Root root;

    @Option(
            names = "--candidate",
            required = true,
            paramLabel = "MEMBER",
            description = "Who shall lead.")
    private String candidate = "";

    FailoverCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        var cluster = root.session().cluster();
        var chosen = cluster.member(candidate);
        var to = root.session().preferring(List.of(cluster.leader().orElse(chosen)));
        var body = new LinkedHashMap<String, @Nullable Object>();
        body.put("candidate", candidate);
        if (root.dryRun()) return DryRun.ask(root, to, "failover", body);
        Confirmation.typed(root, cluster, question(cluster, chosen), candidate);
        root.say(root.session().change(to, "failover", "POST", "/failover", body, PATIENCE));
        AfterChange.show(root);
        return 0;
    }

    private static String question(Cluster cluster, Member candidate) {
        var warning = new StringBuilder();
        cluster.leader()
                .ifPresent(leader -> warning.append("%s leads now. ".formatted(leader.name())));
        boolean synchronous =
                cluster.members().stream()
                        .anyMatch(m ->
                                m.role().equals("sync_standby")
                                        || m.role().equals("quorum_standby"));
        if (synchronous && candidate.role().equals("replica"))
            warning.append(
                    "%s is not synchronous: what only the others have will be LOST. "
                            .formatted(candidate.name()));
        return "%sMake %s the leader?".formatted(warning, candidate.name());
    }
}
