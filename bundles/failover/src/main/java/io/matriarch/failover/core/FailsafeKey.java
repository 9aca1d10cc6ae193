package io.matriarch.failover.core;

import io.matriarch.api.MemberName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The key {@code failsafe} (interop page, 1.15): who may lead, and so whom a leader asks while the
 * store is away. Written by the leader only. Empty for the value {@code {}}: then it says nothing.
 *
 * @param members {@code api_url} by name
 */
public record FailsafeKey(SortedMap<MemberName, String> members, long modRevision) {
    public FailsafeKey {
        members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
    }

    /** Whether the list is kept and {@code name} is not on it: it must not lead then. */
    boolean leavesOut(MemberName name) {
        return !members.isEmpty() && !members.containsKey(name);
    }

    /**
     * What the leader wants to stand there: everybody whom the store shows, and itself. While the
     * mode is off nobody, so that an old list keeps nobody from leading.
     *
     * <p>In a standby cluster the key {@code sync} is one of former days, and may name others than
     * the leader. Once the cluster is promoted only those may lead: they stay on the list while
     * they are away, or there would be nobody who is both.
     */
    public static SortedMap<MemberName, String> wanted(
            ClusterView view, MemberName self, String ownUrl, Policy policy) {
        var wanted = new TreeMap<MemberName, String>();
        if (!policy.failsafe()) return wanted;
        view.members().values().stream()
                .filter(member -> !member.apiUrl().isEmpty())
                .forEach(member -> wanted.put(member.name(), member.apiUrl()));
        wanted.put(self, ownUrl);
        if (policy.standbyCluster().isPresent()) keep(view, wanted);
        return wanted;
    }

    private static void keep(ClusterView view, SortedMap<MemberName, String> wanted) {
        var before = view.failsafe().map(FailsafeKey::members).orElseGet(TreeMap::new);
        before.forEach((name, url) -> {
            if (view.sync().filter(sync -> sync.names(name)).isPresent())
                wanted.putIfAbsent(name, url);
        });
    }

    /** As it stands in the store. */
    public static String json(Map<MemberName, String> members) {
        var object = new LinkedHashMap<String, Object>();
        new TreeMap<>(members).forEach((name, url) -> object.put(name.value(), url));
        return Values.json(object);
    }
}
