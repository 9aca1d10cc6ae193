package io.matriarch.failover.core;

import io.matriarch.api.MemberName;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who may stand on the list in the store, as its only writer knows it: what it saw there, and what
 * its own writes may have put there since.
 *
 * @param seen empty unless the last view showed this node as the leader
 * @param written by a write the view does not show yet, or whose answer never came
 * @param unsettled whether such a write may still arrive in the store
 */
public record FailsafeList(
        SortedMap<MemberName, String> seen,
        SortedMap<MemberName, String> written,
        boolean unsettled) {
    public static final FailsafeList NONE =
            new FailsafeList(new TreeMap<>(), new TreeMap<>(), false);

    public FailsafeList {
        seen = Collections.unmodifiableSortedMap(new TreeMap<>(seen));
        written = Collections.unmodifiableSortedMap(new TreeMap<>(written));
    }

    /** A later view. */
    public FailsafeList after(ClusterView view, MemberName self) {
        var now =
                view.ledBy(self)
                        ? view.failsafe().map(FailsafeKey::members).orElseGet(TreeMap::new)
                        : new TreeMap<MemberName, String>();
        boolean shown = !unsettled && now.equals(written);
        return new FailsafeList(now, shown ? new TreeMap<>() : written, unsettled);
    }

    /** A write is about to leave. */
    public FailsafeList writing(SortedMap<MemberName, String> members) {
        var both = new TreeMap<>(written);
        both.putAll(members);
        return new FailsafeList(seen, both, true);
    }

    /** It was applied; whatever left before it finds the key changed and comes to nothing. */
    public FailsafeList applied(SortedMap<MemberName, String> members) {
        return new FailsafeList(seen, members, false);
    }

    /** Whether {@code wanted} has to be written. */
    public boolean lacks(SortedMap<MemberName, String> wanted, ClusterView view) {
        return unsettled
                || !view.failsafe()
                        .map(FailsafeKey::members)
                        .orElseGet(TreeMap::new)
                        .equals(wanted);
    }

    /** Everybody who may be on it; empty if that is not known. */
    public SortedMap<MemberName, String> mayLead() {
        if (seen.isEmpty()) return new TreeMap<>();
        var all = new TreeMap<>(seen);
        all.putAll(written);
        return all;
    }
}
