package io.matriarch.failover.simulation;

import java.util.Optional;

/**
 * The commits clients were told of while a synchronous mode was in force: none of them may ever be
 * missing on a server that becomes the primary.
 */
final class Acknowledged {
    private final World world;
    private Optional<Wal> all = Optional.empty();
    private long last;

    /** Whether the other cluster is told to write whatever it lacks. */
    boolean givenUp;

    /** Whether it did: what ours still acknowledges while it is to follow is lost by an order. */
    private boolean over;

    Acknowledged(World world) {
        this.world = world;
    }

    void by(SimNode primary, long upTo) {
        last = world.now;
        if (world.remote.filter(far -> far == primary).isPresent()) return;
        if (!world.policy.sync().on() || !world.store.synchronousSince(primary)) return;
        if (over) return;
        var wal = primary.postgres.wal.orElseThrow();
        if (all.isPresent() && all.get().branches().equals(wal.branches())) {
            if (all.get().end() < upTo) all = Optional.of(wal.to(upTo));
            return;
        }
        var told = wal.to(upTo);
        if (all.isEmpty() || all.get().isBeginningOf(told)) all = Optional.of(told);
    }

    /** It writes from now on. */
    void primary(SimNode node) {
        if (world.remote.filter(far -> far == node).isEmpty()) {
            if (!world.store.follows()) over = false;
            check(node);
            return;
        }
        if (!givenUp) check(node);
        over = givenUp;
        givenUp = false;
        all = Optional.empty(); // from here on it is the other cluster that promises
    }

    private void check(SimNode node) {
        if (all.isEmpty()) return;
        var wal = node.postgres.wal.orElseThrow();
        long same = all.orElseThrow().common(wal);
        if (same < all.get().end())
            throw new Violation(
                    node.name
                            + " became the primary without acknowledged commits: "
                            + (all.get().end() - same)
                            + " bytes up to "
                            + all.get().end()
                            + " are lost");
    }

    /** Whether clients are told anything at present. */
    boolean flowing() {
        return world.now - last < 5 * World.SECOND;
    }
}
