package io.matriarch.failover.core;

import io.matriarch.api.MemberName;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The key {@code sync} (interop page, 1.13): who has every commit that was acknowledged.
 *
 * @param leader who wrote it, and has all of them; empty: no synchronous mode is in force
 * @param voters in priority mode each of them has all; in quorum mode those that are ahead do
 * @param quorum how many other voters one of them must see, none ahead of it, to know that it has
 *     all; 0 in priority mode
 * @param modRevision 0 for one that is not written yet
 */
public record SyncKey(
        Optional<MemberName> leader, SortedSet<MemberName> voters, int quorum, long modRevision) {
    public SyncKey {
        voters = Collections.unmodifiableSortedSet(new TreeSet<>(voters));
    }

    static SyncKey of(MemberName leader, Collection<MemberName> voters, int quorum) {
        return new SyncKey(Optional.of(leader), new TreeSet<>(voters), quorum, 0);
    }

    boolean active() {
        return leader.isPresent();
    }

    boolean ledBy(MemberName name) {
        return leader.filter(some -> same(some, name)).isPresent();
    }

    /** PostgreSQL matches names without looking at case, and so does Patroni. */
    public boolean votes(MemberName name) {
        return voters.stream().anyMatch(voter -> same(voter, name));
    }

    /** Leader or voter. */
    boolean names(MemberName name) {
        return ledBy(name) || votes(name);
    }

    private static boolean same(MemberName a, MemberName b) {
        return a.value().equalsIgnoreCase(b.value());
    }

    /** Voters and leader. */
    SortedSet<MemberName> everybody() {
        var all = new TreeSet<>(voters);
        leader.ifPresent(all::add);
        return all;
    }

    /** As Patroni writes it. */
    public String json() {
        var object = new LinkedHashMap<String, @Nullable Object>();
        object.put("leader", leader.map(MemberName::value).orElse(null));
        object.put("quorum", quorum);
        object.put(
                "sync_standby",
                voters.isEmpty()
                        ? null
                        : voters.stream().map(MemberName::value).collect(Collectors.joining(",")));
        return Values.jsonWithNulls(object);
    }

    /** Whether it says the same, whenever it was written. */
    boolean says(SyncKey other) {
        return leader.equals(other.leader) && voters.equals(other.voters) && quorum == other.quorum;
    }
}
