package io.matriarch.failover.core;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What this node knows about failsafe mode, on either side of it.
 *
 * @param mayLead everybody who can be on the list in the store while this node leads: as last seen,
 *     and what a write without an answer may have put there; empty unless it leads and has seen the
 *     list since
 * @param agreed whether all of them have promised not to lead, and it is on that that this node may
 *     write at present
 * @param refused who of them has not, and why, by name
 * @param promise what this node promised another leader and must still keep
 */
public record FailsafeView(
        SortedMap<MemberName, String> mayLead,
        boolean agreed,
        Map<MemberName, String> refused,
        Optional<Promise> promise) {
    public static final FailsafeView NONE =
            new FailsafeView(new TreeMap<>(), false, Map.of(), Optional.empty());

    public FailsafeView {
        mayLead = Collections.unmodifiableSortedMap(new TreeMap<>(mayLead));
        refused = Collections.unmodifiableMap(new TreeMap<>(refused));
    }

    /**
     * Not to lead for a while: somebody serves on because we said so.
     *
     * @param to empty: an earlier life of this agent may have promised something, and to whom is
     *     not known
     * @param left positive
     */
    public record Promise(Optional<Sender> to, Duration left) {}

    /** A leader that cannot reach the store, as it presents itself (interop page, 5.14). */
    public record Sender(
            MemberName name, String connUrl, String apiUrl, Map<String, Lsn> slots, Duration ttl) {
        public Sender {
            slots = Collections.unmodifiableMap(new LinkedHashMap<>(slots));
        }

        /** As a member whose key we cannot see. */
        Member member() {
            var data = new LinkedHashMap<String, Object>();
            data.put("conn_url", connUrl);
            data.put("api_url", apiUrl);
            data.put("state", "running");
            data.put("role", "primary");
            return new Member(name, 0, data);
        }
    }

    /** Whom to ask: all but {@code self}. */
    SortedMap<MemberName, String> others(MemberName self) {
        var others = new TreeMap<>(mayLead);
        others.remove(self);
        return others;
    }

    /**
     * The body of the question.
     *
     * @param slots positions for {@code status.slots}; may be empty
     */
    public static String question(Sender sender) {
        var body = new LinkedHashMap<String, Object>();
        body.put("name", sender.name().value());
        body.put("conn_url", sender.connUrl());
        body.put("api_url", sender.apiUrl());
        if (!sender.slots().isEmpty()) {
            var slots = new LinkedHashMap<String, Object>();
            sender.slots().forEach((name, lsn) -> slots.put(name, lsn.value()));
            body.put("slots", slots);
        }
        // Patroni's members do not look at it: they promise for the ttl they know.
        body.put("ttl", sender.ttl().toSeconds());
        return Values.json(body);
    }

    /** Names of who refused, with why. */
    static String told(Map<MemberName, String> refused) {
        return List.copyOf(new TreeMap<>(refused).entrySet()).stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
    }
}
