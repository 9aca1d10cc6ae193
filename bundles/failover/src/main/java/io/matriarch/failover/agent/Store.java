package io.matriarch.failover.agent;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.api.SystemId;
import io.matriarch.dcs.api.Compare;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Op;
import io.matriarch.dcs.api.Txn;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.FailsafeKey;
import io.matriarch.failover.core.StoreLayout;
import io.matriarch.failover.core.SyncKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;

/**
 * What the agent writes to the store, each with the comparison Patroni makes (interop page, 1.16).
 */
final class Store {
    private final StoreMirror mirror;
    private final StoreLayout layout;
    private final MemberName self;
    private final Supplier<Duration> deadline;

    /**
     * Whether a deletion of our leader key may still be on its way: one without an answer, or one
     * of an earlier life.
     */
    private volatile boolean releasePending = true;

    Store(StoreMirror mirror, StoreLayout layout, MemberName self, Supplier<Duration> deadline) {
        this.mirror = mirror;
        this.layout = layout;
        this.self = self;
        this.deadline = deadline;
    }

    /**
     * Wins the right to create the cluster; false if somebody else has. The claim ends with {@code
     * lease}, so that a node lost in the middle of it does not keep the others waiting for ever.
     */
    boolean claimInitialize(long lease) throws DcsException {
        return applied(
                Txn.when(
                        new Compare.Absent(layout.initialize()),
                        new Op.Put(layout.initialize(), "", lease)));
    }

    void abandonInitialize() throws DcsException {
        applied(
                Txn.when(
                        new Compare.ValueIs(layout.initialize(), ""),
                        new Op.Delete(layout.initialize())));
    }

    /** Puts our identifier where none or a broken one stands. */
    boolean writeInitialize(ClusterView view, SystemId id) throws DcsException {
        var is = view.initialize();
        Compare unchanged =
                switch (is) {
                    case ClusterView.Initialize.Broken(var value) ->
                            new Compare.ValueIs(layout.initialize(), value);
                    case ClusterView.Initialize.InProgress() ->
                            new Compare.ValueIs(layout.initialize(), "");
                    case ClusterView.Initialize.Done(var old) ->
                            new Compare.ValueIs(layout.initialize(), old.value());
                    case ClusterView.Initialize.Absent() -> new Compare.Absent(layout.initialize());
                };
        return applied(Txn.when(unchanged, put(layout.initialize(), id.value())));
    }

    /**
     * Ends our bootstrap: identifier, configuration and leader at once; false if the claim was
     * lost.
     */
    boolean publishNewCluster(SystemId id, Map<String, Object> config, long lease)
            throws DcsException {
        return applied(
                Txn.when(
                        new Compare.ValueIs(layout.initialize(), ""),
                        put(layout.initialize(), id.value()),
                        put(layout.config(), StoreLayout.json(config)),
                        new Op.Put(layout.leader(), self.value(), lease)));
    }

    boolean writeConfigIfAbsent(Map<String, Object> config) throws DcsException {
        return applied(
                Txn.when(
                        new Compare.Absent(layout.config()),
                        put(layout.config(), StoreLayout.json(config))));
    }

    boolean acquire(long lease) throws DcsException {
        return settled(
                applied(
                        Txn.when(
                                new Compare.Absent(layout.leader()),
                                new Op.Put(layout.leader(), self.value(), lease))));
    }

    /** Puts the leader key, if it is ours, onto {@code lease}. */
    boolean attachLeader(long lease) throws DcsException {
        return settled(
                applied(
                        Txn.when(
                                new Compare.ValueIs(layout.leader(), self.value()),
                                new Op.Put(layout.leader(), self.value(), lease))));
    }

    /** The key was written: a deletion that compares with an earlier revision comes to nothing. */
    private boolean settled(boolean written) {
        if (written) releasePending = false;
        return written;
    }

    /** Before PostgreSQL may write: that no deletion of ours can still take the key away. */
    boolean confirmLeader(long lease) throws DcsException {
        return !releasePending || attachLeader(lease);
    }

