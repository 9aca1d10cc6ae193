package io.matriarch.failover.core;

import io.matriarch.api.Lsn;
import io.matriarch.postgres.api.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which replication slots this node should have (interop page, 5.13). Every node keeps a slot for
 * every other member, so that whoever is promoted has the WAL the others need. Slots nobody here
 * knows are left alone: they hold somebody's WAL.
 */
public final class Slots {
    private Slots() {}

    /** One thing to do about a slot. */
    public sealed interface Step {
        String slot();

        record CreatePhysical(String slot) implements Step {}

        record CreateLogical(String slot, String database, String plugin) implements Step {}

        record Drop(String slot, String reason) implements Step {}

        record Advance(Slot of, Lsn to) implements Step {
            @Override
            public String slot() {
                return of.name();
            }
        }
    }

    /** A slot of the dynamic configuration's {@code slots}. */
    private record Permanent(String name, boolean logical, String database, String plugin) {}

    /** Steps from {@code existing} to what should be; in pause nothing is dropped. */
    public static List<Step> plan(
            ClusterView view,
            LocalView local,
            Policy policy,
            Map<String, Object> config,
            List<Slot> existing) {
        if (!policy.useSlots()) return List.of();
        var live = local.server().live();
        if (live.isEmpty()) return List.of();
        boolean primary = !live.get().inRecovery();
        var members = memberSlots(view, local);
        var permanent = permanent(config, local);
        var here = new TreeMap<String, Slot>();
        existing.forEach(slot -> here.put(slot.name(), slot));

        var steps = new ArrayList<Step>();
        var wanted = new TreeSet<>(members);
        if (!local.tags().nofailover()) {
            wanted.addAll(view.status().retainSlots());
            permanent.stream().filter(p -> !p.logical()).forEach(p -> wanted.add(p.name()));
        }
        wanted.remove(local.self().slotName());
        for (var name : wanted)
            if (!here.containsKey(name)) steps.add(new Step.CreatePhysical(name));
        if (primary)
            for (var slot : permanent)
                if (slot.logical() && !here.containsKey(slot.name()))
                    steps.add(new Step.CreateLogical(slot.name(), slot.database(), slot.plugin()));
        steps.addAll(drops(view, policy, config, permanent, wanted, here));
        if (!primary && !policy.paused()) steps.addAll(stale(permanent, here));
        steps.addAll(advances(view, local, wanted, here, live.get().position()));
        return steps;
    }

    private static Set<String> memberSlots(ClusterView view, LocalView local) {
        var names = new TreeSet<String>();
        for (var member : view.members().values()) {
            if (member.name().equals(local.self()) || member.tags().nostream()) continue;
            boolean cascades =
                    member.tags().replicatefrom().map(local.self().value()::equals).orElse(false);
            if (!local.tags().nofailover() || cascades) names.add(member.name().slotName());
        }
        return names;
    }

    private static List<Permanent> permanent(Map<String, Object> config, LocalView local) {
        var slots = new ArrayList<Permanent>();
        for (var key : List.of("slots", "permanent_slots", "permanent_replication_slots"))
            Values.map(config.get(key))
                    .forEach((name, value) -> {
                        var entry = Values.map(value);
                        boolean logical = Values.text(entry.get("type")).equals("logical");
                        if (!name.equals(local.self().slotName()))
                            slots.add(
                                    new Permanent(
                                            name,
                                            logical,
                                            Values.text(entry.get("database")),
                                            Values.text(entry.get("plugin"))));
                    });
        return slots;
    }

    /** Only slots the store knows as the cluster's own go, and only while nobody uses them. */
    private static List<Step> drops(
            ClusterView view,
            Policy policy,
            Map<String, Object> config,
            List<Permanent> permanent,
            Set<String> wanted,
            Map<String, Slot> here) {
        if (policy.paused()) return List.of();
        var steps = new ArrayList<Step>();
        for (var slot : here.values()) {
            boolean named = permanent.stream().anyMatch(p -> p.name().equals(slot.name()));
            boolean managed = view.status().slots().containsKey(slot.name());
            if (slot.active() || slot.logical() || named || ignored(config, slot)) continue;
            if (slot.walStatus().equals("lost"))
                steps.add(new Step.Drop(slot.name(), "its WAL is gone: it can serve nobody"));
            else if (managed && !wanted.contains(slot.name()))
                steps.add(
                        new Step.Drop(
                                slot.name(),
                                "its member is gone for longer than member_slots_ttl"));
        }
        return steps;
    }

