package io.matriarch.failover.core;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.api.SystemId;
import io.matriarch.failover.core.LocalView.Memory;
import io.matriarch.failover.core.LocalView.RunningAction;
import io.matriarch.postgres.api.ControlData;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.api.Lineage;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.ServerView;
import io.matriarch.postgres.api.Upstream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Small builders: each case says only what it is about. */
final class Views {
    static final MemberName US = new MemberName("us");
    static final MemberName THEM = new MemberName("them");
    static final MemberName THIRD = new MemberName("third");
    static final SystemId ID = new SystemId("7711168805385076805");
    static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    static final long US_LEASE = 1;
    static final long THEIR_LEASE = 2;

    private Views() {}

    static Policy policy(Object... keysAndValues) {
        var config = new LinkedHashMap<String, Object>();
        for (int i = 0; i < keysAndValues.length; i += 2)
            config.put((String) keysAndValues[i], keysAndValues[i + 1]);
        return Policy.of(config);
    }

    static FailsafeView.Sender sender(MemberName name) {
        return new FailsafeView.Sender(
                name,
                "postgres://" + name + ":5432/postgres",
                "http://" + name + ":8008/patroni",
                Map.of(),
                Duration.ofSeconds(5));
    }

    static Upstream upstream(MemberName name) {
        return new Upstream(name, new HostPort(name.value(), 5432), "postgres");
    }

    /** A member key as a healthy node publishes it. */
    static Member member(MemberName name, Object... more) {
        var data = new LinkedHashMap<String, Object>();
        data.put("conn_url", "postgres://" + name + ":5432/postgres");
        data.put("api_url", "http://" + name + ":8008/patroni");
        data.put("state", "running");
        data.put("role", "replica");
        for (int i = 0; i < more.length; i += 2) data.put((String) more[i], more[i + 1]);
        return new Member(name, THEIR_LEASE, data);
    }

    static PeerAnswer standbyAt(String lsn) {
        return new PeerAnswer(
                true, false, Lsn.parse(lsn), 1, Tags.NONE, false, WritePath.Room.UNKNOWN);
    }

    static PeerAnswer primaryAt(String lsn) {
        return new PeerAnswer(
                true, true, Lsn.parse(lsn), 1, Tags.NONE, false, WritePath.Room.UNKNOWN);
    }

    static Tags tags(String name, Object value) {
        return new Tags(Map.of(name, value));
    }

    static TreeMap<MemberName, String> urls(MemberName... names) {
        var urls = new TreeMap<MemberName, String>();
        for (var name : names) urls.put(name, "http://" + name + ":8008/patroni");
        return urls;
    }

    /** The cluster: made, nobody leads, we and they are members. */
    static Cluster cluster() {
        return new Cluster();
    }

    /** This node: a standby at 0/2000 that nobody feeds. */
    static Node standby() {
        return new Node().live(true, "0/2000");
    }

    /** This node: a primary at 0/2000, with 20 s of lease left. */
    static Node primary() {
        var node = new Node().live(false, "0/2000");
        node.role = Role.PRIMARY;
        node.lease = Duration.ofSeconds(20);
        return node;
    }

    /** This node: PostgreSQL is down, its directory is there. */
    static Node down(String controlState) {
        var node = new Node();
        node.state = PostgresState.CRASHED;
        node.control = controlState;
        return node;
    }

    static Node empty() {
        var node = new Node();
        node.directory = DataDirectory.EMPTY;
        node.control = "";
        return node;
    }

    static final class Node {
        private Tags tags = Tags.NONE;
        private boolean canBootstrap = true;
        private Role role = Role.REPLICA;
        private DataDirectory directory = DataDirectory.PRESENT;
        private PostgresState state = PostgresState.RUNNING;
        private Duration inState = Duration.ofSeconds(5);
        private Optional<ServerView.Live> live = Optional.empty();
        private boolean process;
        private String control = "in production";
        private int controlTimeline = 1;
        private boolean signal;
        private SystemId id = ID;
        private Duration lease = Duration.ZERO;
        private boolean guard = true;
        private boolean mayBePromoted;
        private Optional<RunningAction> action = Optional.empty();
        private Memory memory = Memory.FRESH;
        private Optional<Map<MemberName, PeerAnswer>> peers = Optional.empty();
        private Optional<Lineage> lineage = Optional.empty();
        private FailsafeView failsafe = FailsafeView.NONE;
        private WritePath writePath = WritePath.UNKNOWN;

        Node live(boolean inRecovery, String lsn) {
            return live(inRecovery, lsn, 1, "", Optional.empty());
        }

        /** A standby at 0/2000 that gets its WAL there, by that slot. */
        Node pointing(Upstream from, String slot, String replication) {
            return live(true, "0/2000", 1, replication, Optional.of(from), slot);
        }

        Node live(
                boolean inRecovery,
                String lsn,
                int timeline,
                String replication,
                Optional<Upstream> from) {
            String slot = from.isPresent() ? US.slotName() : "";
            return live(inRecovery, lsn, timeline, replication, from, slot);
        }

