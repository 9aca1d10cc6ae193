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
import org.jspecify.annotations.Nullable;

/** Maintenance mode, on and off. */
final class Maintenance {

    /** Members look every {@code loop_wait} (10 s as a rule) if nothing tells them earlier. */
    private static final int WAIT_SECONDS = 30;

    private final Root root;
    private final Session session;

    Maintenance(Root root, Session session) {
        this.root = root;
        this.session = session;
    }

    int turn(boolean on, boolean wait) throws MatriarchException {
        var cluster = session.cluster();
        if (cluster.paused() == on) {
            root.say(on ? "already paused" : "not paused");
            return 0;
        }
        var to = session.preferring(cluster.leader().map(List::of).orElse(List.of()));
        var patch = new LinkedHashMap<String, @Nullable Object>();
        patch.put("pause", on ? true : null);
        String what = on ? "pause" : "resume";
        String said = session.change(to, what, "PATCH", "/config", patch, Session.SOON);
        if (root.dryRun()) {
            root.say(said);
            return 0;
        }
        if (wait) await(cluster, on);
        root.say(on ? "paused: the agents only watch" : "resumed: the agents act again");
        return 0;
    }

    private void await(Cluster cluster, boolean on) throws MatriarchException {
        List<Member> missing = cluster.members();
        for (int second = 0; second < WAIT_SECONDS; second++) {
            missing = missing(missing, on);
            if (missing.isEmpty()) return;
            if (!root.pause(Duration.ofSeconds(1))) break;
        }
        throw new MatriarchException(
                Code.UNKNOWN_OUTCOME,
                "it is set, but not noticed within %d s by: %s"
                        .formatted(WAIT_SECONDS, Cluster.names(missing)),
                "are their agents running? Look with: matriarchctl list");
    }

    private List<Member> missing(List<Member> members, boolean on) throws MatriarchException {
        var missing = new ArrayList<Member>();
        for (var member : members) {
            try {
                var json = Json.object(session.read(session.at(member), "/patroni"));
                if (Json.flag(json, "pause") != on) missing.add(member);
            } catch (MatriarchException e) {
                if (e.code() != Code.API_UNREACHABLE) throw e;
                missing.add(member);
            }
        }
        return missing;
    }
}
