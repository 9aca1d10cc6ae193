package io.matriarch.alerting.engine;

import io.matriarch.alerting.api.Severity;
import io.matriarch.alerting.api.WeeklyWindow;
import io.matriarch.alerting.core.Catalogue;
import io.matriarch.alerting.core.Figure;
import io.matriarch.alerting.core.Notice;
import io.matriarch.alerting.core.Policy;
import io.matriarch.alerting.spool.Courier;
import io.matriarch.alerting.spool.Delivery;
import io.matriarch.alerting.spool.Spool;
import io.matriarch.dcs.memory.MemoryStore;
import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.failover.api.MemberStatus;
import io.matriarch.failover.api.NodeStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of three, one store, two receivers, and a clock that is moved by hand: every ten
 * seconds each member that lives makes its round and delivers what is due.
 */
final class World {
    static final String CLUSTER = "prod";
    static final List<String> NAMES = List.of("n1", "n2", "n3");

    private final MemoryStore store = new MemoryStore();
    private final Path directory;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private Instant now = Instant.parse("2026-11-23T08:00:00Z");
    final List<Notice> told = new ArrayList<>();
    private final Map<String, String> refusing = new HashMap<>();
    private @Nullable Runnable afterAnswer;

    World(Path directory) {
        this.directory = directory;
        for (var name : NAMES) nodes.put(name, new Node(name));
        for (var node : nodes.values()) node.start();
    }

    Node node(String name) {
        return java.util.Objects.requireNonNull(nodes.get(name));
    }

    MemoryStore store() {
        return store;
    }

    Instant now() {
        return now;
    }

    /** From now on the receiver answers so; empty: it takes everything. */
    void refuses(String receiver, String answer) {
        if (answer.isEmpty()) refusing.remove(receiver);
        else refusing.put(receiver, answer);
    }

    /** Happens once, right after a receiver has taken a notice and before anybody knows. */
    void afterNextAnswer(Runnable what) {
        afterAnswer = what;
    }

    void pass(Duration time) {
        for (var end = now.plus(time); now.isBefore(end); ) {
            now = now.plus(Engine.ROUND);
            store.advance(Engine.ROUND);
            for (var node : List.copyOf(nodes.values())) node.turn();
        }
    }

    List<Notice> told(String receiver) {
        return told.stream().filter(n -> n.receiver().equals(receiver)).toList();
    }

    List<String> senders() {
        return nodes.values().stream()
                .filter(n ->
                        n.engine != null
                                && n.engine.seen().filter(Engine.Seen::sending).isPresent())
                .map(n -> n.name)
                .toList();
    }

    /** A process is killed there and then; nothing it held in memory is left. */
    static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    final class Node implements Surroundings {
        final String name;
        private final Map<String, Figure> figures = new LinkedHashMap<>();
        @Nullable Engine engine;
        private @Nullable Courier courier;
        private boolean measures = true;

        Node(String name) {
            this.name = name;
        }

        void start() {
            try {
                var own = directory.resolve(name);
                var spool = new Spool(own.resolve("spool"));
                courier = new Courier(spool, () -> now);
                courier.ways(Map.of("team", this::deliver, "oncall", this::deliver));
                engine =
                        new Engine(
                                settings(),
                                store.client(name),
                                this,
                                spool,
                                courier,
                                own,
                                () -> now,
                                () -> store.now().toNanos());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private Settings settings() {
            return new Settings(
                    CLUSTER,
                    name,
                    "0.1.0",
                    Settings.prefix("service", CLUSTER),
                    Catalogue.all(),
                    Policy.of(
                            Map.of(
                                    Severity.CRITICAL, List.of("oncall", "team"),
                                    Severity.WARNING, List.of("team"))),
                    "https://docs.example.org/alerts#",
                    Map.of("team", "email", "oncall", "pagerduty"),
                    List.of(),
                    Duration.ofHours(1),
                    List.of(),
                    Optional.of(WeeklyWindow.parse("mon 09:00-10:00", ZoneId.of("UTC"))),
                    List.of("team"));
        }

        private String deliver(Notice notice, Instant at) throws Delivery.DeliveryException {
            var refusal = refusing.get(notice.receiver());
            if (refusal != null) throw new Delivery.DeliveryException(refusal);
            told.add(notice);
            var then = afterAnswer;
            afterAnswer = null;
            if (then != null) then.run();
            return "ok";
        }

        void kill() {
            engine = null;
            courier = null;
        }

        void stop() {
            if (engine != null) engine.close(true);
            kill();
        }

        Engine engine() {
            return java.util.Objects.requireNonNull(engine);
        }

        void turn() {
            if (engine == null || courier == null) return;
            var mine = engine;
            try {
                mine.round();
                for (var receiver : List.of("team", "oncall"))
                    courier.deliver(receiver, mine::mayStill);
            } catch (Killed e) {
                kill();
            }
        }

        Node measures(String metric, double value, String... labels) {
            var all = Figure.labels(labels);
            all.putIfAbsent("cluster", CLUSTER);
            all.putIfAbsent("member", name);
            figures.put(metric + all, new Figure(metric, all, value));
            return this;
        }

        void measuresNothing() {
            measures = false;
        }

        @Override
        public Optional<List<Figure>> figures(Predicate<String> names) {
            return measures
                    ? Optional.of(
                            figures.values().stream().filter(f -> names.test(f.name())).toList())
                    : Optional.empty();
        }

        @Override
        public Optional<ClusterStatus> cluster() {
            var members = new ArrayList<MemberStatus>();
            for (var node : nodes.values())
                if (node.engine != null)
                    members.add(
                            new MemberStatus(
                                    node.name,
                                    node.name.equals("n1") ? "leader" : "replica",
                                    node.name.equals("n1") ? "running" : "streaming",
                                    "127.0.0.1",
                                    5432,
                                    "",
                                    1,
                                    OptionalLong.of(0),
                                    OptionalLong.of(0),
                                    false,
                                    "",
                                    Map.of()));
            return Optional.of(new ClusterStatus(CLUSTER, "7711", "n1", false, "", members, 1, 0));
        }

        @Override
        public Optional<NodeStatus> node() {
            return Optional.of(
                    new NodeStatus(
                            name, "replica", "running", 1, 0, false, 0, "armed", "", "Wait", ""));
        }

        @Override
        public long maximumLag() {
            return 1 << 20;
        }

        @Override
        public Map<String, String> notes() {
            return Map.of();
        }
    }
}
