package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Cluster;
import io.matriarch.cli.core.MemberTable;
import io.matriarch.cli.core.Times;
import io.matriarch.cli.rest.Api;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "switchover",
        description = "Hand leadership over to another member, in order, now or at a time.")
final class SwitchoverCommand implements Callable<Integer> {

    /** The members themselves give up after 20 s as a rule. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Root root;

    @Option(
            names = {"--leader", "--primary"},
            paramLabel = "MEMBER",
            description = "Who leads now; refused if it is another (default: whoever leads).")
    private @Nullable String leader;

    @Option(
            names = "--candidate",
            paramLabel = "MEMBER",
            description = "Who shall lead (default: the best).")
    private @Nullable String candidate;

    @Option(
            names = {"--at", "--scheduled"},
            paramLabel = "TIME",
            description =
                    "When, in ISO 8601 with a zone, such as 2030-01-31T04:00:00+00:00 (default: now).")
    private @Nullable String at;

    @Option(names = "--cancel", description = "Take back a scheduled switchover.")
    private boolean cancel;

    SwitchoverCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        if (cancel) return takeBack();
        String time =
                at == null
                        ? null
                        : Times.scheduled(at, "--at", root.surroundings().clock().instant())
                                .toString();
        var cluster = root.session().cluster();
        String from = from(cluster);
        check(cluster, from);
        var to = root.session().preferring(List.of(cluster.member(from)));
        if (root.dryRun()) return dryRun(to, from, time);
        Confirmation.ask(root, cluster, question(from, time));
        var body = new LinkedHashMap<String, @Nullable Object>();
        body.put("leader", from);
        body.put("candidate", candidate);
        if (time != null) body.put("scheduled_at", time);
        root.say(root.session().change(to, "switchover", "POST", "/switchover", body, PATIENCE));
        if (time == null) AfterChange.show(root);
        return 0;
    }

    private String from(Cluster cluster) throws MatriarchException {
        var now = cluster.leader();
        if (leader != null) cluster.member(leader);
        if (now.isEmpty())
            throw new MatriarchException(
                    Code.REFUSED,
                    "cluster " + cluster.scope() + " has no leader to switch over from",
                    "make one with: matriarchctl failover --candidate MEMBER");
        if (leader != null && !leader.equals(now.get().name()))
            throw new MatriarchException(
                    Code.REFUSED,
                    "--leader: %s does not lead, %s does".formatted(leader, now.get().name()),
                    "look again with: matriarchctl list");
        return now.get().name();
    }

    private void check(Cluster cluster, String from) throws MatriarchException {
        if (candidate == null) return;
        cluster.member(candidate);
        if (candidate.equals(from))
            throw new MatriarchException(
                    Code.USAGE,
                    "--candidate: " + candidate + " leads already",
                    "name another member of: " + Cluster.names(cluster.members()));
    }

    private String question(String from, @Nullable String time) {
        return "Switch over from %s to %s%s?"
                .formatted(
                        from,
                        candidate == null ? "the best candidate" : candidate,
                        time == null ? "" : " at " + time);
    }

    private int dryRun(Api to, String from, @Nullable String time) throws MatriarchException {
        var body = new LinkedHashMap<String, @Nullable Object>();
        body.put("leader", from);
        if (candidate != null) body.put("candidate", candidate);
        if (time != null) body.put("at", time);
        return DryRun.ask(root, to, "switchover", body);
    }

    private int takeBack() throws MatriarchException {
        var session = root.session();
        root.say(
                session.change(
                        session.api(),
                        "cancelling the switchover",
                        "DELETE",
                        "/switchover",
                        null,
                        PATIENCE));
        return 0;
    }

    /** The table after a change, for people. */
    static final class AfterChange {
        private AfterChange() {}

        static void show(Root root) throws MatriarchException {
            if (root.machineReadable() || root.dryRun()) return;
            root.surroundings().out().print(MemberTable.of(root.session().cluster()).render());
        }
    }
}
