package io.matriarch.failover.rest.core;

import io.matriarch.api.Lsn;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.ClusterView.HandoverRequest;
import io.matriarch.failover.core.Member;
import io.matriarch.failover.core.Policy;
import io.matriarch.failover.core.StandbyCluster;
import io.matriarch.failover.core.Synchronous;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The cluster as {@code GET /cluster} tells it [2.5]. */
public final class ClusterJson {
    private static final List<String> COPIED =
            List.of(
                    "timeline",
                    "pending_restart",
                    "pending_restart_reason",
                    "scheduled_restart",
                    "tags");

    private ClusterJson() {}

    public static Map<String, Object> of(ClusterView view, String scope) {
        var cluster = new LinkedHashMap<String, Object>();
        cluster.put("members", view.members().values().stream().map(m -> member(view, m)).toList());
        if (Json.yes(config(view).get("pause"))) cluster.put("pause", true);
        view.failover()
                .ifPresent(handover ->
                        handover.at()
                                .ifPresent(at ->
                                        cluster.put(
                                                "scheduled_switchover", scheduled(handover, at))));
        cluster.put("scope", scope);
        return cluster;
    }

    private static Map<String, Object> config(ClusterView view) {
        return view.config().map(ClusterView.Config::data).orElse(Map.of());
    }

    private static Map<String, Object> member(ClusterView view, Member member) {
        var row = new LinkedHashMap<String, Object>();
        boolean leads = view.ledBy(member.name());
        String role = role(view, member, leads);
        row.put("name", member.name().value());
        row.put("role", role);
        row.put("state", state(member, role));
        row.put("api_url", member.apiUrl());
        member.upstream()
                .ifPresent(server -> {
                    row.put("host", server.address().host());
                    row.put("port", server.address().port());
                });
        for (String key : COPIED)
            Optional.ofNullable(member.data().get(key)).ifPresent(value -> row.put(key, value));
        if (!leads) {
            putLag(row, "receive_", view.status().optime(), member.received());
            putLag(row, "replay_", view.status().optime(), member.replayed());
            putLag(row, "", view.status().optime(), member.position());
        }
        return row;
    }

    private static String role(ClusterView view, Member member, boolean leads) {
        if (!leads)
            return Synchronous.role(view, Policy.of(config(view)), member.name()).orElse("replica");
        return StandbyCluster.of(config(view)).isPresent() ? "standby_leader" : "leader";
    }

    private static String state(Member member, String role) {
        boolean replicates = !role.equals("leader") && !member.replicationState().isEmpty();
        return replicates ? member.replicationState() : member.state();
    }

    private static void putLag(
            Map<String, Object> row, String prefix, Lsn optime, Optional<Lsn> lsn) {
        row.put(
                prefix + "lag",
                lsn.<Object>map(position -> optime.bytesAheadOf(position)).orElse("unknown"));
        row.put(prefix + "lsn", lsn.map(Lsn::toString).orElse("unknown"));
    }

    private static Map<String, Object> scheduled(HandoverRequest handover, Instant at) {
        var row = new LinkedHashMap<String, Object>();
        row.put("at", Times.iso(at));
        handover.from().ifPresent(name -> row.put("from", name.value()));
        handover.candidate().ifPresent(name -> row.put("to", name.value()));
        return row;
    }
}
