package io.matriarch.failover.agent;

import io.matriarch.api.Lsn;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.FailsafeKey;
import io.matriarch.failover.core.FailsafeView.Sender;
import io.matriarch.failover.core.History;
import io.matriarch.failover.core.LocalView;
import io.matriarch.failover.core.LocalView.RunningAction.Kind;
import io.matriarch.failover.core.MemberJson;
import io.matriarch.failover.core.NodeReport;
import io.matriarch.failover.core.Slots;
import io.matriarch.postgres.api.LocalPostgres;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node tells the others through the store, and the slots it keeps for them. Called by the
 * loop only.
 */
final class Publisher {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    private final AgentState state;
    private final Settings settings;
    private final LocalPostgres postgres;
    private final Store store;
    private final LeaseKeeper lease;
    private final LongAction action;
    private final Supplier<NodeReport> report;
    private String memberWritten = "";
    private long memberLease;
    private Map<String, Instant> memberSeen = Map.of();
    private int historyOfTimeline;
    private volatile Map<String, Lsn> slotPositions = Map.of();

    Publisher(
            AgentState state,
            Settings settings,
            LocalPostgres postgres,
            Store store,
            LeaseKeeper lease,
            LongAction action,
            Supplier<NodeReport> report) {
        this.state = state;
        this.settings = settings;
        this.postgres = postgres;
        this.store = store;
        this.lease = lease;
        this.action = action;
        this.report = report;
    }

    /** Writes our member key if its content or its lease changed, or it is gone. */
    void member(ClusterView view) {
        long id = lease.leaseId();
        if (id == 0) return;
        var running = action.now();
        boolean positions = running.isEmpty() || running.get().kind() == Kind.PROMOTE;
        String json =
                MemberJson.of(
                        report.get(),
                        postgres.address(),
                        postgres.database(),
                        settings.apiUrl(),
                        settings.version(),
                        positions);
        boolean there = view.member(settings.name()).isPresent();
        if (there && json.equals(memberWritten) && id == memberLease) return;
        try {
            store.writeMember(json, id);
            memberWritten = json;
            memberLease = id;
        } catch (DcsException e) {
            LOG.debug("member key not written: {}", e.getMessage());
        }
    }

    /** Status, history and configuration, which only the leader writes; slots every node keeps. */
    void leaderDuties(ClusterView view, LocalView local) throws DcsException {
        if (view.config().isEmpty()) store.writeConfigIfAbsent(state.config());
        var live = local.server().live();
        if (live.isEmpty()) return;
        var slots = slots(view, local);
        var now = local.now();
        memberSeen = Slots.seen(memberSeen, view, now);
        var retained = Slots.retained(memberSeen, state.policy().memberSlotsTtl(), now);
        Lsn position = live.get().position();
        slotPositions = Slots.positions(view, local, state.config(), position, slots);
        var status = new ClusterView.Status(position, slotPositions, retained);
        if (!status.equals(view.status())) store.writeStatus(status);
        boolean reads = live.get().inRecovery();
        if (reads && state.policy().standbyCluster().isEmpty()) return;
        failsafe(view);
        if (reads) return;
        history(view, live.get().timeline());
    }

    /** Who may lead; only a leader that serves changes it. */
    private void failsafe(ClusterView view) throws DcsException {
        var wanted = FailsafeKey.wanted(view, settings.name(), settings.apiUrl(), state.policy());
        if (!state.failsafe().lacks(wanted, view)) return;
        if (!lease.dropAgreement(() -> state.failsafe(state.failsafe().writing(wanted)))) return;
        if (store.writeFailsafe(view.failsafe(), wanted))
            state.failsafe(state.failsafe().applied(wanted));
    }

    /**
     * How this node presents itself to members that shall let it serve on; on any thread.
     *
     * @param ttl for how long it counts on their answer
     */
    Sender sender(Duration ttl) {
        return new Sender(
                settings.name(),
                MemberJson.connUrl(postgres.address(), postgres.database()),
                settings.apiUrl(),
                slotPositions,
                ttl);
    }

    private void history(ClusterView view, int timeline) throws DcsException {
        if (timeline == historyOfTimeline && view.timeline() == timeline) return;
        if (!History.isMissing(view.history(), timeline)) {
            historyOfTimeline = timeline;
            return;
        }
        try {
            var lines = postgres.timelineHistory(timeline);
            var merged =
                    History.merge(
                            view.history(),
                            lines,
                            settings.name(),
                            state.policy().maxTimelinesHistory());
            if (store.writeHistory(merged)) historyOfTimeline = timeline;
        } catch (PostgresException e) {
            LOG.warn("the timeline history was not published: {}", e.getMessage());
        }
    }

    /**
     * The key {@code history} without what the remote primary's history does not share.
     *
     * @return whether it was written
     */
    boolean cutHistory(ClusterView view, LocalView local) throws DcsException {
        var live = local.server().live();
        if (live.isEmpty()) return false;
        historyOfTimeline = 0;
        try {
            var lines = postgres.timelineHistory(live.get().timeline());
            return store.writeHistory(
                    History.cut(view.history(), lines, state.policy().maxTimelinesHistory()));
        } catch (PostgresException e) {
            LOG.warn("the timeline history was not cut: {}", e.getMessage());
            return false;
        }
    }

    /** While the store is away the slots are all that can be looked after. */
    void servingOn(ClusterView lastKnown, LocalView local) {
        var live = local.server().live();
        if (live.isEmpty()) return;
        var slots = slots(lastKnown, local);
        slotPositions =
                Slots.positions(lastKnown, local, state.config(), live.get().position(), slots);
    }

    /** Brings the slots to what they should be and returns what there is. */
    List<Slot> slots(ClusterView view, LocalView local) {
        try {
            var existing = postgres.slots();
            var steps = Slots.plan(view, local, state.policy(), state.config(), existing);
            for (var step : steps) carryOut(step);
            return steps.isEmpty() ? existing : postgres.slots();
        } catch (PostgresException e) {
            LOG.warn("slots not looked after: {}", e.getMessage());
            return List.of();
        }
    }

    private void carryOut(Slots.Step step) {
        try {
            switch (step) {
                case Slots.Step.CreatePhysical(var name) -> postgres.createPhysicalSlot(name);
                case Slots.Step.CreateLogical(var name, var database, var plugin) ->
                        postgres.createLogicalSlot(name, database, plugin);
                case Slots.Step.Drop(var name, var reason) -> {
                    LOG.info("dropping slot {}: {}", name, reason);
                    postgres.dropSlot(name);
                }
                case Slots.Step.Advance(var slot, var to) -> postgres.advanceSlot(slot, to);
            }
        } catch (PostgresException e) {
            LOG.warn(
                    "slot {}: {}",
                    step.slot(),
                    e.getMessage()); // one broken slot must not cost the others theirs
        }
    }
}
