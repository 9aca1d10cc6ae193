package io.matriarch.cli.core;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a node can change from one agent to the other now; what stands against it. */
public final class Migration {

    /** Which agent comes, and which goes. */
    public enum Direction {
        FROM_PATRONI("Patroni", "Matriarch"),
        TO_PATRONI("Matriarch", "Patroni");

        private final String leaving;
        private final String coming;

        Direction(String leaving, String coming) {
            this.leaving = leaving;
            this.coming = coming;
        }

        public String leaving() {
            return leaving;
        }

        public String coming() {
            return coming;
        }

        /** Whether an agent of which this is told is the one that shall come. */
        public boolean reached(boolean matriarch) {
            return matriarch == (this == FROM_PATRONI);
        }
    }

    /** What Patroni knows at the top of its file; the rest it ignores without a word. */
    private static final Set<String> PATRONI_SECTIONS =
            Set.of(
                    "scope",
                    "name",
                    "namespace",
                    "thread_pool_size",
                    "thread_stack_size",
                    "restapi",
                    "ctl",
                    "log",
                    "bootstrap",
                    "postgresql",
                    "watchdog",
                    "tags",
                    "citus",
                    "etcd3",
                    "etcd",
                    "consul",
                    "zookeeper",
                    "exhibitor",
                    "kubernetes",
                    "raft");

    private static final int LEAST_MAJOR = 3;
    private static final int LEAST_MINOR = 1;
    private static final int WITH_QUORUM = 4;
    private static final int PATRONIS_LEAST_TTL = 20;
    private static final int PATRONIS_LEAST_RETRY = 3;

    /**
     * What one member says of itself.
     *
     * @param matriarch whether its agent is ours
     * @param version of Patroni, as its agent claims
     * @param systemId PostgreSQL's; empty if it did not tell
     */
    public record Agent(
            String name,
            String scope,
            boolean matriarch,
            String version,
            String state,
            String systemId) {

        /**
         * @param status the answer to {@code GET /patroni}
         */
        public static Agent of(Map<String, @Nullable Object> status, boolean matriarch) {
            var patroni = Json.object(status.get("patroni"));
            return new Agent(
                    Json.text(patroni, "name"),
                    Json.text(patroni, "scope"),
                    matriarch,
                    Json.text(patroni, "version"),
                    Json.text(status, "state"),
                    Json.text(status, "database_system_identifier"));
        }
    }

    private Migration() {}

    /**
     * What stands against changing the agent of {@code here}, each a sentence; empty if nothing.
     *
     * @param name and {@code scope} as the file says
     * @param agents all members that answer, {@code here} among them
     * @param config the dynamic configuration
     */
    public static List<String> against(
            Direction direction,
            String name,
            String scope,
            Agent here,
            Cluster cluster,
            List<Agent> agents,
            Map<String, @Nullable Object> config) {
        var against = new ArrayList<String>();
        if (!here.name().equals(name) || !here.scope().equals(scope))
            against.add(
                    "the file is of member %s of %s, but the agent that answers is %s of %s"
                            .formatted(name, scope, here.name(), here.scope()));
        if (direction.reached(here.matriarch()))
            against.add("%s has %s already".formatted(here.name(), direction.coming()));
        if (!here.state().equals("running"))
            against.add("PostgreSQL of %s is %s, not running".formatted(here.name(), here.state()));
        against.addAll(ofCluster(cluster));
        against.addAll(ofAgents(here, cluster, agents, config));
        against.addAll(ofConfig(direction, config));
        return List.copyOf(against);
    }

    private static List<String> ofCluster(Cluster cluster) {
        var against = new ArrayList<String>();
        if (cluster.leader().isEmpty()) against.add("the cluster has no leader");
        for (var member : cluster.members()) {
            boolean well = member.serves() && (member.leads() || !member.state().equals("running"));
            if (!well)
                against.add("%s is %s, not streaming".formatted(member.name(), member.state()));
        }
        long timelines =
                cluster.members().stream()
                        .flatMap(member -> member.timeline().stream())
                        .distinct()
                        .count();
        if (timelines > 1) against.add("the members are on different timelines");
        if (!cluster.scheduledSwitchover().isEmpty()) against.add("a switchover is scheduled");
        return against;
    }

    private static List<String> ofAgents(
            Agent here, Cluster cluster, List<Agent> agents, Map<String, @Nullable Object> config) {
        var against = new ArrayList<String>();
        var answering = agents.stream().map(Agent::name).toList();
        for (var member : cluster.members())
            if (!answering.contains(member.name()))
                against.add("the agent of %s does not answer".formatted(member.name()));
        boolean quorum = Json.text(config, "synchronous_mode").equals("quorum");
        for (var agent : agents) {
            if (!agent.systemId().equals(here.systemId()))
                against.add(
                        "the system identifier of %s is %s, that of %s %s"
                                .formatted(
                                        agent.name(),
                                        shown(agent.systemId()),
                                        here.name(),
                                        shown(here.systemId())));
            if (agent.matriarch()) continue;
            if (older(agent.version(), LEAST_MAJOR, LEAST_MINOR))
                against.add(
                        "%s runs Patroni %s; 3.1 is the oldest that can be beside Matriarch"
                                .formatted(agent.name(), shown(agent.version())));
            else if (quorum && older(agent.version(), WITH_QUORUM, 0))
                against.add(
                        "%s runs Patroni %s, and synchronous_mode: quorum needs 4.0"
                                .formatted(agent.name(), agent.version()));
        }
        return against;
    }

    private static List<String> ofConfig(
            Direction direction, Map<String, @Nullable Object> config) {
        var against = new ArrayList<String>();
        var methods = Json.object(config.get("standby_cluster")).get("create_replica_methods");
        if (direction == Direction.FROM_PATRONI
                && methods != null
                && !methods.equals(List.of("basebackup")))
            against.add(
                    "standby_cluster.create_replica_methods is %s; only basebackup is supported"
                            .formatted(methods));
        if (direction == Direction.TO_PATRONI) {
            // Patroni would raise them for itself alone: two members with two ideas of one lease.
            atLeast(config, "ttl", PATRONIS_LEAST_TTL, against);
            atLeast(config, "retry_timeout", PATRONIS_LEAST_RETRY, against);
        }
        return against;
    }

    private static void atLeast(
            Map<String, @Nullable Object> config, String key, int least, List<String> against) {
        Json.number(config, key)
                .filter(value -> value < least)
                .ifPresent(value ->
                        against.add(
                                "%s is %d, and Patroni keeps no less than %d; set it by: matriarchctl edit-config -s %s=%d"
                                        .formatted(key, value, least, key, least)));
    }

    private static String shown(String text) {
        return text.isEmpty() ? "(not told)" : text;
    }

    private static boolean older(String version, int major, int minor) {
        var parts = version.split("\\.", -1);
        try {
            int first = Integer.parseInt(parts[0]);
            int second = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
            return first < major || first == major && second < minor;
        } catch (NumberFormatException e) {
            return true;
        }
    }

    /** Whether Patroni does something with this key at the top of a file. */
    public static boolean knownToPatroni(String section) {
        return PATRONI_SECTIONS.contains(section);
    }

    /**
     * @throws MatriarchException {@link Code#REFUSED} naming everything that stands against it
     */
    public static void refuse(List<String> against) throws MatriarchException {
        if (!against.isEmpty())
            throw new MatriarchException(
                    Code.REFUSED,
                    "not now; nothing was done:\n  " + String.join("\n  ", against),
                    "mend this first, and look with: matriarchctl list");
    }
}
