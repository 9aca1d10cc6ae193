package io.matriarch.alerting.core;

import io.matriarch.alerting.core.Ledger.Entry;
import io.matriarch.alerting.core.Ledger.Group;
import java.util.LinkedHashMap;

/** Brings what a member told by itself, while the store was away, into the ledger of all. */
public final class Ledgers {
    private Ledgers() {}

    /**
     * What either has told is told. Messages a member has not delivered yet stay with it: they are
     * its own.
     */
    public static Ledger merged(Ledger store, Ledger own) {
        var groups = new LinkedHashMap<>(store.groups());
        own.groups()
                .forEach((key, group) ->
                        groups.merge(key, alone(group), (theirs, mine) -> merged(theirs, mine)));
        var active = new LinkedHashMap<>(own.active());
        active.putAll(store.active());
        return new Ledger(groups, active, store.past(), store.marks());
    }

    private static Group alone(Group group) {
        return group.pending() == null ? group : group.delivered();
    }

    private static Group merged(Group theirs, Group mine) {
        var entries = new LinkedHashMap<>(theirs.entries());
        mine.entries().forEach((id, entry) -> entries.merge(id, entry, Ledgers::further));
        return theirs.with(entries);
    }

    private static Entry further(Entry a, Entry b) {
        return new Entry(a.alert(), a.told() || b.told(), a.until(), a.how());
    }
}