    /**
     * Deletes the leader key, if it is ours; with {@code finalPosition} the status is written
     * first.
     */
    void release(ClusterView.Status status, Optional<Lsn> finalPosition) throws DcsException {
        var ours =
                mirror.lastKnown()
                        .flatMap(ClusterView::leader)
                        .filter(key -> key.name().equals(self));
        if (ours.isEmpty()) return;
        releasePending = true;
        var ops = new ArrayList<Op>();
        finalPosition.ifPresent(lsn ->
                ops.add(
                        put(
                                layout.status(),
                                StoreLayout.write(
                                        new ClusterView.Status(
                                                lsn, status.slots(), status.retainSlots())))));
        ops.add(new Op.Delete(layout.leader()));
        var revision = new Compare.ModRevisionIs(layout.leader(), ours.get().modRevision());
        applied(new Txn(List.of(revision), ops));
    }

    void writeMember(String json, long lease) throws DcsException {
        applied(Txn.always(new Op.Put(layout.member(self), json, lease)));
    }

    /**
     * Only while the leader key is ours, so that a deposed leader cannot overwrite its successor's.
     */
    boolean writeStatus(ClusterView.Status status) throws DcsException {
        return applied(
                Txn.when(
                        new Compare.ValueIs(layout.leader(), self.value()),
                        put(layout.status(), StoreLayout.write(status))));
    }

    /**
     * Compared with what we saw, so that a write that comes late finds the key changed and comes to
     * nothing.
     */
    boolean writeFailsafe(Optional<FailsafeKey> before, SortedMap<MemberName, String> members)
            throws DcsException {
        Compare unchanged =
                before.<Compare>map(key ->
                                new Compare.ModRevisionIs(layout.failsafe(), key.modRevision()))
                        .orElseGet(() -> new Compare.Absent(layout.failsafe()));
        return applied(
                new Txn(
                        List.of(new Compare.ValueIs(layout.leader(), self.value()), unchanged),
                        List.of(put(layout.failsafe(), FailsafeKey.json(members)))));
    }

    /** Only a leader writes it, and only over what it saw (interop page, 5.11). */
    boolean writeSync(Optional<SyncKey> before, SyncKey key) throws DcsException {
        return applied(syncTxn(before, put(layout.sync(), key.json())));
    }

    boolean deleteSync(SyncKey before) throws DcsException {
        return applied(syncTxn(Optional.of(before), new Op.Delete(layout.sync())));
    }

    private Txn syncTxn(Optional<SyncKey> before, Op op) {
        Compare unchanged =
                before.<Compare>map(
                                key -> new Compare.ModRevisionIs(layout.sync(), key.modRevision()))
                        .orElseGet(() -> new Compare.Absent(layout.sync()));
        return new Txn(
                List.of(new Compare.ValueIs(layout.leader(), self.value()), unchanged),
                List.of(op));
    }

    boolean writeHistory(String json) throws DcsException {
        return applied(
                Txn.when(
                        new Compare.ValueIs(layout.leader(), self.value()),
                        put(layout.history(), json)));
    }

    boolean clearHandover(ClusterView.HandoverRequest request) throws DcsException {
        return applied(
                Txn.when(
                        new Compare.ModRevisionIs(layout.failover(), request.modRevision()),
                        put(layout.failover(), "{}")));
    }

    void requestHandover(String json) throws DcsException {
        applied(Txn.always(put(layout.failover(), json)));
    }

    /** If the leader key is still ours. */
    boolean requestHandoverAsLeader(String json) throws DcsException {
        return applied(
                Txn.when(
                        new Compare.ValueIs(layout.leader(), self.value()),
                        put(layout.failover(), json)));
    }

    boolean updateConfig(Optional<ClusterView.Config> before, String json) throws DcsException {
        Compare unchanged =
                before.<Compare>map(config ->
                                new Compare.ModRevisionIs(layout.config(), config.modRevision()))
                        .orElseGet(() -> new Compare.Absent(layout.config()));
        return applied(Txn.when(unchanged, put(layout.config(), json)));
    }

    /** If the leader key is still ours, and the configuration as we saw it. */
    boolean updateConfigAsLeader(ClusterView.Config before, String json) throws DcsException {
        return applied(
                new Txn(
                        List.of(
                                new Compare.ValueIs(layout.leader(), self.value()),
                                new Compare.ModRevisionIs(layout.config(), before.modRevision())),
                        List.of(put(layout.config(), json))));
    }

    void replaceConfig(String json) throws DcsException {
        applied(Txn.always(put(layout.config(), json)));
    }

    private static Op.Put put(String key, String value) {
        return new Op.Put(key, value, Lease.NONE);
    }

    /** The mirror is read anew after each of ours that later decisions compare with. */
    private boolean applied(Txn txn) throws DcsException {
        return mirror.commit(txn, deadline.get()).applied();
    }
}
