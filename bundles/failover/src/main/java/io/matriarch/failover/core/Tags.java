package io.matriarch.failover.core;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a member says about itself (interop page, section 4).
 *
 * @param published the tags as they stand in the member key
 */
public record Tags(Map<String, Object> published) {
    private static final Set<String> DROPPED_WHEN_FALSE =
            Set.of("clonefrom", "nofailover", "noloadbalance", "nosync", "nostream");
    public static final Tags NONE = new Tags(Map.of());

    public Tags {
        published = Collections.unmodifiableMap(new LinkedHashMap<>(published));
    }

    /**
     * From the configuration file: tags that say nothing are left out, unless they override a
     * priority.
     */
    public static Tags configured(Map<String, Object> configured) {
        var kept = new LinkedHashMap<String, Object>();
        configured.forEach((key, value) -> {
            boolean overrides =
                    key.equals("nofailover") && configured.containsKey("failover_priority")
                            || key.equals("nosync") && configured.containsKey("sync_priority");
            if (!DROPPED_WHEN_FALSE.contains(key) || Values.truth(value, false) || overrides)
                kept.put(key, value);
        });
        return new Tags(kept);
    }

    /** Never a leader. */
    public boolean nofailover() {
        if (published.containsKey("nofailover"))
            return Values.truth(published.get("nofailover"), false);
        return priority() <= 0;
    }

    /**
     * Among members with the same WAL position the highest wins; 1 unless set, 0 with {@link
     * #nofailover}.
     */
    public int failoverPriority() {
        return nofailover() ? 0 : priority();
    }

    private int priority() {
        return (int) Values.number(published.get("failover_priority"), 1);
    }

    public boolean clonefrom() {
        return Values.truth(published.get("clonefrom"), false);
    }

    public boolean noloadbalance() {
        return Values.truth(published.get("noloadbalance"), false);
    }

    /** Never waited for by commits. */
    public boolean nosync() {
        if (published.containsKey("nosync")) return Values.truth(published.get("nosync"), false);
        return syncPriority() <= 0;
    }

    /** Of standbys that could be waited for the highest is picked; 1 unless set. */
    int syncPriority() {
        return (int) Values.number(published.get("sync_priority"), 1);
    }

    public boolean nostream() {
        return Values.truth(published.get("nostream"), false);
    }

    public Optional<String> replicatefrom() {
        return Optional.of(Values.text(published.get("replicatefrom")))
                .filter(name -> !name.isEmpty());
    }
}
