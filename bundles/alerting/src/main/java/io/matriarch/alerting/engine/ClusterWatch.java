package io.matriarch.alerting.engine;

import io.matriarch.alerting.core.Figure;
import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.failover.api.MemberStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Turns the member table into figures, and remembers since when something is so. One thread. */
final class ClusterWatch {
    /** An older view tells nothing of now. */
    private static final long OLD_MILLIS = 30_000;

    private static final Set<String> HEALTHY = Set.of("running", "streaming");
    private static final Set<String> FOLLOWS =
            Set.of("running", "streaming", "in archive recovery");

    private final String cluster;
    private final String self;
    private final Map<String, Instant> absentSince = new HashMap<>();
    private String leader = "";
    private @Nullable Instant leaderChanged;
    private @Nullable Instant pausedSince;
    private boolean paused;

    ClusterWatch(String cluster, String self) {
        this.cluster = cluster;
        this.self = self;
    }

    Optional<Instant> leaderChanged() {
        return Optional.ofNullable(leaderChanged);
    }

    boolean paused() {
        return paused;
    }

    /**
     * @param left members whose agents were stopped in order
     * @param known members that reported within a day, the own one too
     */
    List<Figure> look(
            Instant now,
            Optional<ClusterStatus> seen,
            Set<String> known,
            Set<String> left,
            long lag) {
        var status = seen.filter(s -> !s.systemId().isEmpty() && s.ageMillis() < OLD_MILLIS);
        if (status.isEmpty()) {
            absentSince.clear(); // a view of nobody is no absence of everybody
            return List.of();
        }
        var view = status.get();
        remember(now, view);
        var figures = new ArrayList<Figure>();
        var present = new HashMap<String, MemberStatus>();
        for (var member : view.members()) present.put(member.name(), member);
        var expected = new TreeSet<>(known);
        expected.addAll(present.keySet());
        figures.add(figure("matriarch_expected_members", expected.size()));
        boolean primary =
                Optional.ofNullable(present.get(view.leader()))
                        .filter(ClusterWatch::serves)
                        .isPresent();
        figures.add(figure("matriarch_cluster_primaries", primary ? 1 : 0));
        long candidates = view.members().stream().filter(m -> candidate(m, view, lag)).count();
        figures.add(figure("matriarch_failover_candidates", candidates));
        figures.add(
                figure(
                        "matriarch_maintenance_age_seconds",
                        pausedSince == null ? 0 : seconds(pausedSince, now)));
        for (var name : expected)
            member(figures, name, present.get(name), left.contains(name), now);
        absentSince.keySet().retainAll(expected);
        return figures;
    }

    private void remember(Instant now, ClusterStatus view) {
        if (!view.leader().isEmpty() && !view.leader().equals(leader)) {
            if (!leader.isEmpty()) leaderChanged = now;
            leader = view.leader();
        }
        paused = view.paused();
        if (!paused) pausedSince = null;
        else if (pausedSince == null) pausedSince = now;
    }

    /** The leader of a standby cluster follows another cluster's primary: that is its service. */
    private static boolean serves(MemberStatus leader) {
        return leader.role().equals("standby_leader")
                ? FOLLOWS.contains(leader.state())
                : leader.state().equals("running");
    }

    private static boolean candidate(MemberStatus m, ClusterStatus view, long lag) {
        return !m.name().equals(view.leader())
                && m.state().equals("streaming")
                && !Objects.equals(m.tags().get("nofailover"), true)
                && m.receiveLagBytes().orElse(Long.MAX_VALUE) <= lag;
    }

    private void member(
            List<Figure> figures,
            String name,
            @Nullable MemberStatus status,
            boolean left,
            Instant now) {
        if (status != null || name.equals(self)) absentSince.remove(name);
        else absentSince.putIfAbsent(name, now);
        var since = absentSince.get(name);
        double silent = since == null || left ? 0 : seconds(since, now);
        boolean well = status != null && HEALTHY.contains(status.state());
        figures.add(figure("matriarch_agent_silent_seconds", silent, name));
        figures.add(
                figure("matriarch_agent_stopped_in_order", left && status == null ? 1 : 0, name));
        figures.add(figure("matriarch_member_unhealthy", well ? 0 : 1, name));
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1e3;
    }

    Figure figure(String name, double value) {
        return Figure.of(name, value, "cluster", cluster, "member", self);
    }

    private Figure figure(String name, double value, String of) {
        return Figure.of(name, value, "cluster", cluster, "member", of);
    }
}
