package io.matriarch.itests;

import com.fasterxml.jackson.jr.ob.JSON;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A running test cluster: nodes with our agent, and the store beside them. */
final class Cluster implements AutoCloseable {
    private static final int FIRST_NODE = 11;
    private static final int FIRST_ETCD = 31;
    private static final int AUTHORITY = 39;
    private static final String OUR_DCS = "    postgresql:\n      use_pg_rewind: true";

    /** One line of {@code GET /cluster}. */
    record Row(String name, String role, String state, int timeline, String lag) {}

    private final Lab lab = Lab.get();
    private final List<Node> nodes = new ArrayList<>();
    private final List<EtcdMember> etcd = new ArrayList<>();
    private final int postgresVersion;
    private Optional<Authority> authority = Optional.empty();

    private Cluster(Builder builder) {
        postgresVersion = builder.postgresVersion;
    }

    static Builder of(String name, int postgresVersion) {
        return new Builder(name, postgresVersion);
    }

    /** What a cluster is to be; three nodes and three store members unless told otherwise. */
    static final class Builder {
        private final String name;
        private final int postgresVersion;
        private int nodes = 3;
        private int etcdMembers = 3;
        private String dcs = OUR_DCS;
        private String extra = "matriarch:\n  state_dir: /var/lib/matriarch\n";
        private boolean held;
        private final Map<String, String> disks = new LinkedHashMap<>();
        private Optional<Path> shared = Optional.empty();
        private boolean encrypted;
        private Set<String> patroni = Set.of();
        private String scope = NodeConfig.SCOPE;
        private Optional<Cluster> beside = Optional.empty();

        private Builder(String name, int postgresVersion) {
            this.name = name + postgresVersion;
            this.postgresVersion = postgresVersion;
        }

        Builder nodes(int count) {
            nodes = count;
            return this;
        }

        Builder etcdMembers(int count) {
            etcdMembers = count;
            return this;
        }

        /** Top-level YAML instead of our own section. */
        Builder extra(String yaml) {
            extra = yaml;
            return this;
        }

        /** Further lines of the dynamic configuration, such as {@code synchronous_mode: on}. */
        Builder dcs(String... lines) {
            for (var line : lines) {
                dcs += "\n    " + line;
            }
            return this;
        }

        /** No agent is started until {@link Node#holdAgent holdAgent(false)}. */
        Builder held() {
            held = true;
            return this;
        }

        /**
         * The data directory on a disk of its own, that small. It does not outlive its container.
         */
        Builder diskMegabytes(int size) {
            return disk("/var/lib/postgresql/node", size, "0755");
        }

        /** As {@link #diskMegabytes}, at another place, where everybody may write. */
        Builder disk(String path, int megabytes) {
            return disk(path, megabytes, "0777");
        }

        private Builder disk(String path, int megabytes, String mode) {
            disks.put(path, "size=" + megabytes + "m,mode=" + mode);
            return this;
        }

        /** A directory of this machine that every node has as {@link Node#SHARED}. */
        Builder shared(Path directory) {
            shared = Optional.of(directory);
            return this;
        }

        /**
         * REST, store and PostgreSQL are spoken to by TLS only, with certificates on both sides.
         */
        Builder encrypted() {
            encrypted = true;
            return this;
        }

        /** These nodes, of {@code n1} and so on, have Patroni as their agent, on the same file. */
        Builder patroni(String... names) {
            patroni = Set.of(names);
            return this;
        }

        /** A cluster of that name in the store of another, whose nodes' names go on from there. */
        Builder beside(Cluster other, String itsScope) {
            beside = Optional.of(other);
            scope = itsScope;
            return this;
        }

        Cluster start() {
            var cluster = new Cluster(this);
            try {
                cluster.launch(this);
                return cluster;
            } catch (RuntimeException e) {
                cluster.close();
                throw e;
            }
        }
    }

    private void launch(Builder builder) {
        if (builder.encrypted) {
            authority = Optional.of(Authority.open(lab, builder.name, AUTHORITY));
        }
        int members = builder.beside.isPresent() ? 0 : builder.etcdMembers;
        for (int i = 0; i < members; i++) {
            etcd.add(
                    EtcdMember.start(
                            lab, builder.name, FIRST_ETCD, i, builder.etcdMembers, authority));
        }
        int first = builder.beside.map(other -> other.nodes.size()).orElse(0);
        for (int i = 0; i < builder.nodes; i++) {
            nodes.add(startNode(builder, first + i));
        }
    }