        private Node live(
                boolean inRecovery,
                String lsn,
                int timeline,
                String replication,
                Optional<Upstream> from,
                String slot) {
            var position = Lsn.parse(lsn);
            process = true;
            control = inRecovery ? "in archive recovery" : "in production";
            live =
                    Optional.of(
                            new ServerView.Live(
                                    inRecovery,
                                    timeline,
                                    inRecovery ? Lsn.ZERO : position,
                                    inRecovery ? position : Lsn.ZERO,
                                    inRecovery ? position : Lsn.ZERO,
                                    Optional.empty(),
                                    false,
                                    replication,
                                    from.map(Upstream::addresses).orElse(List.of()),
                                    slot,
                                    170_000,
                                    "",
                                    List.of(),
                                    "",
                                    true));
            return this;
        }

        Node onTimeline(int timeline) {
            var was = live.orElseThrow();
            return live(
                    was.inRecovery(),
                    was.position().toString(),
                    timeline,
                    was.replicationState(),
                    Optional.empty());
        }

        Node silent(PostgresState since, Duration howLong) {
            live = Optional.empty();
            state = since;
            inState = howLong;
            return this;
        }

        Node tags(Tags some) {
            tags = some;
            return this;
        }

        Node withoutBootstrapSection() {
            canBootstrap = false;
            return this;
        }

        Node role(Role published) {
            role = published;
            return this;
        }

        Node state(PostgresState some) {
            state = some;
            return this;
        }

        Node directory(DataDirectory some) {
            directory = some;
            return this;
        }

        /** Of the last checkpoint. */
        Node controlTimeline(int timeline) {
            controlTimeline = timeline;
            return this;
        }

        Node standbySignal() {
            signal = true;
            return this;
        }

        Node id(SystemId other) {
            id = other;
            return this;
        }

        Node lease(Duration left) {
            lease = left;
            return this;
        }

        Node withoutGuard() {
            guard = false;
            return this;
        }

        /** By this agent, or by one before it. */
        Node toldToEndRecovery() {
            mayBePromoted = true;
            return this;
        }

        Node doing(RunningAction.Kind kind) {
            action = Optional.of(new RunningAction(kind, Duration.ofSeconds(1)));
            return this;
        }

        Node remembering(UnaryOperator<Memory> change) {
            memory = change.apply(memory);
            return this;
        }

        Node hearing(MemberName name, PeerAnswer answer) {
            var all = new TreeMap<>(peers.orElse(Map.of()));
            all.put(name, answer);
            peers = Optional.of(all);
            return this;
        }

        /** We lead, and these stand in the key failsafe as far as we know. */
        Node mayLead(MemberName... names) {
            failsafe =
                    new FailsafeView(
                            urls(names), failsafe.agreed(), failsafe.refused(), failsafe.promise());
            return this;
        }

        Node agreed() {
            return answered(true, Map.of());
        }

        Node refused(Map<MemberName, String> refused) {
            return answered(false, refused);
        }

        private Node answered(boolean agreed, Map<MemberName, String> refused) {
            failsafe = new FailsafeView(failsafe.mayLead(), agreed, refused, failsafe.promise());
            return this;
        }

        /** To them, who serve on without the store. */
        Node promised(Duration left) {
            return promised(Optional.of(sender(THEM)), left);
        }

        Node promised(Optional<FailsafeView.Sender> to, Duration left) {
            failsafe =
                    new FailsafeView(
                            failsafe.mayLead(),
                            failsafe.agreed(),
                            failsafe.refused(),
                            Optional.of(new FailsafeView.Promise(to, left)));
            return this;
        }

        /** The probe of the WAL's disk says so. */
        Node writing(WritePath path) {
            writePath = path;
            return this;
        }

        Node knowing(Lineage facts) {
            lineage = Optional.of(facts);
            return this;
        }

        LocalView view() {
            Optional<ControlData> data =
                    control.isEmpty() ? Optional.empty() : Optional.of(controlData());
            var postmaster =
                    process
                            ? Optional.of(new ServerView.Postmaster(77, 1))
                            : Optional.<ServerView.Postmaster>empty();
            var server =
                    new ServerView(
                            directory,
                            "",
                            state,
                            inState,
                            postmaster,
                            live,
                            data,
                            signal,
                            new ArrayList<>());
            return new LocalView(
                    US,
                    tags,
                    canBootstrap,
                    role,
                    server,
                    lease,
                    guard,
                    mayBePromoted,
                    action,
                    memory,
                    peers,
                    lineage,
                    failsafe,
                    writePath,
                    NOW);
        }

        private ControlData controlData() {
            return new ControlData(
                    id,
                    control,
                    Lsn.parse("0/1F00"),
                    controlTimeline,
                    Lsn.ZERO,
                    0,
                    true,
                    true,
                    100,
                    8,
                    10,
                    0,
                    64);
        }
    }

    static Decision decide(Cluster cluster, Node node, Policy policy) {
        return Failover.decide(new StoreState.Seen(cluster.view()), node.view(), policy);
    }

    static Decision decide(Cluster cluster, Node node) {
        return decide(cluster, node, policy());
    }

    static Decision away(Node node, Policy policy) {
        return Failover.decide(new StoreState.Away("no answer"), node.view(), policy);
    }
}