    /**
     * A standby copies the leader's failover slots, but never over one it made itself when it led;
     * and that one would hold its WAL for ever.
     */
    private static List<Step> stale(List<Permanent> permanent, Map<String, Slot> here) {
        return permanent.stream()
                .filter(Permanent::logical)
                .map(p -> here.get(p.name()))
                .filter(slot -> slot != null && slot.failover() && !slot.synced() && !slot.active())
                .<Step>map(slot ->
                        new Step.Drop(slot.name(), "made when this node led: the leader's counts"))
                .toList();
    }

    /**
     * Whether an item of {@code ignore_slots} fits: all that it names must, and it must name
     * something.
     */
    private static boolean ignored(Map<String, Object> config, Slot slot) {
        var traits =
                Map.of(
                        "name",
                        slot.name(),
                        "type",
                        slot.logical() ? "logical" : "physical",
                        "database",
                        slot.database(),
                        "plugin",
                        slot.plugin());
        return Values.list(config.get("ignore_slots")).stream()
                .map(Values::map)
                .anyMatch(item ->
                        !item.isEmpty()
                                && item.entrySet().stream()
                                        .allMatch(one ->
                                                Values.text(one.getValue())
                                                        .equals(traits.get(one.getKey()))));
    }

    private static List<Step> advances(
            ClusterView view,
            LocalView local,
            Set<String> wanted,
            Map<String, Slot> here,
            Lsn position) {
        if (view.ledBy(local.self())) return List.of();
        var steps = new ArrayList<Step>();
        view.status()
                .slots()
                .forEach((name, lsn) -> {
                    var slot = here.get(name);
                    if (slot == null || slot.active() || slot.logical() || !wanted.contains(name))
                        return;
                    boolean ahead = slot.restartLsn().map(lsn::isAfter).orElse(true);
                    if (ahead && !lsn.isAfter(position)) steps.add(new Step.Advance(slot, lsn));
                });
        return steps;
    }

    /**
     * Positions for {@code status.slots}: what each slot of the cluster still needs, and our own
     * name at our own position. What is told here the members take for theirs to drop, so slots
     * that others made are left out.
     */
    public static Map<String, Lsn> positions(
            ClusterView view,
            LocalView local,
            Map<String, Object> config,
            Lsn position,
            List<Slot> existing) {
        var own = new TreeSet<>(memberSlots(view, local));
        own.addAll(view.status().retainSlots());
        own.addAll(view.status().slots().keySet());
        permanent(config, local).forEach(slot -> own.add(slot.name()));
        var positions = new LinkedHashMap<String, Lsn>();
        for (var slot : existing)
            if (own.contains(slot.name()))
                (slot.logical() ? slot.confirmedFlushLsn() : slot.restartLsn())
                        .ifPresent(lsn -> positions.put(slot.name(), lsn));
        positions.put(local.self().slotName(), position);
        return positions;
    }

    /**
     * Names for {@code status.retain_slots}: members seen within {@code member_slots_ttl}.
     *
     * @param lastSeen by slot name, as {@link #seen} keeps it
     */
    public static List<String> retained(
            Map<String, Instant> lastSeen, Duration memberSlotsTtl, Instant now) {
        return lastSeen.entrySet().stream()
                .filter(entry -> entry.getValue().plus(memberSlotsTtl).isAfter(now))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /**
     * When each member was last there. A leader that is new to it counts names it finds in the key
     * from now.
     */
    public static Map<String, Instant> seen(
            Map<String, Instant> before, ClusterView view, Instant now) {
        var seen = new TreeMap<>(before);
        view.status().retainSlots().forEach(name -> seen.putIfAbsent(name, now));
        view.members().values().stream()
                .filter(member -> !member.tags().nostream())
                .forEach(member -> seen.put(member.name().slotName(), now));
        return seen;
    }
}