    private Node startNode(Builder builder, int index) {
        String name = "n" + (index + 1);
        String product = distribution().toString();
        var box =
                lab.start(
                        builder.name + "-" + name,
                        Lab.image(postgresVersion),
                        FIRST_NODE + index,
                        settings -> {
                            var binds = new ArrayList<Bind>();
                            binds.add(new Bind(product, new Volume("/dist"), AccessMode.ro));
                            builder.shared.ifPresent(directory ->
                                    binds.add(
                                            new Bind(
                                                    directory.toString(),
                                                    new Volume(Node.SHARED),
                                                    AccessMode.rw)));
                            settings.withBinds(binds);
                            settings.withTmpFs(builder.disks);
                        },
                        "sh",
                        "-c",
                        // The main program waits until the configuration is there.
                        "while [ ! -e /run/configured ]; do sleep 0.05; done; exec matriarch-node");
        var renamed = new Box(box.docker(), box.id(), name, box.address());
        var node = new Node(renamed, postgresVersion, authority.map(a -> a.client("tests")));
        authority.ifPresent(a -> a.equip(renamed, "postgres"));
        renamed.write(
                Node.CONFIG,
                NodeConfig.yaml(
                        builder.scope,
                        name,
                        node.address(),
                        builder.beside.map(other -> other.etcd).orElse(etcd).stream()
                                .map(EtcdMember::endpoint)
                                .toList(),
                        postgresVersion,
                        builder.dcs,
                        builder.extra,
                        builder.encrypted));
        renamed.sh("mkdir -p /run/matriarch").orThrow();
        if (builder.patroni.contains(name)) {
            node.program(Node.Program.PATRONI);
        }
        node.holdAgent(builder.held);
        renamed.sh("touch /run/configured").orThrow();
        return node;
    }

