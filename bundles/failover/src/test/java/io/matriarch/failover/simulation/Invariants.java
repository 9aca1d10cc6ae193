package io.matriarch.failover.simulation;

import java.util.ArrayList;
import java.util.List;

/** What must hold after every single event. */
final class Invariants {
    private final World world;

    /** While paused nobody keeps these promises. */
    boolean suspended;

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
        SimNode writer = null;
        for (var node : world.nodes) {
            if (!node.postgres.writable()) continue;
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
