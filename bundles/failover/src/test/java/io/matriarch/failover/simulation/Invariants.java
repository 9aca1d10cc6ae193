package io.matriarch.failover.simulation;

import java.util.ArrayList;
import java.util.List;

/** What must hold after every single event. */
final class Invariants {
    private final World world;

    /** While paused nobody keeps these promises. */
    boolean suspended;

    /** Whether the cluster's leader streams from another cluster, and has to. */
    private boolean follows;

    /** Before there is a cluster, the node that creates it writes without a lease. */
    private boolean founded;

    /** Promotions that reused a timeline's number. */
    final List<String> reused = new ArrayList<>();

    int promotions;

    Invariants(World world) {
        this.world = world;
    }

    boolean founded() {
        return founded;
    }

    void check() {
        if (!founded) founded = !world.store.leader().isEmpty();
        if (suspended) return;
        if (follows && !world.store.follows()) follows = false;
        SimNode writer = null;
        for (var node : world.nodes) {
            if (!node.postgres.writable()) continue;
            if (follows) throw new Violation(node.name + " accepts writes in a standby cluster");
            if (writer != null)
                throw new Violation(writer.name + " and " + node.name + " accept writes at once");
            writer = node;
        }
        if (writer != null
                && founded
                && !world.store.leader().equals(writer.name.value())
                && !agreed(writer))
            throw new Violation(
                    writer.name
                            + " accepts writes without a lease: the store's leader is \""
                            + world.store.leader()
                            + "\"");
    }

    /** The cluster follows another by now: from here on nobody writes until it does no more. */
    void follows() {
        follows = true;
    }

    boolean isFollowing() {
        return follows;
    }

    /**
     * A server is told to take writes: its agent must not know that the cluster follows another.
     */
    void mayWrite(SimNode node) {
        var agent = node.agent;
        if (agent != null && agent.policy.standbyCluster().isPresent())
            throw new Violation(node.name + " is to take writes in a standby cluster");
    }

    /** Leadership is to go there, because the leader cannot write. */
    void handsOver(SimNode to) {
        if (to.disk.failsForLong())
            throw new Violation("leadership is handed to " + to.name + ", which cannot write");
    }

    /** Whether everybody who may lead has promised that {@code writer} may write on. */
    private boolean agreed(SimNode writer) {
        var mayLead = world.store.failsafe();
        return mayLead.contains(writer.name)
                && mayLead.stream()
                        .filter(name -> !name.equals(writer.name))
                        .allMatch(name -> writer.other(name).owes());
    }

    /** A timeline's number should name one history only; PostgreSQL sees to it where it can. */
    void promoted(SimNode node) {
        promotions++;
        var mine = node.postgres.wal.orElseThrow().branches().getLast();
        for (var other : world.nodes)
            for (var branch : other.postgres.wal.map(Wal::branches).orElse(List.of()))
                if (branch.timeline() == mine.timeline() && branch.birth() != mine.birth())
                    reused.add(
                            node.name
                                    + " made a second timeline "
                                    + mine.timeline()
                                    + ", beside that of "
                                    + other.name);
    }
}
