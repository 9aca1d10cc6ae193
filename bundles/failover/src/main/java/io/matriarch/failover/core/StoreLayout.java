package io.matriarch.failover.core;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.api.SystemId;
import io.matriarch.dcs.api.KeyValue;
import io.matriarch.dcs.api.Snapshot;
import io.matriarch.failover.core.ClusterView.Config;
import io.matriarch.failover.core.ClusterView.HandoverRequest;
import io.matriarch.failover.core.ClusterView.Initialize;
import io.matriarch.failover.core.ClusterView.LeaderKey;
import io.matriarch.failover.core.ClusterView.Status;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Patroni's keys: where they lie and what their values look like (interop page, section 1). The
 * only class that knows.
 */
public final class StoreLayout {
    private final String base;

    public StoreLayout(String namespace, String scope) {
        this.base = ("/" + namespace + "/" + scope + "/").replaceAll("/+", "/");
    }

    /** What all keys begin with; ends with a slash. */
    public String prefix() {
        return base;
    }

    public String initialize() {
        return base + "initialize";
    }

    public String config() {
        return base + "config";
    }

    public String leader() {
        return base + "leader";
    }

    public String status() {
        return base + "status";
    }

    public String failover() {
        return base + "failover";
    }

    public String history() {
        return base + "history";
    }

    public String failsafe() {
        return base + "failsafe";
    }

    public String sync() {
        return base + "sync";
    }

    public String member(MemberName name) {
        return base + "members/" + name.value();
    }

    private static final Snapshot NOTHING = new Snapshot(0, new TreeMap<>());

    /** Reads all keys; what is broken counts as absent. */
    public ClusterView read(Snapshot snapshot) {
        return read(snapshot, NOTHING, ClusterView.EMPTY);
    }

    /**
     * The same, for less: only what has changed since {@code before} is read. A busy cluster writes
     * one key of ten at a time, and each of its members reads them all.
     *
     * @param view what was read from {@code before}
     */
    public ClusterView read(Snapshot snapshot, Snapshot before, ClusterView view) {
        var changes = new Changes(snapshot, before);
        var members = new TreeMap<MemberName, Member>();
        String membersPrefix = base + "members/";
        for (var entry : snapshot.entries().tailMap(membersPrefix).values()) {
            if (!entry.key().startsWith(membersPrefix)) break;
            Values.memberName(entry.key().substring(membersPrefix.length()))
                    .ifPresent(name -> {
                        var known = view.members().get(name);
                        boolean same = known != null && !changes.of(entry.key());
                        members.put(name, same ? known : readMember(name, entry));
                    });
        }
        return new ClusterView(
                snapshot.revision(),
                readInitialize(snapshot.get(initialize())),
                changes.read(config(), view.config(), StoreLayout::readConfig),
                snapshot.get(leader()).flatMap(StoreLayout::readLeader),
                changes.of(status())
                        ? snapshot.get(status())
                                .map(kv -> readStatus(kv.value()))
                                .orElse(Status.NONE)
                        : view.status(),
                changes.read(failover(), view.failover(), StoreLayout::readFailover),
                changes.of(history())
                        ? snapshot.get(history())
                                .map(kv -> readHistory(kv.value()))
                                .orElse(List.of())
                        : view.history(),
                changes.read(failsafe(), view.failsafe(), StoreLayout::readFailsafe),
                changes.read(sync(), view.sync(), StoreLayout::readSync),
                members);
    }

    /** What is different between two snapshots. */
    private record Changes(Snapshot now, Snapshot before) {
        boolean of(String key) {
            return !now.get(key).equals(before.get(key));
        }

        <T> Optional<T> read(
                String key, Optional<T> known, Function<KeyValue, Optional<T>> reader) {
            return of(key) ? now.get(key).flatMap(reader) : known;
        }
    }

    private static Member readMember(MemberName name, KeyValue entry) {
        return new Member(name, entry.leaseId(), Values.object(entry.value()).orElse(Map.of()));
    }

    private static Initialize readInitialize(Optional<KeyValue> entry) {
        if (entry.isEmpty()) return new Initialize.Absent();
        String value = entry.get().value();
        if (value.isEmpty()) return new Initialize.InProgress();
        return SystemId.isValid(value)
                ? new Initialize.Done(new SystemId(value))
                : new Initialize.Broken(value);
    }

