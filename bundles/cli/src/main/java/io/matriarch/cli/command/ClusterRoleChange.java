package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Cluster;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Member;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cluster that writes becomes a standby cluster, or the reverse. What is sent is a change of the
 * dynamic configuration, as Patroni's own tool does it, so that a member of either kind takes it.
 */
final class ClusterRoleChange {
    private static final int WAIT_SECONDS = 120;

    private final Root root;
    private final Session session;

    ClusterRoleChange(Root root) throws MatriarchException {
        this.root = root;
        this.session = root.session();
    }

    /**
     * @param section what is to be followed; null: nothing any more
     * @param body the same as {@code /api/v1} has it
     */
    int to(@Nullable Map<String, @Nullable Object> section, Map<String, @Nullable Object> body)
            throws MatriarchException {
        boolean demote = section != null;
        String what = demote ? "demote-cluster" : "promote-cluster";
        var cluster = session.cluster();
        var leader = leader(cluster, demote);
        var to = session.preferring(List.of(leader));
        if (root.dryRun()) return DryRun.ask(root, to, what, body);
        Confirmation.ask(
                root,
                cluster,
                demote
                        ? "Demote cluster %s? It stops taking writes.".formatted(cluster.scope())
                        : "Promote cluster %s? The cluster it follows is not stopped by this."
                                .formatted(cluster.scope()));
        var patch = new LinkedHashMap<String, @Nullable Object>();
        patch.put("standby_cluster", section);
        session.change(to, what, "PATCH", "/config", patch, Session.SOON);
        await(demote, what);
        root.say("cluster %s is %s".formatted(cluster.scope(), demote ? "demoted" : "promoted"));
        SwitchoverCommand.AfterChange.show(root);
        return 0;
    }

    private Member leader(Cluster cluster, boolean demote) throws MatriarchException {
        var leader = cluster.leader();
        if (leader.isEmpty())
            throw new MatriarchException(
                    Code.REFUSED,
                    "cluster " + cluster.scope() + " has no leader",
                    "look again with: matriarchctl list");
        boolean follows = leader.get().role().equals("standby_leader");
        if (follows == demote)
            throw new MatriarchException(
                    Code.REFUSED,
                    demote
                            ? "cluster %s is a standby cluster already".formatted(cluster.scope())
                            : "cluster %s is no standby cluster".formatted(cluster.scope()),
                    "what it follows is shown by: matriarchctl show-config");
        if (cluster.paused())
            throw new MatriarchException(
                    Code.REFUSED,
                    "cluster %s is paused: nothing would change".formatted(cluster.scope()),
                    "resume it first: matriarchctl resume");
        return leader.get();
    }

    /** Until whoever leads by then says itself that it is what it should be. */
    private void await(boolean demote, String what) throws MatriarchException {
        String wanted = demote ? "standby_leader" : "primary";
        String seen = "nothing";
        for (int second = 0; second < WAIT_SECONDS; second++) {
            var leader = session.cluster().leader();
            if (leader.isPresent()) {
                var status = status(leader.get());
                String state = Json.text(status, "state");
                String role = Json.text(status, "role");
                if (role.equals(wanted) && state.equals("running")) return;
                seen = "%s is %s, %s".formatted(leader.get().name(), role, state);
            } else seen = "nobody leads";
            if (!root.pause(Duration.ofSeconds(1))) break;
        }
        throw new MatriarchException(
                Code.UNKNOWN_OUTCOME,
                "%s: the configuration is changed, but after %d s %s"
                        .formatted(what, WAIT_SECONDS, seen),
                "look again with: matriarchctl list, and why with: matriarchctl events");
    }

    private Map<String, @Nullable Object> status(Member leader) throws MatriarchException {
        try {
            return Json.object(session.read(session.at(leader), "/patroni"));
        } catch (MatriarchException e) {
            if (e.code() != Code.API_UNREACHABLE) throw e;
            return Map.of("role", "silent", "state", "unknown");
        }
    }
}
