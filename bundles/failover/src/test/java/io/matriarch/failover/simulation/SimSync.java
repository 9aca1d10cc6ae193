package io.matriarch.failover.simulation;

import static io.matriarch.failover.simulation.SimStore.LAYOUT;

import io.matriarch.dcs.api.Compare;
import io.matriarch.dcs.api.Op;
import io.matriarch.dcs.api.Txn;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.LocalView;
import io.matriarch.failover.core.SyncKey;
import io.matriarch.failover.core.SyncMemory;
import io.matriarch.failover.core.Synchronous;
import io.matriarch.failover.core.Synchronous.Next;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps the key and the names in step; as the real one, in events. */
final class SimSync {
    private final SimAgent agent;
    private final SimNode node;
    private final World world;
    private SyncMemory memory = SyncMemory.NONE;
    private boolean unsettled = true;
    private boolean soon;

    SimSync(SimAgent agent) {
        this.agent = agent;
        node = agent.node;
        world = node.world;
    }

    boolean soon() {
        return soon;
    }

    void lead(ClusterView view, LocalView local, Consumer<Boolean> done) {
        soon = false;
        var live = local.server().live().orElseThrow();
        memory = world.mutations.remembered(memory, live);
        if (unsettled && world.rules.keep(Rule.SYNC_SETTLED) && view.sync().isPresent()) {
            write(view.sync(), view.sync().get(), applied -> done.accept(yes(applied)));
            return;
        }
        var next = Synchronous.next(view, node.name, live, memory, agent.policy.sync());
        switch (world.mutations.changed(next, view, live)) {
            case Next.WriteKey(var key, _) ->
                    write(view.sync(), key, applied -> done.accept(yes(applied)));
            case Next.DeleteKey _ -> throw new Violation("no history switches the mode off");
            case Next.SetNames(var names, var why) -> {
                if (world.traced()) agent.note("SetNames " + names.text() + ": " + why);
                names(names.text(), () -> done.accept(true));
            }
            case Next.Wait _ -> {
                soon = true;
                done.accept(false);
            }
            case Next.LeaveNames _, Next.Done _ -> done.accept(false);
        }
    }

    private void names(String text, Runnable then) {
        node.postgres.replication.set(text, () -> agent.resume(then));
    }

    private static boolean yes(@Nullable Boolean applied) {
        return applied != null && applied;
    }

    private void write(Optional<SyncKey> before, SyncKey key, Consumer<@Nullable Boolean> then) {
        unsettled = true;
        world.syncFaults.keySent(node, key);
        Compare unchanged =
                before.<Compare>map(
                                old -> new Compare.ModRevisionIs(LAYOUT.sync(), old.modRevision()))
                        .orElseGet(() -> new Compare.Absent(LAYOUT.sync()));
        var ours = new Compare.ValueIs(LAYOUT.leader(), node.name.value());
        Op put = SimMirror.put(LAYOUT.sync(), key.json());
        agent.mirror.commit(
                new Txn(
                        world.rules.keep(Rule.SYNC_LEADER_WRITES)
                                ? List.of(ours, unchanged)
                                : List.of(),
                        List.of(put)),
                applied -> {
                    if (yes(applied)) unsettled = false;
                    agent.mirror.markStale();
                    then.accept(applied);
                });
    }

    /** Who leads a standby cluster deletes a key that tells nothing any more. */
    void forget(SyncKey key) {
        var ours = new Compare.ValueIs(LAYOUT.leader(), node.name.value());
        var unchanged = new Compare.ModRevisionIs(LAYOUT.sync(), key.modRevision());
        agent.mirror.commit(
                new Txn(List.of(ours, unchanged), List.of(new Op.Delete(LAYOUT.sync()))),
                applied -> {});
    }

    void follow(LocalView local) {
        soon = false;
        memory = SyncMemory.NONE;
        var live = local.server().live();
        if (live.isEmpty() || !live.get().inRecovery() || !agent.policy.sync().on()) return;
        boolean standing = world.rules.keep(Rule.QUORUM_STANDING);
        String wanted = standing ? agent.policy.sync().onStandby().text() : "";
        if (!live.get().synchronousStandbyNames().equals(wanted)) names(wanted, () -> {});
    }

    /** First the store, then PostgreSQL; false if it was not made so. */
    void beforePromotion(Consumer<Boolean> then) {
        var view = agent.mirror.lastKnown();
        var prepared =
                view.flatMap(seen ->
                        Synchronous.promotion(
                                seen,
                                node.name,
                                agent.policy.sync(),
                                unsettled && world.rules.keep(Rule.SYNC_SETTLED)));
        if (prepared.isEmpty() || !world.rules.keep(Rule.SYNC_PREPARED)) {
            then.accept(view.isPresent());
            return;
        }
        String text = prepared.get().names().text();
        Runnable inForce =
                () -> names(text, () -> then.accept(node.postgres.replication.text().equals(text)));
        var key = prepared.get().key();
        if (key.isEmpty()) inForce.run();
        else
            write(
                    view.get().sync(),
                    key.get(),
                    applied -> {
                        if (yes(applied)) inForce.run();
                        else then.accept(false);
                    });
    }
}