    private static Optional<Config> readConfig(KeyValue entry) {
        return Values.object(entry.value()).map(data -> new Config(data, entry.modRevision()));
    }

    private static Optional<LeaderKey> readLeader(KeyValue entry) {
        return Values.memberName(entry.value())
                .map(name -> new LeaderKey(name, entry.leaseId(), entry.modRevision()));
    }

    static Status readStatus(String value) {
        var object = Values.object(value);
        if (object.isEmpty())
            return new Status(new Lsn(Values.number(value, 0)), Map.of(), List.of());
        var slots = new LinkedHashMap<String, Lsn>();
        Values.map(object.get().get("slots"))
                .forEach((name, lsn) -> slots.put(name, new Lsn(Values.number(lsn, 0))));
        var retained = new ArrayList<String>();
        Values.list(object.get().get("retain_slots"))
                .forEach(name -> retained.add(Values.text(name)));
        return new Status(new Lsn(Values.number(object.get().get("optime"), 0)), slots, retained);
    }

    public static String write(Status status) {
        var object = new LinkedHashMap<String, Object>();
        object.put("optime", status.optime().value());
        var slots = new LinkedHashMap<String, Object>();
        status.slots().forEach((name, lsn) -> slots.put(name, lsn.value()));
        if (!slots.isEmpty()) object.put("slots", slots);
        if (!status.retainSlots().isEmpty()) object.put("retain_slots", status.retainSlots());
        return Values.json(object);
    }

    private static Optional<HandoverRequest> readFailover(KeyValue entry) {
        var object = Values.object(entry.value()).orElseGet(() -> legacyFailover(entry.value()));
        var from = Values.memberName(object.get("leader"));
        var candidate = Values.memberName(object.get("member"));
        if (from.isEmpty() && candidate.isEmpty()) return Optional.empty();
        return Optional.of(
                new HandoverRequest(
                        from,
                        candidate,
                        instant(Values.text(object.get("scheduled_at"))),
                        entry.modRevision()));
    }

    private static Map<String, Object> legacyFailover(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? Map.of()
                : Map.of("leader", text.substring(0, colon), "member", text.substring(colon + 1));
    }

    /** An ISO 8601 time with zone; empty if it is none. */
    public static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text.replaceFirst(" ", "T")).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** The value for {@link #failover()}. */
    public static String writeFailover(
            Optional<String> leader, Optional<String> candidate, Optional<Instant> at) {
        var object = new LinkedHashMap<String, Object>();
        leader.ifPresent(name -> object.put("leader", name));
        candidate.ifPresent(name -> object.put("member", name));
        at.ifPresent(when ->
                object.put(
                        "scheduled_at",
                        when.atOffset(java.time.ZoneOffset.UTC)
                                .format(
                                        java.time.format.DateTimeFormatter.ofPattern(
                                                "uuuu-MM-dd'T'HH:mm:ssxxx"))));
        return Values.json(object);
    }

    private static Optional<FailsafeKey> readFailsafe(KeyValue entry) {
        return Values.object(entry.value())
                .map(object -> {
                    var members = new TreeMap<MemberName, String>();
                    object.forEach((name, url) ->
                            Values.memberName(name)
                                    .ifPresent(it -> members.put(it, Values.text(url))));
                    return new FailsafeKey(members, entry.modRevision());
                });
    }

    private static Optional<SyncKey> readSync(KeyValue entry) {
        return Values.object(entry.value())
                .map(object -> {
                    var voters = new java.util.TreeSet<MemberName>();
                    for (var name : Values.text(object.get("sync_standby")).split(",", -1))
                        Values.memberName(name.strip()).ifPresent(voters::add);
                    return new SyncKey(
                            Values.memberName(object.get("leader")),
                            voters,
                            (int) Values.number(object.get("quorum"), 0),
                            entry.modRevision());
                });
    }

    private static List<List<Object>> readHistory(String value) {
        var wrapped = Values.object("{\"lines\":" + value + "}").orElse(Map.of());
        var lines = new ArrayList<List<Object>>();
        for (var line : Values.list(wrapped.get("lines")))
            lines.add(new ArrayList<Object>(Values.list(line)));
        return lines;
    }

    public static String json(Object value) {
        return Values.json(value);
    }
}
