package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Cluster;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Member;
import io.matriarch.cli.core.Outcome;
import io.matriarch.cli.core.RestoreView;
import io.matriarch.cli.rest.Api;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The whole cluster goes back: planned, asked, restored beside the leader, put in place. */
final class ClusterReplacement {
    private static final String PATH = "/api/v1/replacement";

    /** The agent stops the old server, which archives its last WAL, and starts the new. */
    private static final Duration PATIENCE = Duration.ofMinutes(11);

    private static final Duration SOON = Duration.ofMinutes(1);

    private final Root root;
    private final Session session;

    ClusterReplacement(Root root) throws MatriarchException {
        this.root = root;
        this.session = root.session();
    }

    int run(RestoreCommand wish) throws MatriarchException {
        if (wish.cancels()) return cancel(wish.memberLost());
        var cluster = session.cluster();
        var to = session.at(leader(cluster));
        String allowed = ask(to, true, SOON); // refused before hours of a restore, not after
        if (wish.isRestored()) return putInPlace(cluster, to, allowed);
        var plan = Json.object(wish.send(to, true).get("plan"));
        var view = View.of(RestoreView.plan(plan), plan);
        if (root.dryRun() || !root.machineReadable()) root.print(view);
        if (!root.machineReadable()) root.say(allowed);
        if (root.dryRun()) return 0;
        confirm(
                cluster,
                "Replace the data of cluster %s by its state at %s? What was committed later is lost to it."
                        .formatted(cluster.scope(), wish.target()));
        var begun = wish.send(to, false);
        root.say(Json.text(begun, "text"));
        wish.follow(to, Json.text(begun, "job"));
        return end(ask(to, false, PATIENCE));
    }

    private int putInPlace(Cluster cluster, Api to, String allowed) throws MatriarchException {
        root.say(allowed);
        if (root.dryRun()) return 0;
        confirm(cluster, "Replace the data of cluster %s?".formatted(cluster.scope()));
        return end(ask(to, false, PATIENCE));
    }

    private int end(String said) throws MatriarchException {
        root.say(said);
        SwitchoverCommand.AfterChange.show(root);
        return 0;
    }

    private void confirm(Cluster cluster, String question) throws MatriarchException {
        Confirmation.typed(root, cluster, question, cluster.scope());
    }

    private static Member leader(Cluster cluster) throws MatriarchException {
        return cluster.leader()
                .orElseThrow(() ->
                        new MatriarchException(
                                Code.REFUSED,
                                "cluster " + cluster.scope() + " has no leader",
                                "look again with: matriarchctl list"));
    }

    private String ask(Api to, boolean dryRun, Duration patience) throws MatriarchException {
        return send(to, "POST", "dryRun", dryRun, patience);
    }

    private int cancel(boolean force) throws MatriarchException {
        var cluster = session.cluster();
        if (root.dryRun())
            throw new MatriarchException(
                    Code.USAGE,
                    "--cancel-replacement has no dry run",
                    "what is under way is shown by: matriarchctl show-config");
        Confirmation.ask(
                root,
                cluster,
                "Take back the replacement of the data of cluster %s?".formatted(cluster.scope()));
        var to = cluster.leader().isPresent() ? session.at(leader(cluster)) : session.anyOr(null);
        root.say(send(to, "DELETE", "force", force, SOON));
        return 0;
    }

    private String send(Api to, String method, String flag, boolean value, Duration patience)
            throws MatriarchException {
        var body = new LinkedHashMap<String, @Nullable Object>(Map.of(flag, value));
        var answer = to.change(method, PATH, Documents.compactJson(body), root.timeout(patience));
        String said = Session.said(answer);
        Outcome.check("replacement", answer.from().toString(), answer.status(), said);
        return said;
    }
}