    /** The directory that the distribution module assembled. */
    private static Path distribution() {
        Path target =
                Path.of(System.getProperty("matriarch.distribution", "../distribution/target"));
        try (var found = Files.newDirectoryStream(target, "matriarch-*")) {
            for (Path candidate : found) {
                if (Files.isExecutable(candidate.resolve("bin/matriarch"))) {
                    return candidate.toRealPath();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "no distribution in " + target + ": build the module distribution first", e);
        }
        throw new IllegalStateException(
                "no matriarch-*/bin/matriarch in " + target + ": build the module distribution");
    }

    /** Of a cluster that is {@link Builder#encrypted() encrypted}. */
    Authority authority() {
        return authority.orElseThrow();
    }

    int postgresVersion() {
        return postgresVersion;
    }

    List<Node> nodes() {
        return List.copyOf(nodes);
    }

    List<EtcdMember> etcd() {
        return List.copyOf(etcd);
    }

    Node node(String name) {
        return nodes.stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow();
    }

    List<Node> others(Node node) {
        return nodes.stream().filter(n -> n != node).toList();
    }

    EtcdMember etcdLeader() {
        return etcd.stream().filter(EtcdMember::leads).findFirst().orElseThrow();
    }

    // ---- the member table ----

    /** The member table as the first node that answers shows it. */
    List<Row> table() throws IOException {
        IOException trouble = new IOException("no nodes");
        for (Node node : nodes) {
            try {
                return table(node);
            } catch (IOException | RuntimeException e) {
                trouble = new IOException(node + ": " + e, e);
            }
        }
        throw trouble;
    }

    static List<Row> table(Node asked) throws IOException {
        var rows = new ArrayList<Row>();
        var reply = asked.get("/cluster");
        if (reply.status() != 200) {
            throw new IOException(reply.status() + " " + reply.body());
        }
        for (Object member : (List<?>) reply.json().get("members")) {
            var map = (Map<?, ?>) member;
            rows.add(
                    new Row(
                            String.valueOf(map.get("name")),
                            String.valueOf(map.get("role")),
                            String.valueOf(map.get("state")),
                            map.get("timeline") instanceof Number n ? n.intValue() : 0,
                            String.valueOf(map.get("lag"))));
        }
        return rows;
    }

    Optional<Node> leader() {
        try {
            return table().stream()
                    .filter(r -> r.role().equals("leader"))
                    .findFirst()
                    .map(r -> node(r.name()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A leader that accepts writes and is not {@code old}. */
    Node awaitOtherLeader(Node old) {
        var found = new ArrayList<Node>();
        Await.until(
                "a leader other than " + old,
                () -> {
                    for (Node node : others(old)) {
                        if (primary(node)) {
                            found.add(node);
                            return true;
                        }
                    }
                    return false;
                },
                this::describe);
        return found.getFirst();
    }

    /** Whether PostgreSQL itself, not the table, says that it accepts writes. */
    static boolean primary(Node node) {
        try {
            return node.box().running() && node.sql("select pg_is_in_recovery()").equals("f");
        } catch (java.sql.SQLException e) {
            return false;
        }
    }

    /** Every member there: one leader, all others streaming on its timeline. Returns the leader. */
    Node awaitHealthy() {
        return Await.value(
                nodes.size() + " members, one leading and the others streaming",
                () -> {
                    var table = table();
                    Node leader = only("leader", table);
                    check(healthy(table), "not healthy", table);
                    check(reallyReplicates(leader), "not all stream from " + leader, table);
                    return leader;
                },
                this::describe);
    }

    /** Of a standby cluster: its leader streams from elsewhere, the others from it. */
    Node awaitFollowing() {
        return Await.value(
                nodes.size() + " members, one leading as a standby and all streaming",
                () -> {
                    var table = table();
                    check(
                            table.stream().allMatch(r -> r.state().equals("streaming")),
                            "not all stream",
                            table);
                    check(table.size() == nodes.size(), "not all there", table);
                    return only("standby_leader", table);
                },
                this::describe);
    }

    /** The table in hand is what counts: asked again, it may be another. */
    private Node only(String role, List<Row> table) {
        var found = table.stream().filter(r -> r.role().equals(role)).toList();
        check(found.size() == 1, found.size() + " of role " + role, table);
        return node(found.getFirst().name());
    }

    private static void check(boolean holds, String otherwise, List<Row> table) {
        if (!holds) {
            throw new IllegalStateException(otherwise + ": " + table);
        }
    }

    Optional<Node> standbyLeader() {
        try {
            return table().stream()
                    .filter(r -> r.role().equals("standby_leader"))
                    .findFirst()
                    .map(r -> node(r.name()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The table may be a moment old; PostgreSQL is not. */
    private boolean reallyReplicates(Node leader) throws java.sql.SQLException {
        String names =
                others(leader).stream()
                        .map(node -> "'" + node.name() + "'")
                        .collect(Collectors.joining(","));
        return primary(leader)
                && leader.sql(
                                "select count(*) from pg_stat_replication where state = 'streaming'"
                                        + " and application_name = any (array["
                                        + names
                                        + "]::text[])")
                        .equals(String.valueOf(nodes.size() - 1));
    }

    /** Takes back what a test did and may not have undone because it failed. */
    void undoFaults() {
        for (EtcdMember member : etcd) {
            if (!member.box().running()) {
                member.box().start();
            }
        }
        for (Node node : nodes) {
            if (!node.box().running()) {
                node.box().start();
            }
            node.heal();
            node.holdAgent(false);
            node.box().sh("kill -CONT $(cat /run/matriarch/agent.pid)");
        }
    }

    private boolean healthy(List<Row> table) {
        long timelines = table.stream().map(Row::timeline).distinct().count();
        long leaders =
                table.stream()
                        .filter(r -> r.role().equals("leader") && r.state().equals("running"))
                        .count();
        long streaming =
                table.stream()
                        .filter(r -> !r.role().equals("leader") && r.state().equals("streaming"))
                        .count();
        return timelines == 1 && leaders == 1 && streaming == nodes.size() - 1;
    }

    /** Everything a person needs who reads of a failed wait. */
    String describe() {
        String table;
        try {
            table = table().stream().map(Row::toString).collect(Collectors.joining("\n"));
        } catch (IOException e) {
            table = "no member table: " + e.getMessage();
        }
        return table + "\n" + nodes.stream().map(Node::lastWords).collect(Collectors.joining("\n"));
    }

    /** The dynamic configuration's value of this key, as the nodes see it. */
    Object config(String key) throws IOException {
        return JSON.std.mapFrom(nodes.getFirst().get("/config").body()).get(key);
    }

    /** Addresses that {@code node} talks to: the other nodes and the store. */
    List<String> peersOf(Node node) {
        var peers = new ArrayList<>(others(node).stream().map(Node::address).toList());
        etcd.forEach(e -> peers.add(e.box().address()));
        return peers;
    }

    @Override
    public void close() {
        nodes.forEach(n -> lab.remove(n.box()));
        etcd.forEach(e -> lab.remove(e.box()));
        authority.ifPresent(Authority::close);
    }
}
