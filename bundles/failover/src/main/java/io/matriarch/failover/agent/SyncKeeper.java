package io.matriarch.failover.agent;

import io.matriarch.dcs.api.DcsException;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.LocalView;
import io.matriarch.failover.core.StandbyNames;
import io.matriarch.failover.core.SyncKey;
import io.matriarch.failover.core.SyncMemory;
import io.matriarch.failover.core.Synchronous;
import io.matriarch.failover.core.Synchronous.Next;
import io.matriarch.postgres.api.LocalPostgres;
import io.matriarch.postgres.api.PostgresException;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the key {@code sync} and {@code synchronous_standby_names} in step. Called by the loop, and
 * by a promotion before PostgreSQL may write.
 */
final class SyncKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(SyncKeeper.class);

    private final AgentState state;
    private final Settings settings;
    private final LocalPostgres postgres;
    private final Store store;
    private final StoreMirror mirror;
    private final DecisionLog log;
    private SyncMemory memory = SyncMemory.NONE;
    private boolean left;
    private volatile boolean unsettled = true;
    private volatile boolean soon;

    SyncKeeper(
            AgentState state,
            Settings settings,
            LocalPostgres postgres,
            Store store,
            StoreMirror mirror,
            DecisionLog log) {
        this.state = state;
        this.settings = settings;
        this.postgres = postgres;
        this.store = store;
        this.mirror = mirror;
        this.log = log;
    }

    /**
     * One step of a primary that leads.
     *
     * @return whether the next should follow at once
     */
    boolean lead(ClusterView view, LocalView local) throws DcsException {
        var live = local.server().live();
        soon = false;
        if (live.isEmpty()) return false;
        memory = memory.after(live.get());
        if (unsettled && view.sync().isPresent()) return settle(view.sync().get());
        var next =
                Synchronous.next(view, settings.name(), live.get(), memory, state.policy().sync());
        return switch (next) {
            case Next.WriteKey(var key, var why) -> {
                boolean written = write(view.sync(), key);
                note("WriteSync", why, key.json());
                yield written;
            }
            case Next.DeleteKey(var why) -> {
                boolean deleted = store.deleteSync(view.sync().orElseThrow());
                note("WriteSync", why, "deleted");
                yield deleted;
            }
            case Next.SetNames(var names, var why) -> {
                note("SetStandbyNames", why, names.text());
                yield names(Optional.of(names.text()));
            }
            case Next.LeaveNames(_) -> {
                if (!left) names(Optional.empty());
                yield false;
            }
            case Next.Wait(_) -> {
                soon = true;
                yield false;
            }
            case Next.Done(_) -> false;
        };
    }

    /**
     * A write of ours may still be on its way, also one of an earlier life: the key is written
     * anew, so that it comes to nothing. Else it could let a member vote that commits wait for no
     * more.
     */
    private boolean settle(SyncKey key) throws DcsException {
        return write(Optional.of(key), key);
    }

    private boolean write(Optional<SyncKey> before, SyncKey key) throws DcsException {
        unsettled = true;
        boolean written = store.writeSync(before, key);
        if (written) unsettled = false;
        return written;
    }

    private void note(String what, String why, String value) {
        log.note(what, why, value, Instant.now());
    }

    /** Whether something is awaited that no event tells. */
    boolean soon() {
        return soon;
    }

    /** A standby has in force what it would need first as a primary. */
    void follow(LocalView local) {
        soon = false;
        memory = SyncMemory.NONE;
        var live = local.server().live();
        if (live.isEmpty() || !live.get().inRecovery()) return;
        var policy = state.policy().sync();
        if (!policy.on()) {
            if (!left) names(Optional.empty());
            return;
        }
        String wanted = policy.onStandby().text();
        if (!live.get().synchronousStandbyNames().equals(wanted)) names(Optional.of(wanted));
    }

    private boolean names(Optional<String> text) {
        try {
            if (text.isPresent()) postgres.synchronousStandbys(text.get());
            else postgres.leaveSynchronousStandbys();
            left = text.isEmpty();
            return true;
        } catch (PostgresException e) {
            LOG.warn(
                    "synchronous_standby_names stays as it is for now: {} HINT: {}",
                    e.getMessage(),
                    e.hint());
            return false;
        }
    }

    /**
     * What must be so before this standby may write: first the store, then PostgreSQL.
     *
     * @return why it could not be made so; empty if it is
     */
    String beforePromotion() {
        var view = mirror.lastKnown();
        if (view.isEmpty()) return "the store has not been read";
        var prepared =
                Synchronous.promotion(
                        view.get(), settings.name(), state.policy().sync(), unsettled);
        if (prepared.isEmpty()) return "";
        try {
            var key = prepared.get().key();
            if (key.isPresent() && !write(view.get().sync(), key.get()))
                return "somebody else wrote the key sync";
            left = false;
            postgres.synchronousStandbys(prepared.get().names().text());
            boolean ready =
                    postgres.observe(state.policy().retryTimeout())
                            .live()
                            .map(live -> StandbyNames.parse(live.synchronousStandbyNames()))
                            .filter(prepared.get().names()::equals)
                            .isPresent();
            return ready ? "" : "synchronous_standby_names did not come into force";
        } catch (DcsException | PostgresException e) {
            return "synchronous replication could not be prepared: " + e.getMessage();
        }
    }
}
