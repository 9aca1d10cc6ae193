package io.matriarch.failover.core;

import io.matriarch.api.Lsn;
import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.failover.api.MemberStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The member table, from the store's view (interop page, 2.5). */
public final class StatusTables {
    private StatusTables() {}

    public static ClusterStatus cluster(
            String scope, Optional<ClusterView> seen, Policy policy, Duration age) {
        if (seen.isEmpty())
            return new ClusterStatus(
                    scope, "", "", policy.paused(), "", List.of(), 0, age.toMillis());
        var view = seen.get();
        String id =
                view.initialize() instanceof ClusterView.Initialize.Done(var systemId)
                        ? systemId.value()
                        : "";
        return new ClusterStatus(
                scope,
                id,
                view.leader().map(key -> key.name().value()).orElse(""),
                policy.paused(),
                view.failover()
                        .filter(request -> request.at().isPresent())
                        .map(StatusTables::scheduled)
                        .orElse(""),
                view.members().values().stream()
                        .map(member -> member(view, policy, member))
                        .toList(),
                view.revision(),
                age.toMillis());
    }

    private static String scheduled(ClusterView.HandoverRequest request) {
        return "at "
                + request.at().orElseThrow()
                + request.from().map(name -> " from " + name).orElse("")
                + request.candidate().map(name -> " to " + name).orElse("");
    }

    private static MemberStatus member(ClusterView view, Policy policy, Member member) {
        boolean leads = view.ledBy(member.name());
        var upstream = member.upstream();
        boolean replication = !leads && !member.replicationState().isEmpty();
        return new MemberStatus(
                member.name().value(),
                leads
                        ? leader(policy)
                        : Synchronous.role(view, policy, member.name()).orElse("replica"),
                replication ? member.replicationState() : member.state(),
                upstream.map(u -> u.address().host()).orElse(""),
                upstream.map(u -> u.address().port()).orElse(0),
                member.apiUrl(),
                member.timeline(),
                leads ? OptionalLong.empty() : lag(view, member.received()),
                leads ? OptionalLong.empty() : lag(view, member.replayed()),
                Values.truth(member.data().get("pending_restart"), false),
                Values.text(Values.map(member.data().get("scheduled_restart")).get("schedule")),
                member.tags().published());
    }

    private static String leader(Policy policy) {
        return policy.standbyCluster().isPresent() ? "standby_leader" : "leader";
    }

    private static OptionalLong lag(ClusterView view, Optional<Lsn> position) {
        return position.map(lsn -> OptionalLong.of(view.status().optime().bytesAheadOf(lsn)))
                .orElse(OptionalLong.empty());
    }
}
