package io.matriarch.failover.core;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.api.SystemId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The cluster as the store shows it at one revision. Made by {@link StoreLayout#read}.
 *
 * @param failover a request to hand over; empty also for the value {@code {}}
 * @param failsafe who may lead; empty if the key is not there
 * @param sync who has every acknowledged commit; empty if the key is not there
 */
public record ClusterView(
        long revision,
        Initialize initialize,
        Optional<Config> config,
        Optional<LeaderKey> leader,
        Status status,
        Optional<HandoverRequest> failover,
        List<List<Object>> history,
        Optional<FailsafeKey> failsafe,
        Optional<SyncKey> sync,
        SortedMap<MemberName, Member> members) {
    /** Of a store that holds nothing. */
    static final ClusterView EMPTY =
            new ClusterView(
                    0,
                    new Initialize.Absent(),
                    Optional.empty(),
                    Optional.empty(),
                    Status.NONE,
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Collections.emptySortedMap());

    public ClusterView {
        members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
        history = List.copyOf(history);
    }

    /** The key {@code initialize}. */
    public sealed interface Initialize {
        /** No cluster yet. */
        record Absent() implements Initialize {}

        /** Somebody is at it. */
        record InProgress() implements Initialize {}

        record Done(SystemId id) implements Initialize {}

        /** Neither empty nor an identifier; the leader repairs it. */
        record Broken(String value) implements Initialize {}
    }

    /**
     * @param leaseId the lease the key is attached to
     */
    public record LeaderKey(MemberName name, long leaseId, long modRevision) {}

    /** The dynamic configuration as it stands; what it means is {@link Policy}. */
    public record Config(Map<String, Object> data, long modRevision) {
        public Config {
            data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
        }
    }

    /**
     * @param optime the leader's position at its last loop; {@link Lsn#ZERO} if unknown
     */
    public record Status(Lsn optime, Map<String, Lsn> slots, List<String> retainSlots) {
        public static final Status NONE = new Status(Lsn.ZERO, Map.of(), List.of());

        public Status {
            slots = Collections.unmodifiableMap(new LinkedHashMap<>(slots));
            retainSlots = List.copyOf(retainSlots);
        }
    }

    /**
     * The key {@code failover}.
     *
     * @param from present: a switchover from that leader; absent: a manual failover
     */
    public record HandoverRequest(
            Optional<MemberName> from,
            Optional<MemberName> candidate,
            Optional<Instant> at,
            long modRevision) {}

    public boolean ledBy(MemberName name) {
        return leader.map(key -> key.name().equals(name)).orElse(false);
    }

    public Optional<Member> member(MemberName name) {
        return Optional.ofNullable(members.get(name));
    }

    public Optional<Member> leaderMember() {
        return leader.flatMap(key -> member(key.name()));
    }

    /** The timeline the history says the cluster is on; 0 if it says nothing. */
    public int timeline() {
        if (history.isEmpty()) return 0;
        var last = history.getLast();
        return last.isEmpty() ? 0 : (int) Values.number(last.getFirst(), -1) + 1;
    }

    /** Who went on with the cluster's timeline, as the history has it; empty on timeline 1. */
    public Optional<MemberName> lastPromoted() {
        if (history.isEmpty() || history.getLast().size() < 5) return Optional.empty();
        String name = Values.text(history.getLast().get(4));
        return name.isBlank() ? Optional.empty() : Optional.of(new MemberName(name));
    }
}
