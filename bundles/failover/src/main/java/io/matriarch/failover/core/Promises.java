package io.matriarch.failover.core;

import io.matriarch.api.MemberName;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the others promised a leader that cannot reach the store, each for itself: not to lead until
 * then. Each was asked for itself too, so one that is slow costs the others nothing.
 *
 * @param untilNanos on this node's monotonic clock, by name: counted from before the question left,
 *     and for less than was promised
 * @param refused why the last question to a member came to nothing; what it promised before holds
 *     all the same
 */
public record Promises(
        SortedMap<MemberName, Long> untilNanos, SortedMap<MemberName, String> refused) {
    public static final Promises NONE = new Promises(new TreeMap<>(), new TreeMap<>());

    public Promises {
        untilNanos = Collections.unmodifiableSortedMap(new TreeMap<>(untilNanos));
        refused = Collections.unmodifiableSortedMap(new TreeMap<>(refused));
    }

    /** It agreed. An answer that was overtaken by a later one shortens nothing. */
    public Promises given(MemberName by, long until) {
        var all = new TreeMap<>(untilNanos);
        all.merge(by, until, (known, fresh) -> fresh - known > 0 ? fresh : known);
        var others = new TreeMap<>(refused);
        others.remove(by);
        return new Promises(all, others);
    }

    /** It did not agree, or was silent. */
    public Promises refused(MemberName by, String why) {
        var all = new TreeMap<>(refused);
        all.put(by, why);
        return new Promises(untilNanos, all);
    }

    /** Until when all of these keep from leading; empty if one of them has promised nothing. */
    public OptionalLong byAll(Set<MemberName> members) {
        var first = OptionalLong.empty();
        for (var member : members) {
            Long until = untilNanos.get(member);
            if (until == null) return OptionalLong.empty();
            if (first.isEmpty() || until - first.getAsLong() < 0) first = OptionalLong.of(until);
        }
        return first;
    }

    /** Why these members' promises do not let us write, by name. */
    public Map<MemberName, String> missing(Set<MemberName> members, long nowNanos) {
        var all = new TreeMap<MemberName, String>();
        for (var member : members) {
            Long until = untilNanos.get(member);
            if (until == null || until - nowNanos <= 0)
                all.put(member, refused.getOrDefault(member, "has not answered yet"));
        }
        return all;
    }
}
