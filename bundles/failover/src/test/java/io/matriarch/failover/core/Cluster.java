package io.matriarch.failover.core;

import static io.matriarch.failover.core.Views.*;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.failover.core.ClusterView.HandoverRequest;
import io.matriarch.failover.core.ClusterView.Initialize;
import io.matriarch.failover.core.ClusterView.LeaderKey;
import io.matriarch.failover.core.ClusterView.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A cluster as the store shows it, told piece by piece. */
final class Cluster {
    private Initialize initialize = new Initialize.Done(ID);
    private Optional<LeaderKey> leader = Optional.empty();
    private Optional<HandoverRequest> handover = Optional.empty();
    private Lsn optime = Lsn.parse("0/2000");
    private List<List<Object>> history = List.of();
    private Optional<FailsafeKey> failsafe = Optional.empty();
    private Optional<SyncKey> sync = Optional.empty();
    private Optional<Map<String, Object>> config = Optional.empty();
    private final TreeMap<MemberName, Member> members = new TreeMap<>();

    Cluster() {
        with(member(US)).with(member(THEM));
    }

    Cluster initialize(Initialize value) {
        initialize = value;
        return this;
    }

    Cluster ledBy(MemberName name) {
        leader = Optional.of(new LeaderKey(name, name.equals(US) ? US_LEASE : THEIR_LEASE, 7));
        if (name.equals(THEM)) with(member(THEM, "role", "primary"));
        return this;
    }

    /** The dynamic configuration. */
    Cluster configured(Map<String, Object> data) {
        config = Optional.of(data);
        return this;
    }

    Cluster with(Member member) {
        members.put(member.name(), member);
        return this;
    }

    Cluster without(MemberName name) {
        members.remove(name);
        return this;
    }

    /** The key failsafe names these. */
    Cluster failsafe(MemberName... names) {
        failsafe = Optional.of(new FailsafeKey(urls(names), 11));
        return this;
    }

    /** The key sync. */
    Cluster sync(MemberName leader, int quorum, MemberName... voters) {
        sync =
                Optional.of(
                        new SyncKey(
                                Optional.of(leader),
                                new java.util.TreeSet<>(List.of(voters)),
                                quorum,
                                12));
        return this;
    }

    Cluster optime(String lsn) {
        optime = Lsn.parse(lsn);
        return this;
    }

    Cluster onTimeline(int timeline, MemberName by) {
        history =
                List.of(
                        List.of(
                                timeline - 1,
                                100,
                                "no recovery target specified",
                                "2026-11-23T01:14:01+00:00",
                                by.value()));
        return this;
    }

    Cluster promotedAt(Instant at) {
        history =
                List.of(
                        List.of(
                                1,
                                100,
                                "no recovery target specified",
                                at.atOffset(java.time.ZoneOffset.UTC).toString(),
                                US.value()));
        return this;
    }

    Cluster switchover(Optional<MemberName> candidate) {
        return asked(Optional.of(US), candidate, Optional.empty());
    }

    Cluster asked(Optional<MemberName> from, Optional<MemberName> candidate, Optional<Instant> at) {
        handover = Optional.of(new HandoverRequest(from, candidate, at, 9));
        return this;
    }

    ClusterView view() {
        return new ClusterView(
                42,
                initialize,
                config.map(data -> new ClusterView.Config(data, 5)),
                leader,
                new Status(optime, Map.of(), List.of()),
                handover,
                history,
                failsafe,
                sync,
                members);
    }
}
