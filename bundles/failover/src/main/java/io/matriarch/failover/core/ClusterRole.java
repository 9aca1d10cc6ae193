package io.matriarch.failover.core;

import io.matriarch.failover.api.Answer;
import io.matriarch.failover.api.DemoteRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a cluster may be made one that follows another, or one that writes; a section {@code
 * standby_cluster} stands for the former, none for the latter.
 */
public final class ClusterRole {
    private ClusterRole() {}

    /** The section a request asks for. */
    public static Map<String, Object> section(DemoteRequest request) {
        var section = new LinkedHashMap<String, Object>();
        put(section, "host", request.host());
        put(section, "port", request.port());
        put(section, "restore_command", request.restoreCommand());
        put(section, "primary_slot_name", request.primarySlotName());
        return section;
    }

    private static void put(Map<String, Object> section, String key, Optional<String> value) {
        value.map(String::strip)
                .filter(text -> !text.isEmpty())
                .ifPresent(v -> section.put(key, v));
    }

    /** The configuration as it would be. */
    public static Map<String, Object> config(
            ClusterView view, Optional<Map<String, Object>> section) {
        var config =
                new LinkedHashMap<String, Object>(
                        view.config().map(ClusterView.Config::data).orElse(Map.of()));
        config.remove("standby_cluster");
        section.ifPresent(some -> config.put("standby_cluster", some));
        return config;
    }

    /** Why nothing is changed; empty if it may be. */
    public static Optional<Answer> refuse(ClusterView view, Optional<Map<String, Object>> section) {
        var present = view.config().map(ClusterView.Config::data).orElse(Map.of());
        var follows = StandbyCluster.of(present);
        if (section.isPresent()) {
            if (StandbyCluster.of(config(view, section)).isEmpty())
                return answer(400, "at least a host or a restore_command is needed");
            var wrong = StandbyCluster.refuse(config(view, section));
            if (wrong.isPresent()) return answer(422, wrong.get());
            if (follows.isPresent())
                return answer(412, "it is a standby cluster already, of " + follows.get());
        } else if (follows.isEmpty()) return answer(412, "it is no standby cluster");
        if (view.leader().isEmpty()) return answer(412, "the cluster has no leader");
        if (Policy.of(present).paused())
            return answer(412, "the cluster is paused: resume it first");
        return Optional.empty();
    }

    private static Optional<Answer> answer(int status, String why) {
        return Optional.of(new Answer(status, why));
    }

    /** What a change that is not refused does, in a sentence. */
    public static String plan(ClusterView view, Optional<Map<String, Object>> section) {
        var leader = view.leader().orElseThrow().name();
        if (section.isPresent())
            return "would be done: %s stops taking writes, sends out its WAL and follows %s"
                    .formatted(leader, StandbyCluster.of(config(view, section)).orElseThrow());
        var member = view.leaderMember();
        return "would be done: %s is promoted, with WAL up to %s%s"
                .formatted(
                        leader,
                        member.flatMap(Member::position).map(Object::toString).orElse("unknown"),
                        member.filter(m -> m.replicationState().equals("streaming")).isPresent()
                                ? "; it still streams from the remote primary, which goes on"
                                        + " accepting writes"
                                : "; it does not stream from the remote primary at present");
    }
}
