package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Cluster;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "reinit",
        aliases = "reinitialize",
        description = "Throw a standby's data away and clone it anew.")
final class ReinitCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Root root;

    @Parameters(arity = "1..*", paramLabel = "MEMBER", description = "Names of standbys.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--from-leader", description = "Clone from the leader, not from a standby.")
    private boolean fromLeader;

    @Option(
            names = "--interrupt",
            description = "Also if the member is in the middle of another long action.")
    private boolean interrupt;

    @Option(names = "--wait", description = "Wait until the members are cloned.")
    private boolean wait;

    ReinitCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        var cluster = root.session().cluster();
        var members = new ArrayList<Member>();
        for (String name : names) members.add(standby(cluster.member(name)));
        String all = Cluster.names(members);
        Confirmation.typed(
                root,
                cluster,
                "The data of %s will be thrown away.".formatted(all),
                members.getFirst().name());
        var body = new LinkedHashMap<String, Object>();
        body.put("force", interrupt);
        body.put("from_leader", fromLeader);
        int status =
                EachMember.change(
                        root, members, "reinitialisation", "POST", "/reinitialize", body, PATIENCE);
        if (wait && status == 0 && !root.dryRun()) for (var member : members) await(member);
        return status;
    }

    private static Member standby(Member member) throws MatriarchException {
        if (!member.leads()) return member;
        throw new MatriarchException(
                Code.REFUSED,
                member.name() + " leads; its data is what the others are cloned from",
                "switch over first: matriarchctl switchover");
    }

    private void await(Member member) throws MatriarchException {
        var session = root.session();
        String last = "";
        do {
            String state =
                    Json.text(Json.object(session.read(session.at(member), "/patroni")), "state");
            if (!state.equals(last)) root.say(member.name() + ": " + state);
            last = state;
            if (state.equals("running")) return;
            if (state.endsWith("failed"))
                throw new MatriarchException(
                        Code.POSTGRES_CONTROL,
                        member.name() + ": " + state,
                        "look at the reasons with: matriarchctl events --member " + member.name());
        } while (root.pause(Duration.ofSeconds(1)));
    }
}
